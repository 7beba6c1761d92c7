import Scheduling
import ServingModel
import WorkloadGeneration

/// Many end-to-end settings over many seeds, in memory: what fitting and accuracy are computed from.
public struct EndToEndSweep: Sendable {
  private let configuration: Configuration
  private let rules: ControlPlaneRules
  private let jobs: Int

  /// A sweep with the constants of a configuration.
  ///
  /// - Parameter jobs: how many runs go on at a time; results do not depend on it.
  public init(configuration: Configuration, rules: ControlPlaneRules = .published, jobs: Int = 2) {
    self.configuration = configuration
    self.rules = rules
    self.jobs = jobs
  }

  /// Runs every setting with every seed.
  ///
  /// - Returns: for each setting, in their order, a summary of each seed, in their order.
  /// - Throws: ``UsageError`` for a setting that cannot be run or a seed without a workload.
  public func run(_ settings: [EndToEndSetting], seeds: [UInt64]) async throws -> [[EndToEndSummary]] {
    let runs = try await Self.concurrently(jobs, seeds) { seed in
      let trace = try Self.trace(of: seed, configuration)
      return try settings.map { setting in
        let experiment = try EndToEndExperiment(
          setting: setting, trace: trace, configuration: configuration, rules: rules)
        return EndToEndSummary(experiment.run(), of: experiment)
      }
    }
    return settings.indices.map { setting in runs.map { $0[setting] } }
  }

  /// The synthetic trace of a seed with a configuration's recipe.
  static func trace(of seed: UInt64, _ configuration: Configuration) throws -> SyntheticTrace {
    do {
      return try SyntheticTrace(seed: seed, parameters: configuration.endToEnd.trace)
    } catch {
      throw UsageError(error.description)
    }
  }

  /// Maps some inputs, several at a time, gathered in their order.
  ///
  /// - Parameter report: told how many are done, one at a time.
  static func concurrently<Input: Sendable, Output: Sendable>(
    _ jobs: Int, _ inputs: [Input], report: (_ done: Int, _ of: Int) -> Void = { _, _ in },
    _ work: @escaping @Sendable (Input) throws -> Output
  ) async throws -> [Output] {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
      var outputs = [Output?](repeating: nil, count: inputs.count)
      var next = 0
      func add() {
        guard next < inputs.count else { return }
        let (position, input) = (next, inputs[next])
        group.addTask { (position, try work(input)) }
        next += 1
      }
      for _ in 0..<jobs { add() }
      var done = 0
      while let (position, output) = try await group.next() {
        outputs[position] = output
        done += 1
        report(done, inputs.count)
        add()
      }
      return outputs.compactMap { $0 }
    }
  }
}
