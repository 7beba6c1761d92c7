import NIOCore
import NIOHTTP1
import NIOWebSocket

/// An answer that turns a connection into a WebSocket.
struct WebSocketUpgrade: Sendable {
  /// The subprotocol that was chosen of those offered.
  let subprotocol: String?
  /// Gets the other end once messages can be sent.
  let body: @Sendable (WebSocketPeer) -> Void

  /// The headers that agree to a request, the proof that it was understood among them; fails for a malformed one.
  func agree(with head: HTTPRequestHead, on channel: any Channel) -> EventLoopFuture<HTTPHeaders> {
    let headers = HTTPHeaders(subprotocol.map { [("sec-websocket-protocol", $0)] } ?? [])
    let upgrader = NIOWebSocketServerUpgrader { channel, _ in
      channel.eventLoop.makeSucceededFuture(headers)
    } upgradePipelineHandler: { channel, _ in
      channel.eventLoop.makeSucceededVoidFuture()
    }
    return upgrader.buildUpgradeResponse(
      channel: channel, upgradeRequest: head, initialResponseHeaders: HTTPHeaders())
  }
}
