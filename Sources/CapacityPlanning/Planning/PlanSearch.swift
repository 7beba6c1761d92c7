import Experiments
import ServingModel

/// The search for the cheapest candidates, in waves: each asks for candidates of every system at once, so that machines
/// with several processors are busy, and which they are depends on nothing but earlier waves.
public struct PlanSearch: Sendable {
  /// Evaluates candidates, in their order.
  public typealias Evaluate = ([PlanCandidate]) async throws -> [PlanEvaluation]

  /// What was found for a system.
  public struct Answer: Hashable, Sendable {
    /// The system.
    public let system: ServingSystem
    /// The cheapest candidate that reaches the target; of several of its price, the one that holds the least GPU memory.
    /// `nil` when none within the limits reaches it.
    public let best: PlanEvaluation?
    /// The candidate that comes closest to the target or exceeds it the most; `nil` when none can be deployed.
    public let highest: PlanEvaluation?
  }

  private let space: PlanSpace
  private let target: PlanTarget
  /// Everything that has been evaluated, in that order.
  public private(set) var evaluations: [PlanEvaluation] = []
  private var known: [PlanCandidate: PlanEvaluation] = [:]

  /// A search in a space for a target.
  public init(space: PlanSpace, target: PlanTarget) {
    self.space = space
    self.target = target
  }

  /// Searches.
  ///
  /// - Returns: an answer for each system, in their order.
  /// - Throws: what the evaluation throws.
  public mutating func run(_ evaluate: Evaluate) async throws -> [Answer] {
    var searches = space.systems.map { SystemSearch($0, space: space, target: target) }
    while true {
      let wanted = searches.indices.map { searches[$0].wanted() }
      guard wanted.contains(where: { !$0.isEmpty }) else { break }
      let results = try await evaluated(wanted.flatMap { $0 }, evaluate)
      for index in searches.indices {
        searches[index].record(results.filter { $0.candidate.system == searches[index].system })
      }
    }
    let found = searches.map(\.best)
    try await refine(found.compactMap { $0 }, evaluate)
    let answers = zip(space.systems, found).map { answer(for: $0, cheapest: $1) }
    try await drawOut(answers, evaluate)
    return answers
  }

  /// What candidates give; those that have been evaluated before are not again.
  private mutating func evaluated(
    _ candidates: [PlanCandidate], _ evaluate: Evaluate
  ) async throws -> [PlanEvaluation] {
    var seen = Set(known.keys)
    let new = candidates.filter { seen.insert($0).inserted }
    let results = try await evaluate(new)
    precondition(results.map(\.candidate) == new, "every candidate is evaluated, in order")
    evaluations += results
    for result in results { known[result.candidate] = result }
    return candidates.compactMap { known[$0] }
  }

  /// Tries all tunings on the servers that were found, and those that reach the target there with one more server.
  private mutating func refine(_ found: [PlanEvaluation], _ evaluate: Evaluate) async throws {
    let candidates = found.flatMap { best in
      space.tunings(of: best.candidate.system).map {
        PlanCandidate(system: best.candidate.system, counts: best.candidate.counts, tuning: $0)
      }
    }
    _ = try await evaluated(candidates, evaluate)
    let reached = Set(evaluations.filter(target.isReached).map(\.candidate))
    _ = try await evaluated(candidates.filter(reached.contains).compactMap(neighbour), evaluate)
  }

  /// The candidate with one more server of the last type; `nil` beyond the limit.
  private func neighbour(of candidate: PlanCandidate) -> PlanCandidate? {
    var counts = candidate.counts
    counts[counts.count - 1] += 1
    guard counts.reduce(0, +) <= space.maxServers else { return nil }
    return PlanCandidate(system: candidate.system, counts: counts, tuning: candidate.tuning)
  }

  private func answer(for system: ServingSystem, cheapest: PlanEvaluation?) -> Answer {
    let own = evaluations.filter { $0.candidate.system == system }
    let reached = Set(own.filter(target.isReached).map(\.candidate))
    let best = cheapest.flatMap { cheapest in
      own.filter { $0.candidate.counts == cheapest.candidate.counts && reached.contains($0.candidate) }
        .filter { neighbour(of: $0.candidate).map(reached.contains) ?? true }
        .min { $0.gpuMemoryGBHours < $1.gpuMemoryGBHours }
    }
    let highest = own.filter { target.value($0) != nil }.max { a, b in
      (target.value(a) ?? 0, -a.costPerHour) < (target.value(b) ?? 0, -b.costPerHour)
    }
    return Answer(system: system, best: best, highest: highest)
  }

  /// Evaluates smaller and larger clusters in the proportions of what was found, so that the figure shows what less
  /// money gives and what more would.
  private mutating func drawOut(_ answers: [Answer], _ evaluate: Evaluate) async throws {
    let candidates = answers.compactMap { $0.best ?? $0.highest }.flatMap { middle in
      [0.25, 0.5, 0.75, 1.25, 1.5, 2].map { scale in
        PlanCandidate(
          system: middle.candidate.system,
          counts: middle.candidate.counts.map { Int((Double($0) * scale).rounded()) }, tuning: middle.candidate.tuning)
      }
    }
    _ = try await evaluated(candidates.filter { (1...space.maxServers).contains($0.counts.reduce(0, +)) }, evaluate)
  }
}
