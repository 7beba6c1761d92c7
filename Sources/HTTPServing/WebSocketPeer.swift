import NIOCore

/// The other end of a WebSocket; it may be used from any thread.
///
/// What is sent after the end is dropped silently: whoever wants to know of it says so with ``whenEnded(_:)``.
public struct WebSocketPeer: Sendable {
  private let connection: NIOLoopBound<WebSocketConnection>
  /// The loop of the connection.
  public let eventLoop: any EventLoop

  init(_ connection: WebSocketConnection, on eventLoop: any EventLoop) {
    self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
    self.eventLoop = eventLoop
  }

  /// Sends a binary message, or keeps it until the client reads; too much waiting cuts the client off.
  public func send(_ message: [UInt8]) {
    onLoop { $0.send(message) }
  }

  /// Takes leave after what has been sent, and closes the connection once the client has taken leave, too, or after two
  /// seconds.
  public func close() {
    onLoop { $0.close(.normalClosure) }
  }

  /// Closes the connection at once and without a word.
  public func abort() {
    onLoop { $0.abort() }
  }

  /// Calls back, on the event loop, with every message from now on, in place of what was called before.
  public func onMessage(_ body: @escaping @Sendable ([UInt8]) -> Void) {
    onLoop { $0.onMessage = body }
  }

  /// Calls back, on the event loop, when the connection has ended; at once if it has.
  public func whenEnded(_ body: @escaping @Sendable () -> Void) {
    onLoop { $0.whenEnded(body) }
  }

  private func onLoop(_ body: @escaping @Sendable (WebSocketConnection) -> Void) {
    if eventLoop.inEventLoop {
      body(connection.value)
    } else {
      eventLoop.execute { body(connection.value) }
    }
  }
}
