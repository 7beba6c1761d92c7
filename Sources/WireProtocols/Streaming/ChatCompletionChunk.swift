/// One event of a streamed chat completion, as far as a client needs it.
public struct ChatCompletionChunk: Hashable, Sendable {
  /// The name of the answer, the same in all its chunks; `nil` where the server gives none.
  public let id: String?
  /// The text that it adds; empty for the role-only first chunk and for the chunk of the usage.
  public let content: String
  /// Why the answer ended, in its last chunk with content.
  public let finishReason: String?
  /// Tokens of prompt and answer, where the server says so.
  public let usage: TokenUsage?
  /// What went wrong, in an error inside the stream.
  public let error: String?
  /// How long before it was sent the first token of its content had been made, in seconds; `nil` where the server does
  /// not say so, and the content is as new as the chunk.
  public let firstTokenAge: Double?

  /// The member with that age. It is this toolkit's own: an engine that answers only as a whole has no other way to say it.
  static let ageMember = "first_token_age_s"
  /// An age that no answer has, in seconds.
  private static let oldest = 1e6

  /// Reads the data of an event.
  ///
  /// - Throws: ``WireError`` when it is not JSON or no chunk.
  public init(_ data: UnsafeRawBufferPointer) throws(WireError) {
    let json = try JSON.parse(data).get()
    if let problem = json["error"], problem != .null {
      self.init(
        id: nil, content: "", finishReason: nil, usage: nil, error: problem["message"]?.string ?? problem.text,
        firstTokenAge: nil)
      return
    }
    guard let choices = json["choices"]?.array else {
      throw .wrongMember(name: "choices", expected: "a list", found: json["choices"]?.kind ?? "missing")
    }
    let first = choices.first
    let content = first?["delta"]?["content"]?.string ?? first?["text"]?.string ?? ""
    self.init(
      id: json["id"]?.string, content: content, finishReason: first?["finish_reason"]?.string,
      usage: json["usage"].flatMap(TokenUsage.init),
      error: nil, firstTokenAge: Self.age(json[Self.ageMember]))
  }

  private static func age(_ json: JSON?) -> Double? {
    let seconds: Double? =
      switch json {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    return seconds.flatMap { (0...oldest).contains($0) ? $0 : nil }
  }

  private init(
    id: String?, content: String, finishReason: String?, usage: TokenUsage?, error: String?, firstTokenAge: Double?
  ) {
    self.id = id
    self.content = content
    self.finishReason = finishReason
    self.usage = usage
    self.error = error
    self.firstTokenAge = firstTokenAge
  }
}

/// How many tokens a request had.
public struct TokenUsage: Hashable, Sendable {
  /// Tokens of the prompt.
  public let promptTokens: Int
  /// Tokens of the answer.
  public let completionTokens: Int

  /// The tokens of prompt and answer.
  public init(promptTokens: Int, completionTokens: Int) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
  }

  init?(_ json: JSON) {
    guard let prompt = json["prompt_tokens"]?.integer, let completion = json["completion_tokens"]?.integer else {
      return nil
    }
    self.init(promptTokens: prompt, completionTokens: completion)
  }

  /// The usage as OpenAI's protocol writes it.
  public var json: JSON {
    [
      "prompt_tokens": .integer(Int64(promptTokens)), "completion_tokens": .integer(Int64(completionTokens)),
      "total_tokens": .integer(Int64(promptTokens + completionTokens)),
    ]
  }
}
