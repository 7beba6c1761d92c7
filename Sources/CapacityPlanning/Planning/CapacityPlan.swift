import Experiments
import Quantities
import ServingModel

/// The cheapest servers and tunings that reach a target, found by simulation, with everything that was looked at.
public struct CapacityPlan: Sendable {
  /// What was chosen from.
  public let space: PlanSpace
  /// What was asked for.
  public let target: PlanTarget
  /// The seeds of the runs; one where all would be the same.
  public let seeds: [UInt64]
  /// What the clients send, in a few words.
  public let workload: String
  /// What was found for each system.
  public let answers: [PlanSearch.Answer]
  /// Everything that was evaluated, in that order.
  public let evaluations: [PlanEvaluation]

  /// What has been done while a plan is made.
  public struct Progress: Sendable {
    /// How many candidates have been evaluated.
    public let candidates: Int
    /// How many runs that took.
    public let runs: Int
  }

  /// Makes a plan.
  ///
  /// - Parameters:
  ///   - workload: a scenario with the workload and the constants; its system, servers and tuning do not matter.
  ///   - report: told after each wave of candidates.
  /// - Throws: ``UsageError`` for a workload that is refused.
  public init(
    space: PlanSpace, target: PlanTarget, workload: Scenario, runner: ScenarioRunner,
    report: (Progress) -> Void = { _ in }
  ) async throws {
    self.space = space
    self.target = target
    self.seeds = runner.seeds
    self.workload = workload.workloadText
    let samples = ProductionSamples(configuration: workload.configuration)
    var search = PlanSearch(space: space, target: target)
    var (candidates, runs) = (0, 0)
    answers = try await search.run { wanted in
      let tasks = wanted.map { candidate in
        var scenario = workload
        scenario.system = candidate.system
        scenario.fleet = space.fleet(candidate.counts)
        scenario.tuning = candidate.tuning
        return ScenarioRunner.Task(scenario, samples: samples)
      }
      let results = try await runner.run(tasks)
      candidates += wanted.count
      runs += results.count { if case .ran = $0 { true } else { false } } * runner.seeds.count
      report(Progress(candidates: candidates, runs: runs))
      return zip(wanted, results).map { Self.evaluation(of: $0, $1, space: space, objective: target.objective) }
    }
    evaluations = search.evaluations
  }

  private static func evaluation(
    of candidate: PlanCandidate, _ result: ScenarioRunner.Result, space: PlanSpace, objective: Objective
  ) -> PlanEvaluation {
    let cost = space.costPerHour(candidate.counts)
    switch result {
    case .refused(let reason):
      return PlanEvaluation(candidate: candidate, costPerHour: cost, attainments: [], refusal: reason)
    case .ran(let outcomes):
      return PlanEvaluation(
        candidate: candidate, costPerHour: cost, attainments: outcomes.map { $0.attainment(objective) },
        gpuMemoryGBHours: outcomes.reduce(0) { $0 + $1.gpuMemoryTime } / Double(outcomes.count) / 3600)
    }
  }

  /// The cheapest answer of all systems; `nil` when none reaches the target.
  public var best: PlanEvaluation? {
    answers.compactMap(\.best).min { $0.costPerHour < $1.costPerHour }
  }

  /// What comes closest to the target when nothing reaches it; `nil` when nothing can be deployed.
  public var highest: PlanEvaluation? {
    answers.compactMap(\.highest).max { (target.value($0) ?? 0) < (target.value($1) ?? 0) }
  }

  /// Everything evaluated that nothing else dominates, from the cheapest; by mean attainment.
  public var front: [PlanEvaluation] {
    Self.front(of: evaluations)
  }

  /// The same among the candidates of one system.
  func front(of system: ServingSystem) -> [PlanEvaluation] {
    Self.front(of: evaluations.filter { $0.candidate.system == system })
  }

  private static func front(of evaluations: [PlanEvaluation]) -> [PlanEvaluation] {
    ParetoFront.of(
      evaluations.filter { $0.statistics != nil }, cost: \.costPerHour, value: { $0.statistics?.mean ?? 0 })
  }
}

extension Scenario {
  /// What the clients send, in a few words.
  public var workloadText: String {
    let production = "CV \(EndToEndSetting.text(cv)), \(EndToEndSetting.text(requestsPerSecond)) requests/s"
    guard let trace = configuration.endToEnd.userTrace else { return "production workload, \(production)" }
    switch trace.kind {
    case .functions: return "functions of \(trace.path), \(production)"
    case .requests: return "requests of \(trace.path)"
    }
  }
}
