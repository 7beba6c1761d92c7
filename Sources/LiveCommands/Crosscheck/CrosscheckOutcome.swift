import ClusterSimulation
import Experiments
import Quantities
import Scheduling
import ServingModel

/// What a scenario gave on one kind of cluster.
struct CrosscheckOutcome {
  /// The requests, by number.
  let records: [RequestRecord]
  /// What was decided, in order, as far as both clusters must agree on it: which instance, on which nodes, of how many
  /// stages, and who comes to serve alone.
  let decisions: [String]

  init(records: [RequestRecord], events: [RunEvent], deployment: ServingDeployment) {
    self.records = records.sorted { $0.request.id < $1.request.id }
    let names = deployment.backend.nodes.map(\.name)
    decisions = events.compactMap { event in
      guard case .decision(let decision, _) = event else { return nil }
      return Self.words(for: decision, nodes: names)
    }
  }

  private static func words(for decision: Decision, nodes: [String]) -> String? {
    switch decision {
    case .instanceCreated(let instance, _, let pipelineSize, _): "instance \(instance): \(pipelineSize) stages"
    case .podsRequested(let instance, _, _, let claims):
      "instance \(instance): on \(claims.map { nodes[$0.node] }.joined(separator: " "))"
    case .instanceReady(let instance, _, _): "instance \(instance): ready"
    case .consolidationStarted(let instance, _, _): "instance \(instance): consolidates"
    case .restRequested(let instance, _, _, _, _, let node): "instance \(instance): rest to \(nodes[node])"
    case .requestAllocated(_, let instance, _, _, _): "request to instance \(instance)"
    case .cacheAnswered(_, let node, let answer): "\(nodes[node]): \(answer.rawValue)"
    default: nil
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
