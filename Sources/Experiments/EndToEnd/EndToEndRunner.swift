import FoundationEssentials

/// Runs end-to-end settings, each with every seed, and keeps their results.
public struct EndToEndRunner: ExperimentRunner {
  /// Where results go.
  public let store: RecordStore
  /// What the runs are made of.
  public let inputs: RunInputs
  /// Which build of which program makes them.
  public let build: String
  private let samples: ProductionSamples

  /// A runner.
  public init(store: RecordStore, inputs: RunInputs, build: String) {
    self.store = store
    self.inputs = inputs
    self.build = build
    samples = ProductionSamples(configuration: inputs.configuration)
  }

  /// Runs a setting with every seed, without keeping anything.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run, ``ExperimentError`` when its machines do not suffice.
  public func run(_ setting: EndToEndSetting) throws -> EndToEndRun {
    let startedAt = Date()
    var first: (experiment: EndToEndExperiment, result: EndToEndExperiment.Result)?
    var seeds: [EndToEndRun.Seed] = []
    for seed in inputs.seeds {
      let experiment = try experiment(of: setting, seed: seed)
      let result = experiment.run()
      if let failure = result.log.failure { throw UsageError(failure) }
      seeds.append(EndToEndRun.Seed(result, of: experiment))
      if first == nil { first = (experiment, result) }
    }
    guard let first else { preconditionFailure("there is at least one seed") }
    return EndToEndRun(
      experiment: first.experiment, log: first.result.log, seeds: seeds,
      inputs: inputs,
      circumstances: RunCircumstances(build: build, startedAt: startedAt, endedAt: Date()))
  }

  /// The experiment of a setting with a seed, with arrivals that all systems share.
  ///
  /// - Throws: as ``run(_:)``.
  func experiment(of setting: EndToEndSetting, seed: UInt64) throws -> EndToEndExperiment {
    try EndToEndExperiment(
      setting: setting, seed: seed, samples: samples, configuration: inputs.configuration, rules: inputs.rules.rules)
  }

  /// What one seed contributes to a run of the setting.
  ///
  /// - Throws: as ``run(_:)``.
  func part(of setting: EndToEndSetting, seed: UInt64) throws -> EndToEndPart {
    let experiment = try experiment(of: setting, seed: seed)
    let result = experiment.run()
    return EndToEndPart(
      EndToEndRun.Seed(result, of: experiment), of: experiment.deployment, log: seed == inputs.seed ? result.log : nil)
  }
}
