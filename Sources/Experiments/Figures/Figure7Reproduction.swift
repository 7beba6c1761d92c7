import ServingModel

/// Running what Figure 7 needs: the settings that have no result of the same inputs yet.
public struct Figure7Reproduction: Sendable {
  /// What became of a setting.
  public enum Outcome: Sendable {
    /// It was run; why.
    case ran(reason: String)
    /// A result of the same inputs was there.
    case kept
    /// It could not be run; the sentence to print.
    case failed(String)
  }

  /// A setting that has been dealt with.
  public struct Step: Sendable {
    /// The setting.
    public let setting: ColdStartSetting
    /// What became of it.
    public let outcome: Outcome
    /// How many settings have been dealt with, this one included.
    public let number: Int
    /// How many settings there are.
    public let count: Int
    /// Time since the first setting began.
    public let elapsed: Duration
  }

  private let runner: ColdStartRunner
  private let shelf: RecordStore.Shelf
  private let settings: [ColdStartSetting]
  private let force: Bool

  /// A reproduction of some of the 15 settings.
  ///
  /// - Parameters:
  ///   - systems: the systems to run; none means all.
  ///   - backends: the backends to run; none means all.
  ///   - force: whether to run settings that have a result of the same inputs, too.
  ///   - shelf: where results go.
  public init(
    runner: ColdStartRunner, systems: [ServingSystem], backends: [String], force: Bool, shelf: RecordStore.Shelf
  ) {
    self.runner = runner
    self.shelf = shelf
    self.force = force
    self.settings = ColdStartSetting.figure7.filter {
      (systems.isEmpty || systems.contains($0.system)) && (backends.isEmpty || backends.contains($0.backend))
    }
  }

  /// Labels the simulated nodes for each system in turn and runs its settings; those of one system side by side.
  ///
  /// A setting that fails is reported and the others go on.
  ///
  /// - Parameters:
  ///   - jobs: how many settings run at a time.
  ///   - report: told of each setting when it has been dealt with, one at a time.
  /// - Returns: what became of each setting, in the order in which they are run.
  /// - Throws: ``ExperimentError`` when the labels cannot be written.
  public func run(jobs: Int, report: @escaping @Sendable (Step) -> Void) async throws -> [Step] {
    let clock = ContinuousClock()
    let begin = clock.now
    let nodes = SimulatedNodes(results: runner.store.folder)
    var steps: [Step] = []
    for system in settings.map(\.system).uniqued() {
      let group = settings.filter { $0.system == system }
      if shelf == .runs {
        for backend in group.map(\.backend).uniqued() {
          let names = try runner.inputs.configuration.backend(backend).nodes.map(\.name)
          try nodes.label(names, system.gpuIsolation, key: .aliyun)
        }
      }
      var pending = group[...]
      while !pending.isEmpty {
        let batch = Array(pending.prefix(jobs))
        pending = pending.dropFirst(jobs)
        for (setting, outcome) in zip(batch, await outcomes(of: batch)) {
          let step = Step(
            setting: setting, outcome: outcome, number: steps.count + 1, count: settings.count,
            elapsed: clock.now - begin)
          report(step)
          steps.append(step)
        }
      }
    }
    return steps
  }

  /// What becomes of settings that run side by side, gathered in their order.
  private func outcomes(of batch: [ColdStartSetting]) async -> [Outcome] {
    await withTaskGroup(of: (Int, Outcome).self) { group in
      for (index, setting) in batch.enumerated() {
        group.addTask { (index, outcome(of: setting)) }
      }
      var outcomes: [(Int, Outcome)] = []
      for await outcome in group { outcomes.append(outcome) }
      return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func outcome(of setting: ColdStartSetting) -> Outcome {
    do {
      let reason = try runner.reasonToRun(setting, on: shelf)
      guard let reason = reason ?? (force ? "forced" : nil) else { return .kept }
      try runner.store.save(try runner.run(setting), on: shelf)
      return .ran(reason: reason)
    } catch {
      return .failed("\(error)")
    }
  }
}
