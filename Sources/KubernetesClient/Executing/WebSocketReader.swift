/// Reads the frames that a WebSocket server sends and puts messages together.
///
/// - Source: RFC 6455, section 5.
struct WebSocketReader {
  /// What a server has sent.
  enum Item: Hashable {
    /// A binary message, complete.
    case message([UInt8])
    /// The server's farewell: its code, if it says one, and its words. Nothing follows it.
    case close(code: Int?, reason: String)
  }

  private struct Frame {
    let opcode: Opcode
    let isLast: Bool
    let payload: ArraySlice<UInt8>
  }

  private enum Opcode: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10
  }

  /// The most bytes of a message.
  private let limit: Int
  private var bytes: [UInt8] = []
  private var position = 0
  /// A message whose end is missing.
  private var begun: [UInt8]?
  private var hasClosed = false

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes bytes as they come and returns what is complete with them.
  ///
  /// - Throws: ``WebSocketViolation`` for what no server may send.
  mutating func feed(_ piece: [UInt8]) throws(WebSocketViolation) -> [Item] {
    guard !hasClosed else { return [] }
    bytes += piece
    var items: [Item] = []
    while !hasClosed, let frame = try nextFrame() {
      if let item = try take(frame) { items.append(item) }
    }
    bytes.removeFirst(position)
    position = 0
    return items
  }

  private mutating func nextFrame() throws(WebSocketViolation) -> Frame? {
    let rest = bytes[position...]
    guard rest.count >= 2 else { return nil }
    let (first, second) = (bytes[position], bytes[position + 1])
    guard first & 0x70 == 0 else { throw WebSocketViolation("a frame has reserved bits set") }
    guard second & 0x80 == 0 else { throw WebSocketViolation("a frame is masked, which only a client's may be") }
    guard let opcode = Opcode(rawValue: first & 0x0F) else {
      throw WebSocketViolation("a frame has the unknown opcode \(first & 0x0F)")
    }
    let isLast = first & 0x80 != 0
    let short = Int(second & 0x7F)
    if opcode.rawValue >= Opcode.close.rawValue, !isLast || short > 125 {
      throw WebSocketViolation("a control frame is in pieces or has more than 125 bytes")
    }
    let digits = short == 127 ? 8 : short == 126 ? 2 : 0
    guard rest.count >= 2 + digits else { return nil }
    var length = UInt64(short)
    if digits > 0 {
      length = bytes[position + 2..<position + 2 + digits].reduce(0) { $0 << 8 | UInt64($1) }
      guard length >= (digits == 8 ? 65536 : 126) else {
        throw WebSocketViolation("a frame says its length of \(length) in more bytes than need be")
      }
    }
    guard length <= UInt64(limit - (begun?.count ?? 0)) else {
      throw WebSocketViolation("a message has more than the \(limit) bytes allowed")
    }
    let start = position + 2 + digits
    guard bytes.count - start >= Int(length) else { return nil }
    position = start + Int(length)
    return Frame(opcode: opcode, isLast: isLast, payload: bytes[start..<position])
  }

  private mutating func take(_ frame: Frame) throws(WebSocketViolation) -> Item? {
    switch frame.opcode {
    case .text: throw WebSocketViolation("a message is text where only binary ones are agreed upon")
    case .binary:
      guard begun == nil else { throw WebSocketViolation("a message begins inside another") }
      guard !frame.isLast else { return .message(Array(frame.payload)) }
      begun = Array(frame.payload)
      return nil
    case .continuation:
      guard var message = begun else { throw WebSocketViolation("a message goes on that has not begun") }
      begun = nil  // lets go of the bytes, so that they are not copied
      message += frame.payload
      guard !frame.isLast else { return .message(message) }
      begun = message
      return nil
    case .close:
      hasClosed = true
      guard frame.payload.count != 1 else { throw WebSocketViolation("a farewell has half a code") }
      let code = frame.payload.isEmpty ? nil : frame.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) }
      return .close(code: code, reason: String(decoding: frame.payload.dropFirst(2), as: UTF8.self))
    case .ping, .pong: return nil  // nothing is ever sent, so a ping stays without an answer
    }
  }
}

/// What a WebSocket server has sent against the protocol, as part of a sentence.
struct WebSocketViolation: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
