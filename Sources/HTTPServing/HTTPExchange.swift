import NIOCore
import NIOHTTP1

/// One request and the state of its answer; it lives on the event loop of its connection.
final class HTTPExchange {
  private enum State { case waiting, streaming, ended, gone }

  private let channel: any Channel
  private let limits: HTTPLimits
  private let keepsAlive: Bool
  private let isHead: Bool
  private let lingers: Bool
  private let ended: (_ keepsAlive: Bool) -> Void
  private let upgrade: (WebSocketUpgrade) -> Void
  private var state = State.waiting
  private var goneCallbacks: [@Sendable () -> Void] = []
  private var writable: [EventLoopPromise<Void>] = []
  /// Set when the server stops: the answer then closes the connection.
  var isLast = false

  init(
    channel: any Channel, limits: HTTPLimits, keepsAlive: Bool, isHead: Bool, lingers: Bool = false,
    ended: @escaping (Bool) -> Void, upgrade: @escaping (WebSocketUpgrade) -> Void = { _ in }
  ) {
    self.channel = channel
    self.limits = limits
    self.keepsAlive = keepsAlive
    self.isHead = isHead
    self.lingers = lingers
    self.ended = ended
    self.upgrade = upgrade
  }

  func respond(_ status: Int, contentType: String, headers: [(String, String)], body: [UInt8]) {
    guard state == .waiting else { return }
    send(head(status, contentType, headers + [("content-length", "\(body.count)")]))
    if !isHead, !body.isEmpty { send(.body(.byteBuffer(channel.allocator.buffer(bytes: body)))) }
    end()
  }

  func begin(_ status: Int, contentType: String, headers: [(String, String)], first: [UInt8]) {
    guard state == .waiting else { return }
    state = .streaming
    send(head(status, contentType, headers + [("cache-control", "no-cache"), ("transfer-encoding", "chunked")]))
    if first.isEmpty || isHead { channel.flush() } else { write(first) }
  }

  func write(_ bytes: [UInt8]) {
    guard state == .streaming, !isHead, !bytes.isEmpty else { return }
    guard waitingBytes + bytes.count <= limits.waitingBytes else { return abort() }
    send(.body(.byteBuffer(channel.allocator.buffer(bytes: bytes))))
    channel.flush()
  }

  func finish(last: [UInt8]) {
    guard state == .streaming else { return }
    if !isHead, !last.isEmpty { send(.body(.byteBuffer(channel.allocator.buffer(bytes: last)))) }
    end()
  }

  func upgrade(to subprotocol: String?, _ body: @escaping @Sendable (WebSocketPeer) -> Void) {
    guard state == .waiting else { return }
    upgrade(WebSocketUpgrade(subprotocol: subprotocol, body: body))
  }

  /// Sends the head after which the connection speaks another protocol; the connection sees to the rest.
  func switchProtocols(_ headers: HTTPHeaders) {
    guard state == .waiting else { return }
    state = .ended
    goneCallbacks = []
    send(.head(HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)))
    channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    becameWritable()
  }

  func abort() {
    guard state == .waiting || state == .streaming else { return }
    clientGone()
    channel.close(promise: nil)
  }

  func whenGone(_ body: @escaping @Sendable () -> Void) {
    switch state {
    case .gone: body()
    case .waiting, .streaming: goneCallbacks.append(body)
    case .ended: break
    }
  }

  func whenWritable(_ promise: EventLoopPromise<Void>) {
    if state == .gone { return promise.fail(HTTPServingError.clientGone) }
    if channel.isWritable { promise.succeed() } else { writable.append(promise) }
  }

  /// The connection has room again.
  func becameWritable() {
    for promise in takeWritable() { promise.succeed() }
  }

  /// The connection has ended.
  func clientGone() {
    guard state == .waiting || state == .streaming else { return }
    state = .gone
    for promise in takeWritable() { promise.fail(HTTPServingError.clientGone) }
    let callbacks = goneCallbacks
    goneCallbacks = []
    for callback in callbacks { callback() }
  }

  /// What the client has yet to read, in our own buffers.
  private var waitingBytes: Int {
    (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0  // every socket channel knows
  }

  private func takeWritable() -> [EventLoopPromise<Void>] {
    defer { writable = [] }
    return writable
  }

  private func head(_ status: Int, _ contentType: String, _ headers: [(String, String)]) -> HTTPServerResponsePart {
    var fields = HTTPHeaders(headers)
    fields.add(name: "content-type", value: contentType)
    if !keepsAlive || isLast { fields.add(name: "connection", value: "close") }
    return .head(HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields))
  }

  private func send(_ part: HTTPServerResponsePart) {
    channel.write(part, promise: nil)
  }

  private func end() {
    state = .ended
    goneCallbacks = []
    let keepsAlive = keepsAlive && !isLast
    let channel = channel
    let written = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
    if !keepsAlive {
      let mode = lingers ? CloseMode.output : .all
      written.whenComplete { _ in channel.close(mode: mode, promise: nil) }
    }
    ended(keepsAlive)
    becameWritable()
  }
}
