import Testing
import WireProtocols

@Suite struct ChatCompletionTests {
  static let stream = ChatCompletionStream(id: "c-1", model: "m", created: 1, includesUsage: true)

  @Test func `names that look like a part of the protocol stay names`() throws {
    let name = #"a","content":"b"#
    let stream = ChatCompletionStream(id: name, model: name, created: 1, includesUsage: false)
    let event = stream.content(#"the "text""#)
    let data = event.dropFirst("data: ".utf8.count).dropLast(2)
    let chunk = try Array(data).withUnsafeBytes { try ChatCompletionChunk($0) }
    #expect(chunk.id == name)
    #expect(chunk.content == #"the "text""#)
  }

  @Test func `a stream opens with the role alone and ends with usage and DONE`() throws {
    let bytes =
      Self.stream.opening() + Self.stream.content("He said \"hi\"\n")
      + Self.stream.content("", finishReason: "stop")
      + Self.stream.closing(usage: TokenUsage(promptTokens: 3, completionTokens: 2))
    let events = try ServerSentEventTests.events(bytes, cut: 11)
    #expect(events.last == "[DONE]")
    let chunks = try events.dropLast().map { event in try Self.chunk(event) }
    #expect(chunks.map(\.content) == ["", "He said \"hi\"\n", "", ""])
    #expect(chunks.map(\.finishReason) == [nil, nil, "stop", nil])
    #expect(chunks.map(\.usage) == [nil, nil, nil, TokenUsage(promptTokens: 3, completionTokens: 2)])
    #expect(events[0].contains(#""usage":null"#) && events[3].contains(#""choices":[]"#))
    #expect(events[3].contains(#""total_tokens":5"#))
  }

  @Test func `an answer that an engine gave as a whole says how old its first token is`() throws {
    let bytes = Self.stream.opening() + Self.stream.content("All of it.", firstTokenAge: 1.25)
    let chunks = try ServerSentEventTests.events(bytes, cut: 3).map { try Self.chunk($0) }
    #expect(chunks.map(\.firstTokenAge) == [nil, 1.25])
    #expect(chunks[1].content == "All of it.")
  }

  @Test(arguments: ["-1", "1e300", "\"2\"", "null"])
  func `an age that no answer has is none`(age: String) throws {
    let chunk = try Self.chunk(#"{"choices":[{"delta":{"content":"a"}}],"first_token_age_s":\#(age)}"#)
    #expect(chunk.firstTokenAge == nil && chunk.content == "a")
  }

  @Test func `an error inside a stream is an error and not an answer`() throws {
    let events = try ServerSentEventTests.events(ChatCompletionStream.failure("The worker died."), cut: 5)
    #expect(try Self.chunk(events[0]).error == "The worker died.")
    #expect(events.last == "[DONE]")
  }

  @Test func `a chunk must be JSON and have choices`() {
    #expect(throws: WireError.self) { try Self.chunk("{") }
    #expect(throws: WireError.wrongMember(name: "choices", expected: "a list", found: "missing")) {
      try Self.chunk("{}")
    }
  }

  @Test func `a request survives its way`() throws {
    let request = ChatCompletionRequest(
      model: "m", messages: [.init(role: "user", content: "Grüße\u{1}")], maxTokens: 7, ignoresEnd: true)
    #expect(try ChatCompletionRequest(body: JSON(parsing: request.body.bytes)) == request)
  }

  @Test(arguments: [
    (#"{"messages": []}"#, "`model` must be a string, not missing."),
    (#"{"model": "m", "messages": []}"#, "`messages` must be a list of at least one message, not a list."),
    (#"{"model": "m", "messages": [{"role": "user"}]}"#, "`content` must be a string, not missing."),
    (
      #"{"model": "m", "messages": [{"role": "user", "content": "x"}], "max_tokens": 0}"#,
      "`max_tokens` must be a whole number from 1, not 0."
    ),
    (
      #"{"model": "m", "messages": [{"role": "user", "content": "x"}], "stream": 3}"#,
      "`stream` must be true or false, not 3."
    ),
  ])
  func `a wrong request is refused in one sentence`(body: String, sentence: String) throws {
    let json = try JSON(parsing: Array(body.utf8))
    let error = #expect(throws: WireError.self) { try ChatCompletionRequest(body: json) }
    #expect(error?.description == sentence)
  }

  @Test func `content may come in parts`() throws {
    let text = """
      {"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"text": "b"}]}]}
      """
    #expect(try ChatCompletionRequest(body: JSON(parsing: Array(text.utf8))).messages[0].content == "ab")
  }

  @Test func `the artifact's prompt may be a text, a list, or a list as text`() throws {
    let list = #"[{"role": "user", "content": "hi"}, {"role": "user", "content": "there"}]"#
    for (prompt, expected) in [
      (JSON.string("plain [1"), "plain [1"), (try JSON(parsing: Array(list.utf8)), "hi\nthere"),
      (.string(list), "hi\nthere"),
    ] {
      let body: JSON = ["id": 4, "model": "v/m/0", "prompt": prompt, "stream": true]
      #expect(try ArtifactRequest(body: body).prompt == expected)
    }
  }

  @Test(arguments: [
    (["Hello", " world", "#12"], [true, true, false], 12),
    (["#7"], [false], 7),
    (["a#", "1", "2"], [true, false, false], 12),
    (["issue #", "4 is open", "#3"], [true, true, false], 3),
    (["x#1", "#22"], [true, true], 22),
    (["broken off"], [true], nil),
  ])
  func `the artifact's answer is told from its count`(pieces: [String], text: [Bool], tokens: Int?) {
    var parser = ArtifactAnswerParser()
    let found = pieces.map { piece in Array(piece.utf8).withUnsafeBytes { parser.feed($0) } }
    #expect(found == text)
    #expect(parser.completionTokens == tokens)
  }

  private static func chunk(_ event: String) throws -> ChatCompletionChunk {
    try Array(event.utf8).withUnsafeBytes { bytes in Result { try ChatCompletionChunk(bytes) } }.get()
  }
}
