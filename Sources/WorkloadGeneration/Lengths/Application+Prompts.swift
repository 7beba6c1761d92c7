extension Application {
  /// The length of a prompt of this application.
  ///
  /// Code completions and summaries have prompts of one length; conversations follow production, cut to what the
  /// models of the runs take.
  func promptTokens(conversation tokens: Double, maximum: Int) -> Int {
    switch self {
    case .chatbot: min(max(Int(tokens.rounded()), 1), maximum)
    case .code: min(280, maximum)
    case .summarization: min(1020, maximum)
    }
  }
}
