import Quantities
import Scheduling
import ServingModel

/// What a run leaves behind.
public struct RunLog: Sendable {
  /// One record for each request, in the order in which they were sent.
  public var requests: [RequestRecord] = []
  /// Decisions and stages in the order in which they happened.
  public var events: [RunEvent] = []
  /// The gaps between tokens of one answer, in no order; none where events are not kept.
  public var tokenGaps: [TokenGap] = []
  /// How many simulated events were handled.
  public var handledEvents = 0
  /// Output tokens that reached clients.
  public var deliveredTokens = 0
  /// Why the run must not be kept, in one sentence; `nil` for a good one.
  public var failure: String?
  /// When the run ended.
  public var end = Timestamp.zero

  /// The log of a run in which nothing has happened yet.
  public init() {}
}
