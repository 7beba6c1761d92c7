/// What the models of the end-to-end runs are used for; it decides prompt lengths and objectives.
public enum Application: String, CaseIterable, Codable, Hashable, Sendable {
  /// Conversations.
  case chatbot
  /// Code completion.
  case code
  /// Summaries of long texts.
  case summarization
}
