/// The answer to `POST /v1/chat/completions` where it is not streamed: all of it at once.
public struct ChatCompletionAnswer: Hashable, Sendable {
  /// The name of the answer.
  public let id: String
  /// The model that answers.
  public let model: String
  /// Seconds since 1970; of ServerlessLLM's published image, seconds from the first token to the end of the answer, from
  /// which its clients compute the TTFT.
  public let created: Double
  /// What is said.
  public let text: String
  /// Why the answer ended, as OpenAI's protocol names it.
  public let finishReason: String
  /// Tokens of prompt and answer.
  public let usage: TokenUsage

  /// A whole answer.
  public init(id: String, model: String, created: Double, text: String, finishReason: String, usage: TokenUsage) {
    self.id = id
    self.model = model
    self.created = created
    self.text = text
    self.finishReason = finishReason
    self.usage = usage
  }

  /// Reads the body.
  ///
  /// - Throws: ``WireError/wrongMember(name:expected:found:)``.
  public init(body: JSON) throws(WireError) {
    guard let choice = body["choices"]?.array?.first, let message = choice["message"] else {
      throw .wrongMember(
        name: "choices", expected: "a list with a message", found: body["choices"]?.kind ?? "missing")
    }
    guard let usage = body["usage"].flatMap(TokenUsage.init) else {
      throw .wrongMember(
        name: "usage", expected: "tokens of prompt and answer", found: body["usage"]?.kind ?? "missing")
    }
    self.init(
      id: try body.text("id"), model: try body.text("model"), created: try body.real("created"),
      text: try message.text("content"), finishReason: try choice.text("finish_reason"), usage: usage)
  }

  /// The body of the answer.
  public var body: JSON {
    let message: JSON = ["role": "assistant", "content": .string(text)]
    return [
      "id": .string(id), "object": "chat.completion",
      "created": Int64(exactly: created).map(JSON.integer) ?? .number(created), "model": .string(model),
      "choices": [["index": 0, "message": message, "finish_reason": .string(finishReason)]], "usage": usage.json,
    ]
  }
}
