/// The service-level objectives of a model: the longest acceptable time to first token and time per output token.
public struct SLO: Hashable, Sendable {
  /// Longest acceptable time from a request being sent to its first token.
  public let timeToFirstToken: Duration
  /// Longest acceptable mean time between the tokens after the first.
  public let timePerOutputToken: Duration

  /// Objectives for both times.
  public init(timeToFirstToken: Duration, timePerOutputToken: Duration) {
    self.timeToFirstToken = timeToFirstToken
    self.timePerOutputToken = timePerOutputToken
  }
}
