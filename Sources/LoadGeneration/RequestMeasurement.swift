import Quantities
import ServingModel
import WireProtocols

/// What was measured of one request, in real time from the start of the run.
public struct RequestMeasurement: Hashable, Sendable {
  /// The request.
  public let request: Request
  /// When it was to be sent.
  public let scheduledAt: Timestamp
  /// When the first attempt was sent.
  public internal(set) var sentAt: Timestamp
  /// When each chunk with content came, the first being the first token. Where a server gives its answer as a whole and says
  /// how old the first token is, it is when that was made.
  public internal(set) var chunkTimes: [Timestamp] = []
  /// When the last chunk with content came.
  public internal(set) var lastTokenAt: Timestamp?
  /// When the answer was complete or the failure known.
  public internal(set) var finishedAt: Timestamp?
  /// How it ended; the reason of a failure is its message.
  public internal(set) var outcome = RequestOutcome.unfinished
  /// The kind of failure, as errors are grouped.
  public internal(set) var errorLabel: String?
  /// The name that the server gave its answer; `nil` where none was begun.
  public internal(set) var answerID: String?
  /// How often it was sent; 1 without retries.
  public internal(set) var attempts = 1
  /// Tokens as the server counts them.
  public internal(set) var usage: TokenUsage?

  init(request: Request, scheduledAt: Timestamp, sentAt: Timestamp) {
    self.request = request
    self.scheduledAt = scheduledAt
    self.sentAt = sentAt
  }

  /// When the first non-empty chunk came.
  public var firstTokenAt: Timestamp? { chunkTimes.first }

  /// TTFT: from the first attempt to the first non-empty chunk, whichever attempt it came with.
  public var timeToFirstToken: Duration? {
    firstTokenAt.map { $0 - sentAt }
  }

  /// Tokens of the answer: the server's count, or else the chunks with content.
  public var outputTokens: Int { usage?.completionTokens ?? chunkTimes.count }

  /// TPOT: (last − first token time) / (output tokens − 1); `nil` for one token and for an answer not complete.
  public var timePerOutputToken: Duration? {
    guard outcome == .completed, outputTokens > 1, let first = chunkTimes.first, let last = lastTokenAt else {
      return nil
    }
    return (last - first) / (outputTokens - 1)
  }

  /// How much later than planned it was sent.
  public var sendDrift: Duration { sentAt - scheduledAt }

  /// The measurement as a record, in a world that runs `timeScale` times faster than real time.
  public func record(timeScale: Double) -> RequestRecord {
    func scaled(_ time: Timestamp) -> Timestamp {
      Timestamp(nanoseconds: Int64((Double(time.nanoseconds) * timeScale).rounded()))
    }
    var record = RequestRecord(request: request, sentAt: scaled(sentAt))
    record.firstTokenAt = firstTokenAt.map(scaled)
    record.finishedAt = (outcome == .completed ? lastTokenAt ?? finishedAt : finishedAt).map(scaled)
    record.outcome = outcome
    return record
  }
}
