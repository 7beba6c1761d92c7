/// `POST /` of the published artifact: a prompt for a model instance.
public struct ArtifactRequest: Hashable, Sendable {
  /// Where the request goes.
  public static let path = "/"
  /// The number of the request.
  public let id: Int
  /// The model instance, `vendor/name/replica`.
  public let model: String
  /// The prompt; where the client sent a list of messages, as it does with `isStreamed`, their contents.
  public let prompt: String
  /// Whether the answer comes piece by piece.
  public let isStreamed: Bool

  /// A request.
  public init(id: Int, model: String, prompt: String, isStreamed: Bool) {
    self.id = id
    self.model = model
    self.prompt = prompt
    self.isStreamed = isStreamed
  }

  /// Reads the body. A prompt may be a text, a list of messages, or such a list as JSON text; nothing is evaluated.
  ///
  /// - Throws: ``WireError/wrongMember(name:expected:found:)``.
  public init(body: JSON) throws(WireError) {
    id = try body.whole("id")
    model = try body.text("model")
    isStreamed = body["stream"] == nil ? false : try body.flag("stream")
    if let list = body["prompt"]?.array {
      prompt = Self.contents(of: list)
    } else {
      let text = try body.text("prompt")
      prompt = (try? JSON(parsing: Array(text.utf8)))?.array.map(Self.contents) ?? text
    }
  }

  private static func contents(of messages: [JSON]) -> String {
    messages.map { $0["content"]?.string ?? $0.string ?? "" }.joined(separator: "\n")
  }

  /// The body.
  public var body: JSON {
    ["id": .integer(Int64(id)), "model": .string(model), "prompt": .string(prompt), "stream": .bool(isStreamed)]
  }
}

/// Tells the text of the artifact's streamed answer from the `#<completion tokens>` at its very end.
///
/// A `#` with digits may be either until more bytes come, so it counts as text only then.
public struct ArtifactAnswerParser: Sendable {
  /// How long the end may be, `#` included.
  private static let longestEnd = 20
  private var suffix: [UInt8] = []

  /// A parser at the beginning of an answer.
  public init() {}

  /// Reads bytes and tells whether text is among what is now known to be text.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard !bytes.isEmpty else { return false }
    let hash = bytes.lastIndex(of: UInt8(ascii: "#"))
    if let hash, Self.areDigits(bytes[(hash + 1)...]), bytes.count - hash <= Self.longestEnd {
      let hadText = hash > 0 || !suffix.isEmpty
      suffix = Array(bytes[hash...])
      return hadText
    }
    if !suffix.isEmpty, Self.areDigits(bytes[...]), suffix.count + bytes.count <= Self.longestEnd {
      suffix += bytes
      return false
    }
    suffix.removeAll()
    return true
  }

  /// The tokens of the answer once it has ended; `nil` when it broke off before saying so.
  public var completionTokens: Int? {
    Int(String(decoding: suffix.dropFirst(), as: UTF8.self))
  }

  private static func areDigits(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
