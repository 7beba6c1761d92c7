import Quantities
import ServingModel
import WireProtocols

/// What a scenario gave on one kind of cluster.
struct CrosscheckOutcome {
  /// The requests, by number.
  let records: [RequestRecord]
  /// What was decided, in order, as far as both clusters must agree on it: which instance, on which nodes, of how many
  /// stages, and who comes to serve alone.
  let decisions: [String]

  init(records: [RequestRecord], events: LiveEvents) {
    self.records = records.sorted { $0.request.id < $1.request.id }
    decisions = events.events.compactMap(Self.words)
  }

  private static func words(for event: JSON) -> String? {
    let instance = event["instance"]?.integer.map { "instance \($0)" } ?? ""
    let nodes = (event["nodes"]?.array ?? []).compactMap(\.string).joined(separator: " ")
    switch event["event"]?.string {
    case "instance_created": return "\(instance): \(event["pipeline_size"]?.integer ?? 0) stages"
    case "pods_requested": return "\(instance): on \(nodes)"
    case "instance_ready": return "\(instance): ready"
    case "consolidation_started": return "\(instance): consolidates"
    case "rest_requested": return "\(instance): rest to \(nodes)"
    case "request_allocated": return "request to \(instance)"
    case "cache_answered": return "\(nodes): \(event["answer"]?.string ?? "")"
    default: return nil
    }
  }
}

/// A scenario's two outcomes side by side.
struct CrosscheckComparison {
  let scenario: CrosscheckScenario
  let simulated: CrosscheckOutcome
  let local: CrosscheckOutcome
  let timeScale: Double

  /// A difference of TTFT that is none, as a share of the simulated one.
  static let tolerance = 0.05
  /// The same as real time: what processes and sockets may take in all.
  static let realTolerance = Duration.milliseconds(100)

  /// A request on both clusters.
  struct Row {
    let request: Request
    let simulated: Duration?
    let local: Duration?
    let simulatedTPOT: Duration?
    let localTPOT: Duration?

    /// By how much the local TTFT is longer.
    var difference: Duration? {
      guard let simulated, let local else { return nil }
      return local - simulated
    }
  }

  /// The requests, by number.
  var rows: [Row] {
    zip(simulated.records, local.records).map { simulated, local in
      Row(
        request: simulated.request, simulated: simulated.timeToFirstToken, local: local.timeToFirstToken,
        simulatedTPOT: simulated.timePerOutputToken, localTPOT: local.timePerOutputToken)
    }
  }

  /// Whether a request's TTFT agrees.
  func agrees(_ row: Row) -> Bool {
    guard let simulated = row.simulated, let difference = row.difference else { return false }
    let allowed = max(simulated.inSeconds * Self.tolerance, Self.realTolerance.inSeconds * timeScale)
    return abs(difference.inSeconds) <= allowed
  }

  /// Whether the same was decided.
  var decisionsAgree: Bool { simulated.decisions == local.decisions }

  /// Whether both clusters agree in everything.
  var agrees: Bool { decisionsAgree && rows.count == scenario.requests.count && rows.allSatisfy(agrees) }

  /// The first decision in which they differ, in words; `nil` where they agree.
  var firstDifference: String? {
    guard !decisionsAgree else { return nil }
    let place =
      zip(simulated.decisions, local.decisions).enumerated().first { $1.0 != $1.1 }?.offset
      ?? min(simulated.decisions.count, local.decisions.count)
    func word(_ decisions: [String]) -> String { decisions.indices.contains(place) ? decisions[place] : "nothing" }
    return "decision \(place + 1) is \"\(word(simulated.decisions))\" simulated, \"\(word(local.decisions))\" local"
  }
}
