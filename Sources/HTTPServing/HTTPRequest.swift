import NIOHTTP1

/// A request that has arrived as a whole.
public struct HTTPRequest: Sendable {
  /// The method, in capitals.
  public let method: String
  /// The path, without the query.
  public let path: String
  /// What follows the `?`, if there is one.
  public let query: String?
  /// The body.
  public let body: [UInt8]
  /// Who has proved by a certificate to be at the other end, if anybody has.
  public let peer: HTTPPeer?
  private let headers: HTTPHeaders

  init(head: HTTPRequestHead, body: [UInt8], peer: HTTPPeer? = nil) {
    self.peer = peer
    method = head.method.rawValue
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    query = parts.count > 1 ? String(parts[1]) : nil
    headers = head.headers
    self.body = body
  }

  /// The first header of that name, in whatever capitals.
  public func header(_ name: String) -> String? {
    headers.first(name: name)
  }

  /// Whether the client asks to go on in WebSocket, see ``HTTPResponder/upgrade(to:_:)``.
  public var wantsWebSocket: Bool {
    func says(_ name: String, _ word: String) -> Bool {
      headers[canonicalForm: name].contains { $0.lowercased() == word }
    }
    return method == "GET" && says("upgrade", "websocket") && says("connection", "upgrade")
  }

  /// The WebSocket subprotocols that the client offers, in its order.
  public var subprotocols: [String] {
    headers[canonicalForm: "sec-websocket-protocol"].map(String.init)
  }
}
