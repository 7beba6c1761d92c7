import FoundationEssentials

/// Runs cold-start settings and keeps their results.
public struct ColdStartRunner: ExperimentRunner {
  /// Where results go.
  public let store: RecordStore
  /// What the runs are made of.
  public let inputs: RunInputs
  /// Which build of which program makes them.
  public let build: String

  /// A runner.
  public init(store: RecordStore, inputs: RunInputs, build: String) {
    self.store = store
    self.inputs = inputs
    self.build = build
  }

  /// Runs a setting, without keeping anything.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run, ``ExperimentError`` when a measurement fails.
  public func run(_ setting: ColdStartSetting) throws -> ColdStartRun {
    let startedAt = Date()
    let experiment = try ColdStartExperiment(
      setting: setting, configuration: inputs.configuration, rules: inputs.rules.rules)
    let result = try experiment.run()
    return ColdStartRun(
      experiment: experiment, result: result, inputs: inputs,
      circumstances: RunCircumstances(build: build, startedAt: startedAt, endedAt: Date()))
  }
}
