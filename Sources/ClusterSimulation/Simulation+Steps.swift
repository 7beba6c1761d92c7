import Quantities
import Scheduling
import ServingModel

/// A simulation that is driven from outside, a step at a time: whoever drives it sends requests when it likes, moves the
/// time on, and learns of ends from its ``LoadSource``.
///
/// ``run(settle:limit:)`` takes the same steps, so the same requests at the same moments leave the same log.
extension Simulation {
  /// Begins: the control plane learns that the cluster has started, and the clients' first requests are entered.
  public mutating func begin() {
    notify(.started, at: .zero)
    begin(with: source.begin())
  }

  /// When the next thing happens unless a request comes first; `nil` when nothing is under way.
  public var nextEventTime: Timestamp? {
    let pending = queue.peekTime
    guard sentKnown < knownSends.count else { return pending }
    let send = scheduled[knownSends[sentKnown]].sendAt
    return pending.map { min($0, send) } ?? send
  }

  /// Handles everything that happens up to a moment, this moment included.
  public mutating func advance(through time: Timestamp) {
    while handleNext(until: time) != nil {}
  }

  /// Handles everything that happens before a moment, and has a client send a request at that moment.
  ///
  /// Like a request that was known from the beginning, it comes before whatever else is due at the same moment.
  ///
  /// - Precondition: the time has not gone on beyond that moment, and the request has the number that follows.
  public mutating func send(_ request: Request, at time: Timestamp) {
    advance(before: time)
    enter(ScheduledRequest(request: request, sendAt: time))
    log.handledEvents += 1
    beginRequest(request, at: time)
  }

  /// Handles everything that happens before a moment, and has the client of a request go away at that moment, if it still
  /// waits for its answer.
  ///
  /// - Precondition: the time has not gone on beyond that moment, and the request has been sent.
  public mutating func cancel(_ request: RequestID, at time: Timestamp) {
    advance(before: time)
    log.handledEvents += 1
    leave(request, at: time)
  }

  private mutating func advance(before time: Timestamp) {
    precondition(time >= queue.now, "time never runs backwards")
    advance(through: Timestamp(nanoseconds: time.nanoseconds - 1))
  }

  /// Ends the run.
  ///
  /// - Returns: its log; requests that are still open are recorded as unfinished.
  public mutating func finish(at end: Timestamp) -> RunLog {
    log.end = end
    log.failure = controlPlane.failure
    for instance in instances.indices { log.tokenGaps += instances[instance].engine.takeTokenGaps() }
    assert(isConserved, "every request that was sent is open or has ended, and no memory is held twice")
    return log
  }

  /// What has been measured of a request so far; `nil` before it is sent.
  public func record(of request: RequestID) -> RequestRecord? {
    guard recordPosition.indices.contains(request - 1), recordPosition[request - 1] > 0 else { return nil }
    return log.requests[recordPosition[request - 1] - 1]
  }
}
