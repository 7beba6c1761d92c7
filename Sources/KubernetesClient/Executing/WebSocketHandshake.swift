import Foundation

/// The request that turns a connection into a WebSocket, and what its answer must be.
///
/// The answer's `Sec-WebSocket-Accept` is not compared with the key: that takes SHA-1, which neither Swift nor this room's
/// C libraries offer, and guards against caches that know no WebSocket, not against impostors. The subprotocol says as
/// much: only a server that has understood the request names one of those offered.
///
/// - Source: RFC 6455, section 4.
struct WebSocketHandshake {
  /// The subprotocols of a command in a pod, the best first.
  ///
  /// - Source: the documentation of `k8s.io/apimachinery/pkg/util/remotecommand`.
  static let subprotocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"]

  /// The random key, as base64.
  private let key: String

  /// A handshake with 16 bytes of chance.
  init(nonce: [UInt8] = (0..<16).map { _ in UInt8.random(in: .min ... .max) }) {
    key = Data(nonce).base64EncodedString()
  }

  /// The headers of the request besides those that every call has.
  var headers: [HTTPCall.Header] {
    [
      .init("Connection", "Upgrade"), .init("Upgrade", "websocket"), .init("Sec-WebSocket-Version", "13"),
      .init("Sec-WebSocket-Key", key),
      .init("Sec-WebSocket-Protocol", Self.subprotocols.joined(separator: ", ")),
    ]
  }

  /// Checks the headers of an answer with status 101.
  ///
  /// - Throws: ``WebSocketViolation`` when it is no agreement to what was offered.
  static func check(_ answer: [HTTPCall.Header]) throws(WebSocketViolation) {
    func value(_ name: String) -> String? { answer.first { $0.name == name }?.value }
    guard value("upgrade")?.lowercased() == "websocket", value("connection")?.lowercased().contains("upgrade") == true,
      value("sec-websocket-accept") != nil
    else { throw WebSocketViolation("it changes to another protocol than WebSocket") }
    guard let chosen = value("sec-websocket-protocol"), subprotocols.contains(chosen) else {
      throw WebSocketViolation(
        "it chooses the subprotocol `\((value("sec-websocket-protocol") ?? "").prefix(80))`; allowed: "
          + subprotocols.joined(separator: ", "))
    }
  }
}
