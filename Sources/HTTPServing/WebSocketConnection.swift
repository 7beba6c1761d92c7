import NIOCore
import NIOWebSocket

/// Puts the messages of a WebSocket together and sends those of the server; it lives on the event loop of its connection.
///
/// - Source: RFC 6455.
final class WebSocketConnection: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  private enum State { case open, leaving, ended }

  /// How long a client may take to answer a farewell.
  private static let patience = TimeAmount.seconds(2)

  private let limits: HTTPLimits
  private var state = State.open
  private var context: ChannelHandlerContext?
  /// A message whose end is missing.
  private var begun: ByteBuffer?
  private var endCallbacks: [@Sendable () -> Void] = []
  /// Gets each message.
  var onMessage: @Sendable ([UInt8]) -> Void = { _ in }

  init(limits: HTTPLimits) {
    self.limits = limits
  }

  /// Puts itself and what it needs at the end of a connection.
  func join(_ channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(WebSocketFrameEncoder())
    try pipeline.addHandler(
      ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: min(limits.bodyBytes, Int(UInt32.max)))))
    try pipeline.addHandler(WebSocketProtocolErrorHandler(isServer: true))
    try pipeline.addHandler(self)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func channelInactive(context: ChannelHandlerContext) {
    state = .ended
    self.context = nil
    let callbacks = endCallbacks
    endCallbacks = []
    for callback in callbacks { callback() }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A violation of the protocol has been answered by the handler before, which closes the connection, too.
    if error is NIOWebSocketError { state = .leaving } else { context.close(promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    guard frame.maskKey != nil, frame.reservedBits.isEmpty else { return close(.protocolError) }
    switch frame.opcode {
    case .binary, .text:
      guard begun == nil else { return close(.protocolError) }
      take(context.channel.allocator.buffer(capacity: 0), frame)
    case .continuation:
      guard let message = begun else { return close(.protocolError) }
      begun = nil  // lets go of the buffer, so that it is not copied
      take(message, frame)
    case .ping: if state == .open { write(.pong, frame.unmaskedData) }
    case .pong: break
    case .connectionClose: farewell(context, frame)
    default: close(.protocolError)
    }
  }

  private func take(_ message: ByteBuffer, _ frame: WebSocketFrame) {
    var (message, piece) = (message, frame.unmaskedData)
    guard message.readableBytes + piece.readableBytes <= limits.bodyBytes else { return close(.messageTooLarge) }
    message.writeBuffer(&piece)
    guard frame.fin else {
      begun = message
      return
    }
    if state == .open { onMessage(Array(message.readableBytesView)) }
  }

  /// The client takes leave, or answers ours; then nothing more comes.
  private func farewell(_ context: ChannelHandlerContext, _ frame: WebSocketFrame) {
    guard state == .open else { return context.close(promise: nil) }
    state = .leaving
    let channel = context.channel
    write(.connectionClose, frame.unmaskedData).whenComplete { _ in channel.close(promise: nil) }
  }

  func send(_ message: [UInt8]) {
    guard state == .open, let context else { return }
    write(.binary, context.channel.allocator.buffer(bytes: message))
  }

  /// Takes leave with a code, and closes the connection after a while if the client does not.
  func close(_ code: WebSocketErrorCode) {
    guard state == .open, let context else { return }
    state = .leaving
    var data = context.channel.allocator.buffer(capacity: 2)
    data.write(webSocketErrorCode: code)
    write(.connectionClose, data)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
  }

  func abort() {
    context?.close(promise: nil)
  }

  func whenEnded(_ body: @escaping @Sendable () -> Void) {
    if state == .ended { body() } else { endCallbacks.append(body) }
  }

  /// Sends a frame; a client that reads too slowly is cut off.
  @discardableResult
  private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> EventLoopFuture<Void> {
    guard let context else { preconditionFailure("only an open connection is written to") }
    guard waitingBytes + data.readableBytes <= limits.waitingBytes else {
      abort()
      return context.eventLoop.makeFailedFuture(HTTPServingError.clientGone)
    }
    return context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)))
  }

  /// What the client has yet to read, in our own buffers.
  private var waitingBytes: Int {
    (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0  // every socket channel knows
  }
}
