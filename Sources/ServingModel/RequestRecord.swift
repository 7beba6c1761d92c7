import Quantities

/// How a request ended.
public enum RequestOutcome: Hashable, Sendable {
  /// The whole answer arrived.
  case completed
  /// The system answered with an error; the reason is one sentence.
  case failed(String)
  /// The client went away before the answer was complete.
  case cancelled
  /// The run ended before the answer was complete.
  case unfinished
}

/// What was measured of one request, whichever cluster it ran on.
public struct RequestRecord: Hashable, Sendable {
  /// The request.
  public let request: Request
  /// When the client sent it.
  public let sentAt: Timestamp
  /// When the first token reached the client.
  public var firstTokenAt: Timestamp?
  /// When the last token reached the client, or the error did.
  public var finishedAt: Timestamp?
  /// How it ended.
  public var outcome: RequestOutcome
  /// Whether an instance had to be started for it: it was placed on an instance that became ready after it was sent.
  public var metColdStart: Bool

  /// A record of a request that has just been sent.
  public init(request: Request, sentAt: Timestamp) {
    self.request = request
    self.sentAt = sentAt
    self.outcome = .unfinished
    self.metColdStart = false
  }

  /// TTFT: request sent to first token back, queueing and cold start included; `nil` without a token.
  public var timeToFirstToken: Duration? {
    firstTokenAt.map { $0 - sentAt }
  }

  /// TPOT: (last − first token time) / (output tokens − 1); `nil` for an answer of one token or none.
  public var timePerOutputToken: Duration? {
    guard let firstTokenAt, let finishedAt, outcome == .completed, request.outputTokens > 1 else { return nil }
    return (finishedAt - firstTokenAt) / (request.outputTokens - 1)
  }
}
