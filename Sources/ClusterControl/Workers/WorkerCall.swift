import NIOCore
import NIOHTTP1
import NIOPosix
import WireProtocols

/// Where a worker is spoken to.
struct WorkerAddress: Hashable, Sendable {
  let host: String
  let port: Int
  /// What comes before the paths of requests; empty for most.
  var prefix = ""
}

/// A request to a worker whose answer comes piece by piece; it lives on one event loop.
final class WorkerCall {
  /// What comes back. Nothing follows `ended`, `refused` or `broken`.
  enum News {
    case status(Int)
    case bytes(ByteBuffer)
    /// The answer is complete.
    case ended
    /// Nobody listens there.
    case refused
    /// The connection ended before the answer.
    case broken(reason: String)

    /// Whether nothing follows.
    var isLast: Bool {
      switch self {
      case .status, .bytes: false
      case .ended, .refused, .broken: true
      }
    }
  }

  private var news: ((News) -> Void)?
  private var channel: (any Channel)?

  private init(_ news: @escaping (News) -> Void) {
    self.news = news
  }

  /// Posts a body.
  static func post(
    _ body: JSON, to path: String, at address: WorkerAddress, on eventLoop: any EventLoop,
    news: @escaping (News) -> Void
  ) -> WorkerCall {
    start(.POST, body.bytes, path, address, eventLoop, news)
  }

  /// Asks without a body.
  static func get(
    _ path: String, at address: WorkerAddress, on eventLoop: any EventLoop, news: @escaping (News) -> Void
  ) -> WorkerCall {
    start(.GET, [], path, address, eventLoop, news)
  }

  private static func start(
    _ method: HTTPMethod, _ body: [UInt8], _ path: String, _ address: WorkerAddress, _ eventLoop: any EventLoop,
    _ news: @escaping (News) -> Void
  ) -> WorkerCall {
    let call = WorkerCall(news)
    let bound = NIOLoopBound(call, eventLoop: eventLoop)
    ClientBootstrap(group: eventLoop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          try channel.pipeline.syncOperations.addHandler(Handler(bound.value))
        }
      }
      .connect(host: address.host, port: address.port)
      .whenComplete { result in
        switch result {
        case .success(let channel): bound.value.send(method, body, path, address, channel)
        case .failure: bound.value.tell(.refused)
        }
      }
    return call
  }

  /// Gives the call up: nothing more is told, and the worker sees its client go.
  func cancel() {
    news = nil
    channel?.close(promise: nil)
  }

  private func send(
    _ method: HTTPMethod, _ body: [UInt8], _ path: String, _ address: WorkerAddress, _ channel: any Channel
  ) {
    guard news != nil else { return channel.close(promise: nil) }
    self.channel = channel
    var headers = HTTPHeaders([("host", "\(address.host):\(address.port)"), ("connection", "close")])
    if method == .POST {
      headers.add(name: "content-type", value: "application/json")
      headers.add(name: "content-length", value: "\(body.count)")
    }
    let head = HTTPRequestHead(version: .http1_1, method: method, uri: address.prefix + path, headers: headers)
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    if !body.isEmpty { channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil) }
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }

  private func tell(_ item: News) {
    guard let news else { return }
    if item.isLast {
      self.news = nil
      channel?.close(promise: nil)
    }
    news(item)
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let call: WorkerCall

    init(_ call: WorkerCall) {
      self.call = call
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): call.tell(.status(Int(head.status.code)))
      case .body(let bytes): call.tell(.bytes(bytes))
      case .end: call.tell(.ended)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      call.tell(.broken(reason: "the worker closed the connection"))
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      call.tell(.broken(reason: "\(error)"))
      context.close(promise: nil)
    }
  }
}
