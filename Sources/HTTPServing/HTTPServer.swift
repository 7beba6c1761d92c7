import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP server on one event loop: a closure answers requests, whole or piece by piece.
///
/// The loop is also the place for whatever must happen one thing after another, a control plane for example: routes and
/// all callbacks run on it, so they must not block it.
///
/// - Source: the measurements in `DECISIONS.md` that speak for SwiftNIO's HTTP/1 handlers without a framework.
public final class HTTPServer: Sendable {
  /// Answers a request; it is called on the event loop and may answer later.
  public typealias Routes = @Sendable (HTTPRequest, HTTPResponder) -> Void

  /// The address that it listens on.
  public let address: String
  /// The port that it listens on.
  public let port: Int
  /// The loop on which everything happens.
  public let eventLoop: any EventLoop
  private let listener: any Channel
  private let connections: NIOLoopBound<ConnectionList>

  private init(
    listener: any Channel, address: String, eventLoop: any EventLoop, connections: NIOLoopBound<ConnectionList>
  ) {
    self.listener = listener
    self.address = address
    self.port = listener.localAddress?.port ?? 0
    self.eventLoop = eventLoop
    self.connections = connections
  }

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - address: an IP address of this machine.
  ///   - port: 0 takes a free one.
  ///   - security: what makes connections secure; plain ones without.
  ///   - eventLoop: where everything happens; it must outlive the server.
  /// - Throws: ``HTTPServingError/cannotListen(address:port:reason:)``, for example when the port is taken.
  public static func start(
    address: String = "127.0.0.1", port: Int, limits: HTTPLimits = HTTPLimits(), security: HTTPSecurity? = nil,
    on eventLoop: any EventLoop, routes: @escaping Routes
  ) async throws(HTTPServingError) -> HTTPServer {
    do {
      let connections = try await eventLoop.submit { NIOLoopBound(ConnectionList(), eventLoop: eventLoop) }.get()
      let listener = try await ServerBootstrap(group: eventLoop)
        .serverChannelOption(.backlog, value: 4096)
        // All that wait are taken in at a turn of the loop: a turn is long when thousands of streams have news.
        .serverChannelOption(.maxMessagesPerRead, value: 1024)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.writeBufferWaterMark, value: limits.waterMark)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try security?.secure(channel)
            try HTTPConnection.configure(
              channel, limits: limits, list: connections.value, peer: security?.peer, routes: routes)
          }
        }
        .bind(host: address, port: port).get()
      return HTTPServer(listener: listener, address: address, eventLoop: eventLoop, connections: connections)
    } catch {
      throw .cannotListen(address: address, port: port, reason: "\(error)")
    }
  }

  /// Stops to listen, lets requests under way finish, and closes what is left after `patience`.
  ///
  /// - Returns: how many connections were closed with a request under way.
  public func drain(patience: Duration) async -> Int {
    try? await listener.close().get()  // fails only when it is closed already
    let limit = NIODeadline.now() + TimeAmount(patience)
    let connections = connections
    let promise = eventLoop.makePromise(of: Int.self)
    eventLoop.execute { connections.value.drain(until: limit, on: promise.futureResult.eventLoop, promise) }
    return (try? await promise.futureResult.get()) ?? 0  // the promise is never failed
  }
}

/// What a server accepts, and how long it waits.
public struct HTTPLimits: Hashable, Sendable {
  /// The most bytes that the header of a request may have.
  public var headerBytes = 16 * 1024
  /// The most bytes that the body of a request may have.
  public var bodyBytes = 4 * 1024 * 1024
  /// The most bytes that may wait for a client that reads slowly; one more and it is cut off.
  public var waitingBytes = 4 * 1024 * 1024
  /// How long a request may take to arrive.
  public var requestTimeout = Duration.seconds(30)
  /// How long a connection without request is kept.
  public var keepAliveTimeout = Duration.seconds(75)

  /// The usual limits.
  public init() {}

  /// A responder is writable below the first figure again after having been above the second.
  var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
    let high = min(64 * 1024, waitingBytes)
    return .init(low: max(1, high / 2), high: high)
  }
}

/// Why a server cannot serve.
public enum HTTPServingError: Error, Equatable {
  /// The address or the port cannot be used.
  case cannotListen(address: String, port: Int, reason: String)
  /// The client of a response is gone.
  case clientGone
}

extension HTTPServingError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what to do next.
  public var description: String {
    switch self {
    case .cannotListen(let address, let port, let reason):
      "Cannot listen on \(address):\(port) (\(reason)); choose another port, or 0 for a free one."
    case .clientGone: "The client closed its connection before the answer was complete."
    }
  }
}
