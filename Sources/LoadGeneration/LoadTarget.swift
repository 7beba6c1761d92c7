import ServingModel
import WireProtocols

/// What the requests of a run are sent to, and how.
public struct LoadTarget: Hashable, Sendable {
  /// How a server is spoken to.
  public enum Interface: String, CaseIterable, Hashable, Sendable {
    /// `POST /v1/chat/completions`, streamed, with the usage at the end.
    case openAI = "openai"
    /// The published artifact's `POST /`, streamed.
    case artifact
  }

  /// The server, for example `http://127.0.0.1:9090`, without the path of a request.
  public let url: String
  /// How it is spoken to.
  public let interface: Interface
  /// The names of the models, by the number of the deployment.
  public let models: [String]
  /// The key that is sent as a bearer token.
  public let apiKey: String?
  /// Whether the server is asked to answer with exactly the tokens of the request (`ignore_eos`, which OpenAI's own
  /// servers do not know).
  public let asksForExactLength: Bool

  /// A server with its models.
  public init(
    url: String, interface: Interface = .openAI, models: [String], apiKey: String? = nil,
    asksForExactLength: Bool = true
  ) {
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.interface = interface
    self.models = models
    self.apiKey = apiKey
    self.asksForExactLength = asksForExactLength
  }

  /// Whether the server is reached over loopback, without encryption.
  var isOnThisMachine: Bool {
    ["http://127.", "http://localhost:", "http://localhost/", "http://[::1]"].contains { "\(url)/".hasPrefix($0) }
  }

  /// Where requests are posted.
  var endpoint: String {
    switch interface {
    case .openAI: url + ChatCompletionRequest.path
    case .artifact: url + ArtifactRequest.path
    }
  }

  /// What is posted for a request. The prompt is a word for each token, which is about what tokenisers make of it.
  func body(of request: Request) -> [UInt8] {
    let prompt = repeatElement("hello", count: max(request.promptTokens, 1)).joined(separator: " ")
    let model = models[request.deployment]
    return switch interface {
    case .openAI:
      ChatCompletionRequest(
        model: model, messages: [.init(role: "user", content: prompt)], maxTokens: request.outputTokens,
        ignoresEnd: asksForExactLength
      ).body.bytes
    case .artifact: ArtifactRequest(id: request.id, model: model, prompt: prompt, isStreamed: true).body.bytes
    }
  }
}
