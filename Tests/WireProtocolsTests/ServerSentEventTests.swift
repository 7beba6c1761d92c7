import Testing
import WireProtocols

@Suite struct ServerSentEventTests {
  @Test(arguments: ["\n", "\r\n", "\r"], 1...9)
  func `events are found however the bytes are cut and the lines end`(end: String, cut: Int) throws {
    let lines = [
      "\u{FEFF}data: first", "", ": a comment", "", "data:second", "data: line", "id: 7", "retry: 1", "",
      "event: error",
      "data: {\"error\": 1}", "", "data", "", "data:  two spaces", "", "data: never finished",
    ]
    let bytes = Array(lines.joined(separator: end).utf8)
    let expected = ["first", "second\nline", "error={\"error\": 1}", "", " two spaces"]
    #expect(try Self.events(bytes, cut: cut) == expected)
  }

  @Test func `what the encoder writes comes out of the parser`() throws {
    let bytes =
      ServerSentEvents.event("one\ntwo".utf8) + ServerSentEvents.comment("ping\npong") + ServerSentEvents.done
    #expect(try Self.events(bytes, cut: 4) == ["one\ntwo", "[DONE]"])
  }

  @Test func `an endless event is refused`() {
    var parser = ServerSentEventParser(limit: 100)
    let line = Array("data: 0123456789\n".utf8)
    #expect(throws: WireError.eventTooLong(limit: 100)) {
      for _ in 0..<20 { try Self.feed(line, to: &parser) { _, _ in } }
    }
    var endless = ServerSentEventParser(limit: 100)
    #expect(throws: WireError.eventTooLong(limit: 100)) {
      try Self.feed(Array(repeating: 0x61, count: 101), to: &endless) { _, _ in }
    }
  }

  @Test(arguments: UInt64(0)..<40)
  func `no bytes crash the parser and any cut gives the same events`(seed: UInt64) throws {
    var state = seed
    let alphabet = Array("data: \n\r:e[]\u{FEFF}{}".utf8)
    let bytes = (0..<400).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return alphabet[Int(state >> 33) % alphabet.count]
    }
    let whole = try Self.events(bytes, cut: bytes.count)
    for cut in 1...5 { #expect(try Self.events(bytes, cut: cut) == whole) }
  }

  static func events(_ bytes: [UInt8], cut: Int) throws -> [String] {
    var parser = ServerSentEventParser()
    var events: [String] = []
    for start in stride(from: 0, to: bytes.count, by: cut) {
      try feed(Array(bytes[start..<min(start + cut, bytes.count)]), to: &parser) { data, type in
        let kind = String(decoding: type, as: UTF8.self)
        events.append((kind.isEmpty ? "" : kind + "=") + String(decoding: data, as: UTF8.self))
      }
    }
    return events
  }

  static func feed(
    _ bytes: [UInt8], to parser: inout ServerSentEventParser, _ event: (UnsafeRawBufferPointer, [UInt8]) -> Void
  ) throws {
    var result: Result<Void, WireError> = .success(())
    bytes.withUnsafeBytes { memory in
      do throws(WireError) {
        try parser.feed(memory, event)
      } catch {
        result = .failure(error)
      }
    }
    try result.get()
  }
}
