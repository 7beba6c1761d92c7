import NIOCore
import NIOPosix
import WireProtocols

/// Connections to a storage agent, as a worker or a controller has them.
public enum AgentClient {
  /// Asks a question whose answer is a number; `nil` when the agent closes without an answer.
  ///
  /// - Throws: ``PodError/agentFailed(address:reason:)``.
  public static func ask(
    _ message: StorageAgentMessage, host: String = "127.0.0.1", port: Int
  ) async throws(PodError) -> UInt64? {
    let (bytes, channel) = try await answer(
      to: message, host: host, port: port, least: FrameReader.integerSize)
    channel.close(promise: nil)
    var reader = FrameReader()
    reader.feed(bytes)
    return reader.integer()
  }

  /// Whether a storage agent, or a remote storage server, says that it serves; one that cannot be reached does not.
  public static func isInitialised(host: String, port: Int) async -> Bool {
    guard let (bytes, channel) = try? await answer(to: .isInitialised, host: host, port: port, least: 1) else {
      return false
    }
    channel.close(promise: nil)
    return !bytes.isEmpty
  }

  /// Has a shard fetched and waits until it is, or until the agent gives up; the protocol does not tell which.
  ///
  /// - Throws: ``PodError/agentFailed(address:reason:)``.
  public static func prefetch(_ shard: ShardRequest, host: String = "127.0.0.1", port: Int) async throws(PodError) {
    _ = try await answer(to: .load(shard), host: host, port: port, least: .max)
  }

  /// Asks where a shard is, or will be, and maps the memory; the agent keeps the shard there until the reader closes.
  ///
  /// - Throws: ``PodError``, also when the agent cannot fetch the shard.
  public static func open(
    _ shard: ShardRequest, host: String = "127.0.0.1", port: Int
  ) async throws(PodError) -> ShardReader {
    let (bytes, channel) = try await answer(
      to: .load(shard), host: host, port: port, least: 2 * FrameReader.integerSize + 1)
    var reader = FrameReader()
    reader.feed(bytes)
    guard let place = ShardPlace.decode(from: &reader) else {
      throw .agentFailed(address: "\(host):\(port)", reason: "it could not provide \(shard.model)")
    }
    do {
      return ShardReader(
        place: place, segment: try SharedMemorySegment(opening: place.segment, size: Int(place.segmentBytes)),
        channel: channel)
    } catch {
      channel.close(promise: nil)
      throw error
    }
  }

  /// Sends a message and waits for so many bytes, or for the end of the connection.
  private static func answer(
    to message: StorageAgentMessage, host: String, port: Int, least: Int
  ) async throws(PodError) -> ([UInt8], any Channel) {
    do {
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let promise = loop.makePromise(of: [UInt8].self)
      let channel: any Channel
      do {
        channel = try await ClientBootstrap(group: loop)
          .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
              try channel.pipeline.syncOperations.addHandler(Collector(promise, least: least))
            }
          }
          .connect(host: host, port: port).get()
      } catch {
        promise.fail(error)
        throw error
      }
      try await channel.writeAndFlush(ByteBuffer(bytes: message.bytes))
      return (try await promise.futureResult.get(), channel)
    } catch {
      throw .agentFailed(address: "\(host):\(port)", reason: "\(error)")
    }
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var promise: EventLoopPromise<[UInt8]>?
    private let least: Int
    private var bytes: [UInt8] = []

    init(_ promise: EventLoopPromise<[UInt8]>, least: Int) {
      self.promise = promise
      self.least = least
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes += unwrapInboundIn(data).readableBytesView
      if bytes.count >= least { finish() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
      finish()
    }

    func channelInactive(context: ChannelHandlerContext) {
      finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }

    private func finish() {
      promise?.succeed(bytes)
      promise = nil
    }
  }
}

/// A shard in shared memory, which stays there until this is closed.
public final class ShardReader: Sendable {
  /// Where the shard is.
  public let place: ShardPlace
  /// The memory.
  public let segment: SharedMemorySegment
  private let channel: any Channel

  init(place: ShardPlace, segment: SharedMemorySegment, channel: any Channel) {
    self.place = place
    self.segment = segment
    self.channel = channel
  }

  /// How many bytes have arrived without a gap.
  public var arrivedBytes: Int { segment.arrivedBytes(at: Int(place.offset)) }

  /// Bytes of the shard, which must have arrived.
  public func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    let start = Int(place.offset) + FrameReader.integerSize
    return UnsafeRawBufferPointer(segment.bytes(start + range.lowerBound..<start + range.upperBound))
  }

  /// Whether the agent still holds the shard; it closes when nothing more will arrive.
  public var isOpen: Bool { channel.isActive }

  /// Lets the shard go.
  public func close() {
    channel.close(promise: nil)
  }
}
