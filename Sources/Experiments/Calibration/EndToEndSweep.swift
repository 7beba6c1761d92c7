import Scheduling
import ServingModel

/// Many end-to-end settings over many seeds, in memory: what fitting and accuracy are computed from.
public struct EndToEndSweep: Sendable {
  private let configuration: Configuration
  private let rules: ControlPlaneRules
  private let jobs: Int

  /// A sweep with the constants of a configuration.
  ///
  /// - Parameter jobs: how many seeds run at a time; results do not depend on it.
  public init(configuration: Configuration, rules: ControlPlaneRules = .published, jobs: Int) {
    self.configuration = configuration
    self.rules = rules
    self.jobs = jobs
  }

  /// Runs every setting with every seed.
  ///
  /// - Parameter report: told how many of the seeds are done.
  /// - Returns: for each setting, in their order, a summary of each seed, in their order.
  /// - Throws: ``UsageError`` for a setting that cannot be run or a seed without a workload.
  public func run(
    _ settings: [EndToEndSetting], seeds: [UInt64], report: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws -> [[EndToEndSummary]] {
    let runs = try await concurrentMap(seeds, jobs: jobs, report: report) { seed in
      let samples = ProductionSamples(configuration: configuration)
      return try settings.map { setting in
        let experiment = try EndToEndExperiment(
          setting: setting, seed: seed, samples: samples, configuration: configuration, rules: rules)
        return EndToEndSummary(experiment.run(), of: experiment)
      }
    }
    return settings.indices.map { setting in runs.map { $0[setting] } }
  }
}
