/// The bytes of a `text/event-stream`.
public enum ServerSentEvents {
  /// The content type of the stream.
  public static let contentType = "text/event-stream"
  /// What ends a stream of OpenAI's protocol.
  public static let done = event("[DONE]".utf8)

  /// An event; each line of the data becomes a line of its own.
  public static func event(_ data: some Sequence<UInt8>) -> [UInt8] {
    var bytes = Array("data: ".utf8)
    for byte in data {
      bytes.append(byte)
      if byte == UInt8(ascii: "\n") { bytes += "data: ".utf8 }
    }
    bytes += "\n\n".utf8
    return bytes
  }

  /// A comment, which clients leave out; it keeps a connection from looking dead.
  public static func comment(_ text: String) -> [UInt8] {
    Array(": \(text.replacing("\n", with: " "))\n\n".utf8)
  }
}
