import FoundationEssentials

/// Runs items of a plan, and puts results of items together to what a local run keeps.
public struct SweepRuns: Sendable {
  /// The plan.
  public let plan: SweepPlan
  private let coldStart: [ColdStartRunner]
  private let endToEnd: [EndToEndRunner]

  /// The runs of a plan.
  ///
  /// - Parameters:
  ///   - results: the folder of results; variants have folders of their own below it.
  ///   - build: the program whose earlier results are kept.
  /// - Throws: ``UsageError`` for a configuration that is refused.
  public init(_ plan: SweepPlan, results: String, build: String) throws {
    self.plan = plan
    let rules = RulesName(rawValue: plan.rules) ?? .published
    var coldStart: [ColdStartRunner] = []
    var endToEnd: [EndToEndRunner] = []
    for variant in plan.variants {
      let configuration = try Configuration.load(userText: plan.configuration, changes: variant.changes)
      let store = RecordStore(folder: variant.results(in: results))
      let cold = RunInputs(configuration: configuration, seed: plan.coldStartSeed, rules: rules)
      let hour = RunInputs(
        configuration: configuration, seed: plan.firstSeed, seedCount: plan.seedCount, rules: rules)
      coldStart.append(ColdStartRunner(store: store, inputs: cold, build: build))
      endToEnd.append(EndToEndRunner(store: store, inputs: hour, build: build))
    }
    self.coldStart = coldStart
    self.endToEnd = endToEnd
  }

  /// The trace of the user's that the configuration names, if it names one; it is a file of this machine.
  public var userTrace: String? {
    endToEnd.compactMap { $0.inputs.configuration.endToEnd.userTrace?.path }.first
  }

  // MARK: Running

  /// Runs an item.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run, ``ExperimentError`` when the run fails.
  public func run(_ item: SweepItem) throws -> ItemResult {
    switch item.setting {
    case .coldStart(let setting):
      let run = try coldStart[item.variant].run(setting)
      let own = ["requests.jsonl", "events.jsonl", "summary.json"]
      return ItemResult(
        item, inputHash: run.inputs.hash(of: setting), run.circumstances,
        files: try run.files(for: .runs).filter { own.contains($0.name) })
    case .endToEnd(let setting):
      let runner = endToEnd[item.variant]
      let startedAt = Date()
      let part = try runner.part(of: setting, seed: item.seed ?? runner.inputs.seed)
      return try ItemResult(
        item, inputHash: runner.inputs.hash(of: setting),
        RunCircumstances(build: runner.build, startedAt: startedAt, endedAt: Date()), part: part)
    }
  }

  // MARK: Keeping

  /// The hash that an item's result must carry.
  func inputHash(of item: SweepItem) -> String {
    switch item.setting {
    case .coldStart(let setting): coldStart[item.variant].inputs.hash(of: setting)
    case .endToEnd(let setting): endToEnd[item.variant].inputs.hash(of: setting)
    }
  }

  /// Whether a setting has to be run; a result of the image's own or of the local program is kept.
  ///
  /// - Throws: ``ExperimentError`` when there is a result that is not ours to read.
  public func decision(on setting: SweepSetting, variant: Int, image: String?) throws -> RunDecision {
    switch setting {
    case .coldStart(let setting): try coldStart[variant].decision(on: setting, shelf: .runs, image: image)
    case .endToEnd(let setting): try endToEnd[variant].decision(on: setting, shelf: .runs, image: image)
    }
  }

  /// Keeps the result of a setting, put together from those of its items in the order of their seeds.
  ///
  /// - Throws: ``ExperimentError`` when the results do not fit together or cannot be written.
  func keep(_ results: [ItemResult], of setting: SweepSetting, variant: Int, image: String?) throws {
    guard let circumstances = ItemResult.circumstances(of: results, image: image) else {
      throw ExperimentError.foreignResult(item: setting.description)
    }
    switch setting {
    case .coldStart(let setting):
      let runner = coldStart[variant]
      try runner.store.save(
        CollectedColdStartRun(
          setting: setting, inputs: runner.inputs, circumstances: circumstances, files: results[0].files),
        on: .runs)
    case .endToEnd(let setting):
      let parts = results.compactMap(\.part)
      guard parts.count == results.count, parts.allSatisfy({ $0.numbers.hasShape(of: parts[0].numbers) }) else {
        throw ExperimentError.foreignResult(item: setting.description)
      }
      let runner = endToEnd[variant]
      try runner.store.save(
        CollectedEndToEndRun(
          experiment: try runner.experiment(of: setting, seed: runner.inputs.seed), parts: parts,
          inputs: runner.inputs, circumstances: circumstances), on: .runs)
    }
  }
}
