import Testing

@testable import KubernetesClient

/// Expected frames are written by hand after RFC 6455, section 5.2; those marked so are its own examples (section 5.7).
@Suite struct WebSocketReaderTests {
  private static func items(_ pieces: [UInt8]..., limit: Int = 1 << 20) throws -> [WebSocketReader.Item] {
    var reader = WebSocketReader(limit: limit)
    return try pieces.flatMap { try reader.feed($0) }
  }

  @Test func `a message of up to 125 bytes has its length in one byte`() throws {
    #expect(try Self.items([0x82, 0x02, 1, 65]) == [.message([1, 65])])
    let longest = [UInt8](repeating: 7, count: 125)
    #expect(try Self.items([0x82, 125] + longest) == [.message(longest)])
    #expect(try Self.items([0x82, 0x00]) == [.message([])])
  }

  @Test func `longer messages have it in two or eight bytes, as in the examples of the RFC`() throws {
    let medium = [UInt8](repeating: 1, count: 256)
    #expect(try Self.items([0x82, 0x7E, 0x01, 0x00] + medium) == [.message(medium)])
    let large = [UInt8](repeating: 2, count: 65536)
    #expect(try Self.items([0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + large) == [.message(large)])
  }

  @Test func `frames may come byte by byte or several at once`() throws {
    let bytes: [UInt8] = [0x82, 0x02, 1, 65, 0x89, 0x01, 9, 0x82, 0x7E, 0, 126] + [UInt8](repeating: 3, count: 126)
    let expected: [WebSocketReader.Item] = [.message([1, 65]), .message([UInt8](repeating: 3, count: 126))]
    #expect(try Self.items(bytes) == expected)
    var reader = WebSocketReader(limit: 200)
    #expect(try bytes.flatMap { try reader.feed([$0]) } == expected)
  }

  @Test func `a message in fragments is put together, with a ping between them`() throws {
    let items = try Self.items([0x02, 2, 1, 72], [0x89, 0], [0x00, 1, 101], [0x80, 1, 108, 0x82, 1, 9])
    #expect(items == [.message([1, 72, 101, 108]), .message([9])])
  }

  @Test func `a farewell has a code and words or neither, and nothing follows it`() throws {
    #expect(try Self.items([0x88, 4, 0x03, 0xE8, 111, 107, 0x82, 1, 1]) == [.close(code: 1000, reason: "ok")])
    #expect(try Self.items([0x88, 0], [0xFF, 0xFF]) == [.close(code: nil, reason: "")])
  }

  private static let violations: [([UInt8], String)] = [
    ([0xC2, 0], "a frame has reserved bits set"),
    ([0x82, 0x81, 0, 0, 0, 0, 1], "a frame is masked, which only a client's may be"),
    ([0x83, 0], "a frame has the unknown opcode 3"),
    ([0x09, 0], "a control frame is in pieces or has more than 125 bytes"),
    ([0x88, 126, 0, 126], "a control frame is in pieces or has more than 125 bytes"),
    ([0x82, 126, 0, 125], "a frame says its length of 125 in more bytes than need be"),
    ([0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], "a frame says its length of 65535 in more bytes than need be"),
    ([0x82, 126, 3, 0xE9], "a message has more than the 1000 bytes allowed"),
    ([0x82, 127] + [UInt8](repeating: 0xFF, count: 8), "a message has more than the 1000 bytes allowed"),
    ([0x02, 2, 1, 2, 0x80, 126, 3, 0xE7], "a message has more than the 1000 bytes allowed"),
    ([0x81, 1, 65], "a message is text where only binary ones are agreed upon"),
    ([0x02, 0, 0x82, 0], "a message begins inside another"), ([0x80, 0], "a message goes on that has not begun"),
    ([0x88, 1, 3], "a farewell has half a code"),
  ]

  @Test(arguments: violations)
  func `what no server may send is refused`(bytes: [UInt8], reason: String) throws {
    #expect(throws: WebSocketViolation(reason)) { try Self.items(bytes, limit: 1000) }
  }
}
