import Quantities

/// A request and when its client sends it.
public struct ScheduledRequest: Hashable, Sendable {
  /// The request.
  public let request: Request
  /// When it is sent.
  public let sendAt: Timestamp
  /// How long its client waits for the whole answer before it goes away; `nil` for as long as it takes.
  public let patience: Duration?

  /// A request to be sent at a moment.
  public init(request: Request, sendAt: Timestamp, patience: Duration? = nil) {
    self.request = request
    self.sendAt = sendAt
    self.patience = patience
  }
}

/// The clients of a run: who sends what, and when.
///
/// An open-loop source hands over everything at the beginning; a closed-loop source answers the end of one request with
/// the next. Requests carry numbers 1, 2, 3 … in the order in which they are handed over.
public protocol LoadSource: Sendable {
  /// The requests that are known before anything has been answered.
  mutating func begin() -> [ScheduledRequest]
  /// The requests that follow from the end of one; each is sent at `now` or later.
  mutating func requestEnded(_ record: RequestRecord, at now: Timestamp) -> [ScheduledRequest]
}

/// Requests that were all decided beforehand, as in a trace.
public struct OpenLoop: LoadSource {
  private let requests: [ScheduledRequest]

  /// A source of the given requests.
  public init(_ requests: [ScheduledRequest]) {
    self.requests = requests
  }

  /// All requests.
  public func begin() -> [ScheduledRequest] {
    requests
  }

  /// Nothing: what follows was decided beforehand.
  public func requestEnded(_ record: RequestRecord, at now: Timestamp) -> [ScheduledRequest] {
    []
  }
}
