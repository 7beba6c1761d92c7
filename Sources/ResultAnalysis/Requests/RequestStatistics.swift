import Quantities
import ServingModel

/// What a group of requests experienced: a whole run's, an application's or a model's.
///
/// Attainment counts every request that was sent. A request that failed, was cancelled or was lost attains nothing,
/// however early its first token came: a system must not look better by dropping requests.
public struct RequestStatistics: Hashable, Sendable {
  /// Requests sent.
  public let sent: Int
  /// Requests whose whole answer arrived.
  public let completed: Int
  /// Requests answered with an error.
  public let failed: Int
  /// Requests whose client went away.
  public let cancelled: Int
  /// Requests without an end when the run ended: lost ones.
  public let unfinished: Int
  /// Completed requests that had to wait for a cold start.
  public let coldStarts: Int

  /// TTFT of the completed requests, in milliseconds; `nil` without one.
  public let timeToFirstToken: Distribution?
  /// TPOT of the completed requests of more than one token, in milliseconds; `nil` without one.
  public let timePerOutputToken: Distribution?
  /// End-to-end latency of the completed requests, in milliseconds; `nil` without one.
  public let endToEndLatency: Distribution?
  /// All time between first and last tokens / all tokens after the first, in milliseconds; `nil` without such a token.
  ///
  /// Long answers weigh more here than in the mean of `timePerOutputToken`. This is the mean TPOT of a model (paper,
  /// Figure 13).
  public let meanTimePerOutputToken: Double?

  /// Requests completed within their TTFT SLO.
  public let withinTTFT: Int
  /// Requests completed within their TPOT SLO; an answer of one token has no TPOT that could miss it.
  public let withinTPOT: Int
  /// Requests completed within both.
  public let withinBoth: Int

  /// Prompt tokens of the completed requests.
  public let inputTokens: Int
  /// Output tokens of the completed requests.
  public let outputTokens: Int

  /// The statistics of some requests.
  ///
  /// - Parameters:
  ///   - records: the group's requests, in any order.
  ///   - deployments: what is deployed, where the requests' SLOs stand.
  /// - Precondition: every request's deployment is in the list.
  public init(_ records: [RequestRecord], deployments: [ModelDeployment]) {
    var count = Counts()
    var firstTokenTimes: [Double] = []
    var tokenTimes: [Double] = []
    var latencies: [Double] = []
    for record in records {
      count.add(record, slo: deployments[record.request.deployment].slo)
      guard record.outcome == .completed else { continue }
      if let ttft = record.timeToFirstToken { firstTokenTimes.append(ttft.inMilliseconds) }
      if let tpot = record.timePerOutputToken { tokenTimes.append(tpot.inMilliseconds) }
      if let latency = record.endToEndLatency { latencies.append(latency.inMilliseconds) }
    }
    sent = records.count
    completed = count.completed
    failed = count.failed
    cancelled = count.cancelled
    unfinished = records.count - count.completed - count.failed - count.cancelled
    coldStarts = count.coldStarts
    timeToFirstToken = Distribution(firstTokenTimes)
    timePerOutputToken = Distribution(tokenTimes)
    endToEndLatency = Distribution(latencies)
    meanTimePerOutputToken = count.laterTokens > 0 ? count.decode.inMilliseconds / Double(count.laterTokens) : nil
    withinTTFT = count.withinTTFT
    withinTPOT = count.withinTPOT
    withinBoth = count.withinBoth
    inputTokens = count.inputTokens
    outputTokens = count.outputTokens
  }

  /// The share of the sent requests that completed within their TTFT SLO, 0...1; `nil` when none was sent.
  public var ttftAttainment: Double? { share(withinTTFT) }
  /// The share of the sent requests that completed within their TPOT SLO, 0...1; `nil` when none was sent.
  public var tpotAttainment: Double? { share(withinTPOT) }
  /// The share of the sent requests that completed within both SLOs, 0...1; `nil` when none was sent.
  public var sloAttainment: Double? { share(withinBoth) }

  private func share(_ count: Int) -> Double? {
    sent > 0 ? Double(count) / Double(sent) : nil
  }
}

extension RequestRecord {
  /// Request sent to last token back; `nil` unless the whole answer arrived.
  public var endToEndLatency: Duration? {
    outcome == .completed ? finishedAt.map { $0 - sentAt } : nil
  }

  /// Whether the request completed with a TTFT that is not over the objective.
  public func isWithinTTFT(of slo: SLO) -> Bool {
    guard outcome == .completed, let ttft = timeToFirstToken else { return false }
    return ttft <= slo.timeToFirstToken
  }

  /// Whether the request completed with a TPOT that is not over the objective; one token has no TPOT to miss it.
  public func isWithinTPOT(of slo: SLO) -> Bool {
    guard outcome == .completed, firstTokenAt != nil else { return false }
    return timePerOutputToken.map { $0 <= slo.timePerOutputToken } ?? true
  }
}

/// The sums that one walk over the requests makes.
private struct Counts {
  var completed = 0
  var failed = 0
  var cancelled = 0
  var coldStarts = 0
  var withinTTFT = 0
  var withinTPOT = 0
  var withinBoth = 0
  var inputTokens = 0
  var outputTokens = 0
  /// Time between first and last tokens, and the tokens that came in it.
  var decode = Duration.zero
  var laterTokens = 0

  mutating func add(_ record: RequestRecord, slo: SLO) {
    switch record.outcome {
    case .completed: completed += 1
    case .failed: failed += 1
    case .cancelled: cancelled += 1
    case .unfinished: break
    }
    guard record.outcome == .completed else { return }
    let isWithinTTFT = record.isWithinTTFT(of: slo)
    let isWithinTPOT = record.isWithinTPOT(of: slo)
    coldStarts += record.metColdStart ? 1 : 0
    withinTTFT += isWithinTTFT ? 1 : 0
    withinTPOT += isWithinTPOT ? 1 : 0
    withinBoth += isWithinTTFT && isWithinTPOT ? 1 : 0
    inputTokens += record.request.promptTokens
    outputTokens += record.request.outputTokens
    if let first = record.firstTokenAt, let last = record.finishedAt, record.request.outputTokens > 1 {
      decode += last - first
      laterTokens += record.request.outputTokens - 1
    }
  }
}
