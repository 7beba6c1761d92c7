import NIOCore

/// The way back to the client of one request; it may be used from any thread.
///
/// An answer is either one call of ``respond(_:contentType:headers:body:)``, or ``begin(_:contentType:headers:)``, any
/// number of ``write(_:)`` and one ``finish()``, or ``upgrade(to:_:)``. What comes after the client has gone is dropped silently: a server
/// notices through ``whenGone(_:)``.
public struct HTTPResponder: Sendable {
  private let exchange: NIOLoopBound<HTTPExchange>
  /// The loop of the connection.
  public let eventLoop: any EventLoop

  init(_ exchange: HTTPExchange, on eventLoop: any EventLoop) {
    self.exchange = NIOLoopBound(exchange, eventLoop: eventLoop)
    self.eventLoop = eventLoop
  }

  /// Sends a whole answer.
  public func respond(
    _ status: Int, contentType: String = "application/json", headers: [(String, String)] = [], body: [UInt8]
  ) {
    onLoop { $0.respond(status, contentType: contentType, headers: headers, body: body) }
  }

  /// Begins an answer that comes piece by piece, with a first piece if there is one already: both go out together.
  public func begin(_ status: Int, contentType: String, headers: [(String, String)] = [], first: [UInt8] = []) {
    onLoop { $0.begin(status, contentType: contentType, headers: headers, first: first) }
  }

  /// Sends a piece at once, or keeps it until the client reads; too much waiting cuts the client off.
  public func write(_ bytes: [UInt8]) {
    onLoop { $0.write(bytes) }
  }

  /// Sends a piece and waits until there is room for another: back-pressure for whoever can wait.
  ///
  /// - Throws: ``HTTPServingError/clientGone``.
  public func writeWhenPossible(_ bytes: [UInt8]) async throws {
    let promise = eventLoop.makePromise(of: Void.self)
    onLoop {
      $0.write(bytes)
      $0.whenWritable(promise)
    }
    try await promise.futureResult.get()
  }

  /// Ends an answer that came piece by piece, with a last piece if there is one.
  public func finish(last: [UInt8] = []) {
    onLoop { $0.finish(last: last) }
  }

  /// Goes on in WebSocket, if the request is one for that; a request that only looks so is answered with 400.
  ///
  /// - Parameters:
  ///   - subprotocol: one of those that the client offers; `nil` for none.
  ///   - body: gets the other end, on the event loop, once messages can be sent.
  public func upgrade(to subprotocol: String?, _ body: @escaping @Sendable (WebSocketPeer) -> Void) {
    onLoop { $0.upgrade(to: subprotocol, body) }
  }

  /// Closes the connection in the middle of an answer, so that the client cannot take it for a whole one.
  public func abort() {
    onLoop { $0.abort() }
  }

  /// Calls back, on the event loop, when the client goes away before the answer is complete; at once if it has.
  public func whenGone(_ body: @escaping @Sendable () -> Void) {
    onLoop { $0.whenGone(body) }
  }

  private func onLoop(_ body: @escaping @Sendable (HTTPExchange) -> Void) {
    if eventLoop.inEventLoop {
      body(exchange.value)
    } else {
      eventLoop.execute { body(exchange.value) }
    }
  }
}
