import ServingModel

/// Writes the events of a streamed chat completion in the order that clients expect.
///
/// The first chunk names the role and has no content; the last with content has the reason of the end; the usage, where
/// it was asked for, comes in one more chunk without choices while the ones before carry `null`; `[DONE]` ends it.
public struct ChatCompletionStream: Hashable, Sendable {
  /// The name of the answer, the same in all chunks.
  public let id: String
  /// The model that answers.
  public let model: String
  /// When the answer was begun, in seconds since 1970.
  public let created: Int64
  /// Whether the client asked for the usage.
  public let includesUsage: Bool
  /// What is before and after the text of a chunk that adds text: the same each time, and thousands come a second.
  private var beforeText: [UInt8] = []
  private var afterText: [UInt8] = []

  /// The name that a server here gives to the answer of a request.
  public static func id(of request: RequestID) -> String {
    "\(idPrefix)\(request)"
  }

  /// The request of an answer with such a name; `nil` for any other name.
  public static func request(of id: String) -> RequestID? {
    id.hasPrefix(idPrefix) ? RequestID(id.dropFirst(idPrefix.count)) : nil
  }

  private static let idPrefix = "chatcmpl-"

  /// A stream of an answer.
  public init(id: String, model: String, created: Int64, includesUsage: Bool) {
    self.id = id
    self.model = model
    self.created = created
    self.includesUsage = includesUsage
    let empty = chunk([choice(["content": ""], finishReason: .null)])
    let mark = Array(#""content":"#.utf8)
    // Quotes inside a name are escaped, so the mark is nowhere else.
    guard let place = empty.firstRange(of: mark) else { preconditionFailure("a chunk has a content") }
    beforeText = Array(empty[..<place.upperBound])
    afterText = Array(empty[(place.upperBound + 2)...])  // without the two quotes
  }

  /// The chunk that names the role.
  public func opening() -> [UInt8] {
    chunk([choice(["role": "assistant", "content": ""], finishReason: .null)])
  }

  /// A chunk that adds text.
  public func content(_ text: String, finishReason: String? = nil) -> [UInt8] {
    guard finishReason != nil else { return beforeText + JSON.string(text).bytes + afterText }
    return chunk([choice(["content": .string(text)], finishReason: finishReason.map(JSON.string) ?? .null)])
  }

  /// A chunk with an answer that was made before: an engine gave it as a whole.
  ///
  /// - Parameter firstTokenAge: how long ago its first token was made, in seconds.
  public func content(_ text: String, firstTokenAge: Double) -> [UInt8] {
    chunk(
      [choice(["content": .string(text)], finishReason: .null)],
      more: [.init(ChatCompletionChunk.ageMember, .number(firstTokenAge))])
  }

  /// What ends the stream, with the usage if it was asked for.
  public func closing(usage: TokenUsage) -> [UInt8] {
    (includesUsage ? chunk([], usage: usage.json) : []) + ServerSentEvents.done
  }

  /// An error inside the stream, which ends it.
  public static func failure(_ message: String, type: String = "server_error") -> [UInt8] {
    ServerSentEvents.event(ChatCompletionError(message: message, type: type).body.bytes) + ServerSentEvents.done
  }

  private func choice(_ delta: JSON, finishReason: JSON) -> JSON {
    ["index": 0, "delta": delta, "logprobs": .null, "finish_reason": finishReason]
  }

  private func chunk(_ choices: [JSON], usage: JSON = .null, more: [JSON.Member] = []) -> [UInt8] {
    var members: [JSON.Member] = [
      .init("id", .string(id)), .init("object", "chat.completion.chunk"), .init("created", .integer(created)),
      .init("model", .string(model)), .init("choices", .array(choices)),
    ]
    if includesUsage { members.append(.init("usage", usage)) }
    return ServerSentEvents.event(JSON.object(members + more).bytes)
  }
}

/// An error as OpenAI's protocol writes it.
public struct ChatCompletionError: Hashable, Sendable {
  /// One sentence: what is wrong and what is allowed.
  public let message: String
  /// The kind of error, for example `invalid_request_error`.
  public let type: String

  /// An error with its kind.
  public init(message: String, type: String = "invalid_request_error") {
    self.message = message
    self.type = type
  }

  /// The body of the answer.
  public var body: JSON {
    ["error": ["message": .string(message), "type": .string(type), "param": .null, "code": .null]]
  }
}
