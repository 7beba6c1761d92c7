/// `POST /v1/chat/completions`: what is asked of a model, as far as servers here need it.
public struct ChatCompletionRequest: Hashable, Sendable {
  /// Where the request goes.
  public static let path = "/v1/chat/completions"
  /// The model.
  public let model: String
  /// The messages of the conversation.
  public let messages: [Message]
  /// How long the answer may be, in tokens; `nil` leaves it to the server.
  public let maxTokens: Int?
  /// Whether the answer is exactly `maxTokens` long, because nothing ends it before.
  public let ignoresEnd: Bool
  /// Whether the answer comes token by token.
  public let isStreamed: Bool
  /// Whether the stream ends with the usage.
  public let includesUsage: Bool

  /// A message of a conversation.
  public struct Message: Hashable, Sendable {
    /// Who says it: `system`, `user` or `assistant`.
    public let role: String
    /// What is said.
    public let content: String

    /// A message of somebody.
    public init(role: String, content: String) {
      self.role = role
      self.content = content
    }
  }

  /// A request.
  public init(
    model: String, messages: [Message], maxTokens: Int?, ignoresEnd: Bool = false, isStreamed: Bool = true,
    includesUsage: Bool = true
  ) {
    self.model = model
    self.messages = messages
    self.maxTokens = maxTokens
    self.ignoresEnd = ignoresEnd
    self.isStreamed = isStreamed
    self.includesUsage = includesUsage
  }

  /// Reads the body.
  ///
  /// - Throws: ``WireError/wrongMember(name:expected:found:)``.
  public init(body: JSON) throws(WireError) {
    model = try body.text("model")
    guard let elements = body["messages"]?.array, !elements.isEmpty else {
      throw .wrongMember(
        name: "messages", expected: "a list of at least one message", found: body["messages"]?.kind ?? "missing")
    }
    var messages: [Message] = []
    for element in elements {
      messages.append(Message(role: try element.text("role"), content: try Self.content(of: element)))
    }
    self.messages = messages
    let limit = body["max_completion_tokens"] != nil ? "max_completion_tokens" : "max_tokens"
    maxTokens = body[limit] ?? .null == .null ? nil : try body.whole(limit, atLeast: 1)
    ignoresEnd = body["ignore_eos"] == nil ? false : try body.flag("ignore_eos")
    isStreamed = body["stream"] ?? .null == .null ? false : try body.flag("stream")
    let options = body["stream_options"] ?? .null
    includesUsage = options["include_usage"] == nil ? false : try options.flag("include_usage")
  }

  /// A content is a text, or a list of parts of which only texts count here.
  private static func content(of message: JSON) throws(WireError) -> String {
    guard let parts = message["content"]?.array else { return try message.text("content") }
    return parts.compactMap { $0["text"]?.string }.joined()
  }

  /// The body.
  public var body: JSON {
    var members: [JSON.Member] = [
      .init("model", .string(model)),
      .init(
        "messages",
        .array(messages.map { ["role": .string($0.role), "content": .string($0.content)] as JSON })),
    ]
    if let maxTokens { members.append(.init("max_tokens", .integer(Int64(maxTokens)))) }
    if ignoresEnd { members.append(.init("ignore_eos", true)) }
    if isStreamed { members.append(.init("stream", true)) }  // without it answers are whole
    if isStreamed, includesUsage { members.append(.init("stream_options", ["include_usage": true])) }
    return .object(members)
  }
}
