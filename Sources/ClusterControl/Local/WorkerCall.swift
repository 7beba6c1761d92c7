import NIOCore
import NIOHTTP1
import NIOPosix
import WireProtocols

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
  }

  private var news: ((News) -> Void)?
  private var channel: (any Channel)?

  private init(_ news: @escaping (News) -> Void) {
    self.news = news
  }

  /// Posts a body.
  static func post(
    _ body: JSON, to path: String, host: String, port: Int, on eventLoop: any EventLoop,
    news: @escaping (News) -> Void
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
      .connect(host: host, port: port)
      .whenComplete { result in
        switch result {
        case .success(let channel): bound.value.send(body.bytes, path, host: "\(host):\(port)", channel)
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

  private func send(_ body: [UInt8], _ path: String, host: String, _ channel: any Channel) {
    guard news != nil else { return channel.close(promise: nil) }
    self.channel = channel
    let headers = HTTPHeaders([
      ("host", host), ("content-type", "application/json"), ("content-length", "\(body.count)"),
      ("connection", "close"),
    ])
    let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }

  private func tell(_ item: News) {
    guard let news else { return }
    switch item {
    case .status, .bytes: break
    case .ended, .refused, .broken:
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
