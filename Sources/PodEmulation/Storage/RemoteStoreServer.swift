import NIOCore
import NIOPosix
import Quantities
import WireProtocols

/// A remote storage server: it sends the weights of any shard in parts, at the rate of its network card.
public final class RemoteStoreServer: Sendable {
  /// What a server does wrong on purpose, so that those who fetch can be tested.
  public enum Fault: Hashable, Sendable {
    /// It closes the connection after so many bytes of a part.
    case truncated(after: Int)
    /// It sends nothing more after so many bytes of a part, and keeps the connection.
    case stalled(after: Int)
    /// It changes the byte at that position of a part.
    case corrupted(at: Int)
  }

  /// The port that it listens on.
  public let port: Int
  private let listener: any Channel

  private init(listener: any Channel) {
    self.listener = listener
    port = listener.localAddress?.port ?? 0
  }

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - rate: what all connections together may send; `nil` without limit.
  ///   - fault: what goes wrong, and in how many parts from the first on.
  /// - Throws: ``PodError/systemRefused(what:reason:)`` when the address cannot be used.
  public static func start(
    address: String = "127.0.0.1", port: Int, catalogue: ShardCatalogue, rate: Bandwidth? = nil,
    fault: (kind: Fault, parts: Int)? = nil, on eventLoop: any EventLoop
  ) async throws(PodError) -> RemoteStoreServer {
    do {
      let shared = try await eventLoop.submit {
        NIOLoopBound(
          RemoteStoreState(catalogue: catalogue, bucket: rate.map(TokenBucket.init), fault: fault), eventLoop: eventLoop
        )
      }.get()
      let listener = try await ServerBootstrap(group: eventLoop)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(RemoteStoreConnection(shared.value))
          }
        }
        .bind(host: address, port: port).get()
      return RemoteStoreServer(listener: listener)
    } catch {
      throw .systemRefused(what: "listening on \(address):\(port)", reason: "\(error)")
    }
  }

  /// Stops to listen; connections end with their clients.
  public func stop() async {
    try? await listener.close().get()  // fails only when it is closed already
  }
}
