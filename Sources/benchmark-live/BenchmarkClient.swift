import NIOCore
import NIOPosix
import WireProtocols

/// A client that costs as little as possible: requests are bytes, and answers are only looked at for their end.
struct BenchmarkClient: Sendable {
  let port: Int
  let token: String
  let group: MultiThreadedEventLoopGroup

  func creation(of object: JSON, at path: String) -> [UInt8] {
    let body = object.bytes
    let head =
      "POST \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nUser-Agent: benchmark/1\r\n"
      + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
    return Array(head.utf8) + body
  }

  /// Sends requests on a connection of their own, each after the answer to the one before.
  func sendInTurn(_ requests: [[UInt8]]) async throws {
    let connection = try await connect()
    for request in requests { try await connection.exchange(request) }
    try await connection.close()
  }

  func connect() async throws -> Connection {
    let reader = Reader()
    let channel = try await ClientBootstrap(group: group)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(reader.handler()) }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return Connection(channel: channel, stream: reader.stream)
  }

  func watch(_ path: String) async throws -> Connection {
    let connection = try await connect()
    let request = "GET \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n"
    try await connection.send(Array(request.utf8))
    _ = try await connection.next(containing: "\r\n\r\n")
    return connection
  }

  /// What arrives, with its time.
  private struct Reader: Sendable {
    let stream: AsyncStream<Arrival>
    private let continuation: AsyncStream<Arrival>.Continuation

    init() {
      (stream, continuation) = AsyncStream.makeStream()
    }

    func handler() -> Handler { Handler(continuation) }
  }

  struct Arrival: Sendable {
    let bytes: [UInt8]
    let time: ContinuousClock.Instant
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<Arrival>.Continuation

    init(_ continuation: AsyncStream<Arrival>.Continuation) {
      self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      continuation.yield(Arrival(bytes: Array(unwrapInboundIn(data).readableBytesView), time: .now))
    }

    func channelInactive(context: ChannelHandlerContext) {
      continuation.finish()
    }
  }

  /// An open connection, used by one task at a time.
  final class Connection: Sendable {
    private let channel: any Channel
    private let stream: AsyncStream<Arrival>

    init(channel: any Channel, stream: AsyncStream<Arrival>) {
      self.channel = channel
      self.stream = stream
    }

    func send(_ bytes: [UInt8]) async throws {
      try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Sends a request and waits for its answer, which must tell of success.
    func exchange(_ request: [UInt8]) async throws {
      try await send(request)
      var text: [UInt8] = []
      for await arrival in stream {
        text += arrival.bytes
        if Self.isWhole(text) { break }
      }
      guard text.starts(with: "HTTP/1.1 201".utf8) else {
        throw Refused(answer: String(decoding: text.prefix(500), as: UTF8.self))
      }
    }

    /// Waits until a text has arrived.
    func next(containing text: String) async throws -> ContinuousClock.Instant {
      var all = ""
      for await arrival in stream {
        all += String(decoding: arrival.bytes, as: UTF8.self)
        if all.contains(text) { return arrival.time }
      }
      throw Refused(answer: "the end before \(text)")
    }

    func pause(_ time: TimeAmount) async throws {
      try await channel.eventLoop.scheduleTask(in: time) {}.futureResult.get()
    }

    func close() async throws {
      try await channel.close().get()
    }

    private static func isWhole(_ bytes: [UInt8]) -> Bool {
      let text = String(decoding: bytes.prefix(1024), as: UTF8.self)
      guard let end = text.firstRange(of: "\r\n\r\n"), let start = text.firstRange(of: "content-length: ") else {
        return false
      }
      let length = Int(text[start.upperBound...].prefix { $0.isNumber }) ?? 0
      return bytes.count >= text[..<end.upperBound].utf8.count + length
    }
  }

  struct Refused: Error {
    let answer: String
  }
}
