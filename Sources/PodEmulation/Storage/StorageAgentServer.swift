import NIOCore
import NIOPosix
import Quantities
import WireProtocols

/// The storage agent of a node as a server.
public final class StorageAgentServer: Sendable {
  /// What an agent is made of.
  public struct Settings: Sendable {
    /// The remote storage servers that it fetches from, the same share from each.
    public var remotes: [RemoteStore]
    /// The size of its shared memory.
    public var memory: ByteCount
    /// What its network card receives; `nil` without limit.
    public var rate: Bandwidth?
    /// Whether whole models stay in memory after their last reader has gone.
    public var usesCache = true
    /// How many connections a fetch has at once.
    public var connections = 4
    /// How long a connection may bring nothing.
    public var stallTimeout = Duration.seconds(5)

    /// An agent that fetches from remote storage servers.
    ///
    /// - Precondition: there is one.
    public init(remotes: [RemoteStore], memory: ByteCount) {
      precondition(!remotes.isEmpty, "an agent fetches from somewhere")
      self.remotes = remotes
      self.memory = memory
    }
  }

  /// The port that it listens on.
  public let port: Int
  /// The name of its shared memory, which disappears when it stops.
  public var segmentName: String { segment.name }
  private let segment: SharedMemorySegment
  private let listener: any Channel

  private init(listener: any Channel, segment: SharedMemorySegment) {
    self.listener = listener
    self.segment = segment
    port = listener.localAddress?.port ?? 0
  }

  /// Makes the shared memory and starts to listen.
  ///
  /// - Throws: ``PodError/systemRefused(what:reason:)``.
  public static func start(
    address: String = "127.0.0.1", port: Int, segment name: String, _ settings: Settings, on eventLoop: any EventLoop
  ) async throws(PodError) -> StorageAgentServer {
    let segment = try SharedMemorySegment(creating: name, size: Int(settings.memory.bytes) / 64 * 64)
    do {
      let agent = try await eventLoop.submit {
        let fetch = ShardFetch.Settings(
          remotes: settings.remotes, connections: settings.connections,
          stallTimeout: TimeAmount(settings.stallTimeout))
        return NIOLoopBound(
          StorageAgent(
            segment: segment, settings: fetch, rate: settings.rate, usesCache: settings.usesCache, eventLoop: eventLoop),
          eventLoop: eventLoop)
      }.get()
      let listener = try await ServerBootstrap(group: eventLoop)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(StorageAgentConnection(agent.value))
          }
        }
        .bind(host: address, port: port).get()
      return StorageAgentServer(listener: listener, segment: segment)
    } catch {
      throw .systemRefused(what: "listening on \(address):\(port)", reason: "\(error)")
    }
  }

  /// Stops to listen and takes away the name of the memory; connections end with their clients.
  public func stop() async {
    segment.removeName()
    try? await listener.close().get()  // fails only when it is closed already
  }
}
