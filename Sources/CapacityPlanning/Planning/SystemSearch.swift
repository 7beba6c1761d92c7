import Experiments
import ServingModel

/// The search for one system's cheapest candidate: a value that asks for candidates and is told what they gave.
///
/// For each tuning, and for each number of servers of all types but the last, the number of the last type is bracketed.
/// Only what is cheaper than the best so far is looked at, from the cheapest beginnings on, so most of these searches are
/// over after one candidate.
struct SystemSearch: Sendable {
  /// How many brackets are open at a time; a constant, so that what is asked for does not depend on the machine.
  private static let openBrackets = 2

  private struct Bracket {
    let tuning: ServingTuning
    let prefix: [Int]
    var counts: CountSearch
  }

  let system: ServingSystem
  private let space: PlanSpace
  private let target: PlanTarget
  private var pending: [(tuning: ServingTuning, prefix: [Int])]
  private var open: [Bracket] = []
  private var evaluations: [PlanCandidate: PlanEvaluation] = [:]
  /// The cheapest candidate so far that reaches the target and whose neighbour does, too.
  private(set) var best: PlanEvaluation?

  init(_ system: ServingSystem, space: PlanSpace, target: PlanTarget) {
    self.system = system
    self.space = space
    self.target = target
    let prefixes = space.prefixes
    // Taken from the end.
    pending = space.tunings(of: system).flatMap { tuning in prefixes.map { (tuning, $0) } }.reversed()
  }

  /// The candidates to evaluate next; none when the search is over.
  mutating func wanted() -> [PlanCandidate] {
    for bracket in open where bracket.counts.next == nil {
      if let count = bracket.counts.smallestAccepted { consider(bracket.tuning, bracket.prefix + [count]) }
    }
    open.removeAll { $0.counts.next == nil }
    while open.count < Self.openBrackets, let next = pending.popLast() {
      if let counts = counts(after: next.prefix) {
        open.append(Bracket(tuning: next.tuning, prefix: next.prefix, counts: counts))
      }
    }
    return open.compactMap { bracket in
      bracket.counts.next.map {
        PlanCandidate(system: system, counts: bracket.prefix + [$0], tuning: bracket.tuning)
      }
    }
  }

  /// Takes what candidates gave.
  mutating func record(_ results: [PlanEvaluation]) {
    for result in results {
      let candidate = result.candidate
      evaluations[candidate] = result
      for index in open.indices
      where open[index].tuning == candidate.tuning && open[index].prefix == candidate.counts.dropLast() {
        open[index].counts.record(
          candidate.counts[candidate.counts.count - 1], reachesTarget: target.isReached(by: result))
      }
    }
  }

  private mutating func consider(_ tuning: ServingTuning, _ counts: [Int]) {
    let candidate = PlanCandidate(system: system, counts: counts, tuning: tuning)
    guard let evaluation = evaluations[candidate] else { preconditionFailure("an answer has been evaluated") }
    if let best, best.costPerHour <= evaluation.costPerHour { return }
    best = evaluation
  }

  /// The search over the last type after some servers of the others: among what is cheaper than the best so far, from
  /// its upper end, so that it is over at once where the largest of them misses the target; `nil` when nothing is cheaper.
  private func counts(after prefix: [Int]) -> CountSearch? {
    let servers = prefix.reduce(0, +)
    let (first, ceiling) = (servers > 0 ? 0 : 1, space.maxServers - servers)
    guard first <= ceiling else { return nil }
    guard let best else { return CountSearch(first: first, limit: ceiling, start: isFirst ? first : ceiling) }
    let cheaper = (first...ceiling).prefix { space.costPerHour(prefix + [$0]) < best.costPerHour }
    return cheaper.last.map { CountSearch(first: first, limit: $0, start: $0, ceiling: ceiling) }
  }

  /// Whether nothing has been evaluated yet: only then a search begins with the smallest cluster and doubles it.
  private var isFirst: Bool {
    evaluations.isEmpty && open.isEmpty
  }
}
