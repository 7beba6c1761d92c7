/// A chat completion that comes as a whole, as ServerlessLLM's head sends it.
public struct ChatCompletion: Hashable, Sendable {
  /// The answer.
  public let text: String
  /// Why it ended.
  public let finishReason: String
  /// Tokens of prompt and answer.
  public let usage: TokenUsage
  /// The member `created`. OpenAI's is a moment, in seconds since 1970. The published image of ServerlessLLM has the time
  /// from the first token to the end of the answer there: its clients compute TTFT as end - created - start.
  public let created: Double

  /// Reads a body.
  ///
  /// - Throws: ``WireError`` when it is no chat completion.
  public init(body: JSON) throws(WireError) {
    guard let choice = body["choices"]?.array?.first else {
      throw .wrongMember(
        name: "choices", expected: "a list with an answer", found: body["choices"]?.kind ?? "missing")
    }
    guard let message = choice["message"] else {
      throw .wrongMember(name: "message", expected: "an object", found: "missing")
    }
    text = message["content"] ?? .null == .null ? "" : try message.text("content")
    finishReason = choice["finish_reason"]?.string ?? "stop"
    guard let usage = body["usage"].flatMap(TokenUsage.init) else {
      throw .wrongMember(name: "usage", expected: "numbers of tokens", found: body["usage"]?.kind ?? "missing")
    }
    self.usage = usage
    guard let created = body["created"]?.seconds else {
      throw .wrongMember(name: "created", expected: "a number", found: body["created"]?.kind ?? "missing")
    }
    self.created = created
  }
}

extension JSON {
  /// The number, if it is one, whole or not.
  var seconds: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
