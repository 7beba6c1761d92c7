import NIOCore
import NIOHTTP1

/// Collects the requests of one connection within the limits and hands them to the routes one after another.
///
/// When a request is answered by another protocol, it lets everything pass and only sees to the connection's end.
final class HTTPConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case idle
    case reading(HTTPRequestHead, ByteBuffer)
    case answering(HTTPExchange)
    case refused
    case upgraded(WebSocketConnection)
  }

  /// How long the rest of a refused request is read.
  private static let lingering = Duration.seconds(2)

  private let limits: HTTPLimits
  private let list: ConnectionList
  private let peer: (@Sendable (any Channel) -> HTTPPeer?)?
  private let routes: HTTPServer.Routes
  /// What stands between the bytes and this handler.
  private let parsers: [any RemovableChannelHandler]
  private var state = State.idle
  private var timeout: Scheduled<Void>?
  private var context: ChannelHandlerContext?

  private init(
    limits: HTTPLimits, list: ConnectionList, peer: (@Sendable (any Channel) -> HTTPPeer?)?,
    parsers: [any RemovableChannelHandler], routes: @escaping HTTPServer.Routes
  ) {
    self.parsers = parsers
    self.limits = limits
    self.list = list
    self.peer = peer
    self.routes = routes
  }

  /// Sets up a new connection.
  static func configure(
    _ channel: any Channel, limits: HTTPLimits, list: ConnectionList, peer: (@Sendable (any Channel) -> HTTPPeer?)?,
    routes: @escaping HTTPServer.Routes
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    let parsers: [any RemovableChannelHandler] = [
      HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)),
      HTTPServerPipelineHandler(), NIOHTTPResponseHeadersValidator(), HTTPServerProtocolErrorHandler(),
    ]
    for parser in parsers { try pipeline.addHandler(parser) }
    try pipeline.addHandler(HTTPConnection(limits: limits, list: list, peer: peer, parsers: parsers, routes: routes))
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    list.add(self)
    closeAfter(limits.requestTimeout)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timeout?.cancel()
    if case .answering(let exchange) = state { exchange.clientGone() }
    state = .refused
    list.remove(self)
    self.context = nil
    context.fireChannelInactive()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, case .answering(let exchange) = state { exchange.becameWritable() }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .upgraded = state { return context.fireChannelRead(data) }  // bytes, which are not for this handler
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .idle):
      closeAfter(limits.requestTimeout)
      let size = head.headers.reduce(head.uri.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
      if size > limits.headerBytes {
        refuse(context, head, .requestHeaderFieldsTooLarge, "The header has more than \(limits.headerBytes) bytes.")
      } else if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.bodyBytes
      {
        refuse(context, head, .payloadTooLarge, "The body has more than \(limits.bodyBytes) bytes.")
      } else {
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
          context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
        }
        state = .reading(head, context.channel.allocator.buffer(capacity: 0))
      }
    case (.body(var part), .reading(let head, var body)):
      guard body.readableBytes + part.readableBytes <= limits.bodyBytes else {
        return refuse(context, head, .payloadTooLarge, "The body has more than \(limits.bodyBytes) bytes.")
      }
      state = .idle  // lets go of the buffer, so that it is not copied
      body.writeBuffer(&part)
      state = .reading(head, body)
    case (.end, .reading(let head, let body)): answer(context, head, body)
    default: break  // what follows a refusal
    }
  }

  private func answer(_ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ body: ByteBuffer) {
    timeout?.cancel()
    // Whoever offers another protocol may go on in it, so nothing after such a request is taken for HTTP.
    let keepsAlive = head.isKeepAlive && !head.headers.contains(name: "upgrade")
    let exchange = HTTPExchange(
      channel: context.channel, limits: limits, keepsAlive: keepsAlive, isHead: head.method == .HEAD
    ) { [self] keepsAlive in
      guard case .answering = state else { return }
      state = keepsAlive ? .idle : .refused
      if keepsAlive { closeAfter(limits.keepAliveTimeout) }
    } upgrade: { [self] upgrade in
      self.upgrade(upgrade, head)
    }
    exchange.isLast = list.isDraining
    state = .answering(exchange)
    routes(
      HTTPRequest(head: head, body: Array(body.readableBytesView), peer: peer?(context.channel)),
      HTTPResponder(exchange, on: context.eventLoop))
  }

  /// Takes the parsers of HTTP out of the way and puts WebSocket behind this handler.
  ///
  /// It happens at another turn of the loop, since the request may still be on its way through those parsers.
  private func upgrade(_ upgrade: WebSocketUpgrade, _ head: HTTPRequestHead) {
    guard let context else { return }
    let bound = NIOLoopBound((self, context.channel), eventLoop: context.eventLoop)
    context.eventLoop.execute {
      let (connection, channel) = bound.value
      upgrade.agree(with: head, on: channel).assumeIsolated().whenComplete { agreement in
        connection.goOn(upgrade, agreement, on: channel)
      }
    }
  }

  private func goOn(_ upgrade: WebSocketUpgrade, _ agreement: Result<HTTPHeaders, any Error>, on channel: any Channel) {
    guard case .answering(let exchange) = state else { return }
    guard case .success(let headers) = agreement else {
      return exchange.respond(
        400, contentType: "text/plain", headers: [], body: Array("The request for WebSocket is malformed.\n".utf8))
    }
    let webSocket = WebSocketConnection(limits: limits)
    exchange.switchProtocols(headers)
    state = .upgraded(webSocket)
    do {
      try webSocket.join(channel)
    } catch {
      return close()
    }
    for parser in parsers { channel.pipeline.syncOperations.removeHandler(parser, promise: nil) }
    upgrade.body(WebSocketPeer(webSocket, on: channel.eventLoop))
    if list.isDraining { closeWhenIdle() }
  }

  /// Answers with an error and closes: the rest of the request is not worth keeping. It is still read for a while, since
  /// closing with unread bytes would reset the connection and could destroy the answer on its way.
  private func refuse(
    _ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ status: HTTPResponseStatus, _ sentence: String
  ) {
    state = .refused
    let exchange = HTTPExchange(
      channel: context.channel, limits: limits, keepsAlive: false, isHead: false, lingers: true
    ) { _ in }
    closeAfter(Self.lingering)
    exchange.respond(
      Int(status.code), contentType: "text/plain", headers: [], body: Array("\(sentence)\n".utf8))
  }

  private func closeAfter(_ span: Duration) {
    timeout?.cancel()
    guard let context else { return }
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    timeout = context.eventLoop.scheduleTask(in: TimeAmount(span)) { connection.value.close() }
  }

  /// Whether a request is under way.
  var isBusy: Bool {
    switch state {
    case .reading, .answering, .upgraded: true
    case .idle, .refused: false
    }
  }

  /// Closes a connection without request now, one with a request after its answer, and one in another protocol politely.
  func closeWhenIdle() {
    switch state {
    case .idle: close()
    case .answering(let exchange): exchange.isLast = true
    case .upgraded(let webSocket): webSocket.close(.goingAway)
    case .reading, .refused: break
    }
  }

  /// Closes the connection whatever it does.
  func close() {
    context?.close(promise: nil)
  }
}
