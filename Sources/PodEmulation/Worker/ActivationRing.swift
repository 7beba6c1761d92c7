import NIOCore
import NIOPosix
import Synchronization
import WireProtocols

/// What a stage hands to the next.
struct ActivationFrame: Hashable, Sendable {
  /// What the frame is for; the raw value is what goes over the wire.
  enum Kind: UInt64, Sendable {
    /// The activations of a step: each stage takes its time and passes them on.
    case step
    /// A question whether all are ready: each stage passes it on once it is.
    case ready
    /// A collection of KV caches: each stage adds its own.
    case keysAndValues
  }

  var kind: Kind
  /// Nanoseconds that a stage takes, or bytes that it adds.
  var amount: UInt64
  var payload: [UInt8]

  private static let headBytes = 3 * FrameReader.integerSize
  private static let longestPayload: UInt64 = 1 << 30

  var bytes: [UInt8] {
    FrameReader.bytes(of: UInt64(payload.count)) + FrameReader.bytes(of: kind.rawValue)
      + FrameReader.bytes(of: amount) + payload
  }

  /// Takes one frame from what has arrived; `nil` while it is incomplete.
  static func decode(from reader: inout FrameReader) throws(WireError) -> ActivationFrame? {
    let size = FrameReader.integerSize
    guard let length = reader.integer(), let code = reader.integer(at: size), let amount = reader.integer(at: 2 * size)
    else { return nil }
    guard length <= longestPayload, let kind = Kind(rawValue: code) else {
      throw .frameTooLong(bytes: length, limit: Int(longestPayload))
    }
    guard let payload = reader.take(Int(length), skipping: headBytes) else { return nil }
    return ActivationFrame(kind: kind, amount: amount, payload: payload)
  }
}

/// The connections of one stage: it receives frames from the stage before and sends them to the one after, the last to
/// the first.
final class ActivationRing: Sendable {
  /// Frames as they come; they end when a neighbour goes.
  let frames: AsyncStream<ActivationFrame>
  /// The port that the stage before connects to.
  let port: Int
  private let listener: any Channel
  private let arrived: AsyncStream<ActivationFrame>.Continuation
  private let connections: Connections

  /// The connections of a stage.
  private final class Connections: Sendable {
    private struct State {
      var next: (any Channel)?
      var previous: [any Channel] = []
      var isClosed = false
    }

    private let state = Mutex(State())
    /// The next stage, as soon as there is a connection to it.
    let next: EventLoopFuture<any Channel>
    private let promise: EventLoopPromise<any Channel>

    init(on eventLoop: any EventLoop) {
      promise = eventLoop.makePromise()
      next = promise.futureResult
    }

    var nextIfConnected: (any Channel)? { state.withLock { $0.next } }

    /// Takes in a connection to the next stage.
    func add(next channel: any Channel) {
      let isClosed = state.withLock { state in
        if !state.isClosed { state.next = channel }
        return state.isClosed
      }
      if isClosed { channel.close(promise: nil) } else { promise.succeed(channel) }
    }

    /// Takes in a connection of the stage before.
    func add(previous channel: any Channel) {
      let isClosed = state.withLock { state in
        if !state.isClosed { state.previous.append(channel) }
        return state.isClosed
      }
      if isClosed { channel.close(promise: nil) }
    }

    /// Closes all, so that both neighbours learn of it.
    func close() {
      let (channels, hadNext) = state.withLock { state in
        defer { state = State(isClosed: true) }
        return (state.previous + [state.next].compactMap { $0 }, state.next != nil || state.isClosed)
      }
      for channel in channels { channel.close(promise: nil) }
      if !hadNext { promise.fail(ChannelError.ioOnClosedChannel) }
    }
  }

  private init(
    listener: any Channel, frames: AsyncStream<ActivationFrame>, arrived: AsyncStream<ActivationFrame>.Continuation,
    connections: Connections
  ) {
    self.listener = listener
    self.frames = frames
    self.arrived = arrived
    self.connections = connections
    port = listener.localAddress?.port ?? 0
  }

  static func listen(address: String, port: Int, on eventLoop: any EventLoop) async throws(PodError) -> ActivationRing {
    let (frames, arrived) = AsyncStream.makeStream(of: ActivationFrame.self)
    let connections = Connections(on: eventLoop)
    do {
      let listener = try await ServerBootstrap(group: eventLoop)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            connections.add(previous: channel)
            try channel.pipeline.syncOperations.addHandler(Receiver(arrived))
          }
        }
        .bind(host: address, port: port).get()
      return ActivationRing(listener: listener, frames: frames, arrived: arrived, connections: connections)
    } catch {
      connections.close()
      throw .systemRefused(what: "listening on \(address):\(port)", reason: "\(error)")
    }
  }

  /// Connects to the next stage, which may not listen yet.
  func connect(host: String, port: Int, patience: Duration) async throws(PodError) {
    let limit = ContinuousClock.now + patience
    while true {
      do {
        let channel = try await ClientBootstrap(group: listener.eventLoop)
          .channelOption(.tcpOption(.tcp_nodelay), value: 1)
          .connect(host: host, port: port).get()
        channel.closeFuture.whenComplete { [arrived] _ in arrived.finish() }
        return connections.add(next: channel)
      } catch {
        guard ContinuousClock.now < limit else {
          throw .systemRefused(what: "a connection to the next stage at \(host):\(port)", reason: "\(error)")
        }
        try? await Task.sleep(for: .milliseconds(5))  // the next stage is still starting
      }
    }
  }

  /// Sends a frame to the next stage without waiting; should that be gone, the frames of this ring end.
  func send(_ frame: ActivationFrame) throws(PodError) {
    guard let channel = connections.nextIfConnected else {
      throw .systemRefused(what: "passing activations on", reason: "there is no next stage")
    }
    channel.writeAndFlush(ByteBuffer(bytes: frame.bytes), promise: nil)
  }

  /// Sends a frame to the next stage, once there is a connection to it: the stage before may know its pipeline earlier.
  func pass(_ frame: ActivationFrame) async throws(PodError) {
    do {
      try await connections.next.get().writeAndFlush(ByteBuffer(bytes: frame.bytes))
    } catch {
      throw .systemRefused(what: "passing activations on", reason: "the next stage is gone (\(error))")
    }
  }

  /// Lets both neighbours go.
  func close() {
    listener.close(promise: nil)
    connections.close()
    arrived.finish()
  }

  private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let arrived: AsyncStream<ActivationFrame>.Continuation
    private var reader = FrameReader()

    init(_ arrived: AsyncStream<ActivationFrame>.Continuation) {
      self.arrived = arrived
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      reader.feed(unwrapInboundIn(data).readableBytesView)
      do throws(WireError) {
        while let frame = try ActivationFrame.decode(from: &reader) { arrived.yield(frame) }
      } catch {
        context.close(promise: nil)  // it does not speak the protocol
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      arrived.finish()
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}
