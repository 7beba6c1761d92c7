/// Decides whether a call is made again, and when.
///
/// What the server says it has not done (429, or 5xx with `Retry-After`) is repeated whatever it was, up to ten times, as
/// Kubernetes' Go client does. Where the server may have done it, only what can be done twice is repeated.
struct RetryPolicy {
  enum Outcome: Equatable {
    case status(Int, retryAfter: Duration?)
    case failure(TransportFailure.Kind)
  }

  /// The most repetitions of a call.
  static let mostRetries = 10

  /// Whether the call can be made twice without harm.
  let isIdempotent: Bool
  /// Whether it starts something of which there must never be two, so that advice to try again is taken only of servers
  /// that have not looked at it.
  let startsSomething: Bool
  /// When the caller gives up, by the clock.
  let deadline: Duration
  private var retries = 0
  private var backOff = BackOff()

  init(isIdempotent: Bool, startsSomething: Bool = false, deadline: Duration) {
    self.isIdempotent = isIdempotent
    self.startsSomething = startsSomething
    self.deadline = deadline
  }

  /// Whether the call was made more than once.
  var hasRetried: Bool { retries > 0 }

  /// The pause before the next attempt; `nil` when there is to be none.
  mutating func pause(after outcome: Outcome, now: Duration, random: Double) -> Duration? {
    guard retries < Self.mostRetries, mayRepeat(after: outcome) else { return nil }
    var pause = backOff.pause(now: now, random: random)
    if case .status(_, let asked?) = outcome { pause = asked }
    guard now + pause < deadline else { return nil }
    retries += 1
    return pause
  }

  private func mayRepeat(after outcome: Outcome) -> Bool {
    switch outcome {
    case .status(429, _): true
    case .status(500...599, let retryAfter): isIdempotent || (retryAfter != nil && !startsSomething)
    case .status: false
    case .failure(.notConnected): true
    case .failure(.broken), .failure(.timedOut): isIdempotent
    case .failure(.untrusted): false
    }
  }
}
