import Quantities

/// A request of a trace file.
public struct TraceRecord: Hashable, Sendable {
  /// The number of the request in its file, from 1.
  public let id: Int
  /// When it is sent, from the start of the trace.
  public let sendAt: Timestamp
  /// Length of the prompt in tokens, at least 1.
  public let promptTokens: Int
  /// Length of the answer in tokens, at least 1.
  public let outputTokens: Int
  /// The model that it asks for, where the trace says so.
  public let model: String?
  /// The application that it belongs to, where the trace says so.
  public let application: String?

  /// A request of a trace file.
  public init(
    id: Int, sendAt: Timestamp, promptTokens: Int, outputTokens: Int, model: String? = nil, application: String? = nil
  ) {
    self.id = id
    self.sendAt = sendAt
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.model = model
    self.application = application
  }
}
