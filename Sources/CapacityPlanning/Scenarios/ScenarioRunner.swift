import Experiments
import Quantities

/// Runs scenarios with the same seeds, several at a time; what comes out does not depend on how many.
public struct ScenarioRunner: Sendable {
  /// The seeds that every scenario is run with: common random numbers, so that differences are those of the scenarios.
  public let seeds: [UInt64]
  /// How many runs are made at a time.
  public let jobs: Int

  /// A runner.
  ///
  /// - Precondition: there is a seed and a job.
  public init(seeds: [UInt64], jobs: Int) {
    precondition(!seeds.isEmpty && jobs > 0, "a run has a seed")
    self.seeds = seeds
    self.jobs = jobs
  }

  /// A scenario to be run, with the arrivals that it shares with others of the same workload.
  public struct Task: Sendable {
    let scenario: Scenario
    let samples: ProductionSamples

    /// A scenario with its arrivals.
    public init(_ scenario: Scenario, samples: ProductionSamples) {
      self.scenario = scenario
      self.samples = samples
    }
  }

  /// What became of a scenario.
  public enum Result: Hashable, Sendable {
    /// It ran; one outcome a seed, in the order of the seeds.
    case ran([SeedOutcome])
    /// It cannot be deployed on its servers; why, in a sentence.
    case refused(String)
  }

  /// Runs scenarios with every seed.
  ///
  /// - Parameter report: told how many runs are done.
  /// - Returns: one result for each scenario, in their order.
  /// - Throws: ``UsageError`` for a workload that is refused.
  public func run(_ tasks: [Task], report: (_ done: Int, _ of: Int) -> Void = { _, _ in }) async throws -> [Result] {
    let refusals = tasks.map { $0.scenario.refusal }
    let runs = tasks.indices.filter { refusals[$0] == nil }.flatMap { task in seeds.map { (task, $0) } }
    let outcomes = try await concurrentMap(runs, jobs: jobs, report: report) { task, seed in
      try tasks[task].scenario.outcome(seed: seed, samples: tasks[task].samples)
    }
    var rest = outcomes[...]
    return refusals.map { refusal in
      if let refusal { return .refused(refusal) }
      defer { rest = rest.dropFirst(seeds.count) }
      return .ran(Array(rest.prefix(seeds.count)))
    }
  }

  /// The seeds that tell runs of a workload apart: the first alone where the workload is the same for every seed, as
  /// that of a trace that names its models is.
  ///
  /// - Throws: ``UsageError`` for a workload that is refused.
  public static func distinctSeeds(_ seeds: [UInt64], of scenario: Scenario) throws -> [UInt64] {
    guard seeds.count > 1, scenario.configuration.endToEnd.userTrace?.kind == .requests else { return seeds }
    let samples = ProductionSamples(configuration: scenario.configuration)
    let first = try scenario.requests(seed: seeds[0], samples: samples)
    let second = try scenario.requests(seed: seeds[1], samples: samples)
    return first == second ? [seeds[0]] : seeds
  }
}
