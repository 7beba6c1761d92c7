import ServingModel

/// A setting that has been dealt with.
public struct ReproductionStep: Sendable {
  /// What became of a setting.
  public enum Outcome: Sendable {
    /// It was run; why.
    case ran(reason: String)
    /// A result of the same inputs was there.
    case kept
    /// A result that was measured on a real cluster was there.
    case keptMeasured
    /// It could not be run; the sentence to print.
    case failed(String)
  }

  /// The setting, as messages name it.
  public let setting: String
  /// What became of it.
  public let outcome: Outcome
  /// How many settings have been dealt with, this one included.
  public let number: Int
  /// How many settings there are.
  public let count: Int
  /// Time since the first setting began.
  public let elapsed: Duration
  /// What it took to deal with this setting alone.
  public let took: Duration
  /// The folder of its result.
  public let folder: String
}

/// Running what figures need: the settings of one experiment that have no result of the same inputs yet.
public struct Reproduction<Runner: ExperimentRunner>: Sendable {
  private typealias Setting = Runner.Run.Setting

  /// What became of a setting, and what that took.
  private struct Dealt: Sendable {
    let outcome: ReproductionStep.Outcome
    let took: Duration
  }

  private let runner: Runner
  private let settings: [Runner.Run.Setting]
  private let force: Bool
  private let shelf: RecordStore.Shelf

  /// A reproduction of some settings.
  ///
  /// - Parameters:
  ///   - settings: what to run; those of one system are run together, in their order.
  ///   - force: whether to run settings that have a result of the same inputs, too.
  ///   - shelf: where results go.
  public init(runner: Runner, settings: [Runner.Run.Setting], force: Bool, shelf: RecordStore.Shelf) {
    self.runner = runner
    self.settings = settings
    self.force = force
    self.shelf = shelf
  }

  /// Labels the simulated nodes for each system in turn and runs its settings; those of one system side by side.
  ///
  /// A setting that fails is reported and the others go on.
  ///
  /// - Parameters:
  ///   - jobs: how many settings run at a time.
  ///   - report: told of each setting when it and those before have been dealt with, one at a time.
  /// - Returns: what became of each setting, in the order in which they are run.
  /// - Throws: ``ExperimentError`` when the labels cannot be written.
  public func run(
    jobs: Int, report: @escaping @Sendable (ReproductionStep) -> Void
  ) async throws -> [ReproductionStep] {
    let clock = ContinuousClock()
    let begin = clock.now
    var steps: [ReproductionStep] = []
    for system in settings.map(\.system).uniqued() {
      let group = settings.filter { $0.system == system }
      if shelf == .runs { try label(for: group, system) }
      await run(group, jobs: jobs) { setting, dealt in
        let step = ReproductionStep(
          setting: setting.description, outcome: dealt.outcome, number: steps.count + 1, count: settings.count,
          elapsed: clock.now - begin, took: dealt.took, folder: runner.store.path(of: setting, on: shelf))
        report(step)
        steps.append(step)
      }
    }
    return steps
  }

  private func label(for group: [Setting], _ system: ServingSystem) throws {
    let nodes = SimulatedNodes(results: runner.store.folder)
    for backend in group.map(\.backend).uniqued() {
      let names = try runner.inputs.configuration.backend(backend).nodes.map(\.name)
      try nodes.label(names, system.gpuIsolation, key: .aliyun)
    }
  }

  /// Runs settings, some at a time; tells of each as soon as those before it are known, too.
  private func run(
    _ group: [Setting], jobs: Int, tell: (Setting, Dealt) -> Void
  ) async {
    await withTaskGroup(of: (Int, Dealt).self) { tasks in
      var outcomes: [Dealt?] = Array(repeating: nil, count: group.count)
      var (begun, told) = (0, 0)
      while told < group.count {
        while begun < group.count, begun < told + jobs {
          let index = begun
          tasks.addTask {
            let begin = ContinuousClock.now
            let outcome = outcome(of: group[index])
            return (index, Dealt(outcome: outcome, took: ContinuousClock.now - begin))
          }
          begun += 1
        }
        guard let (index, outcome) = await tasks.next() else { return }
        outcomes[index] = outcome
        while told < group.count, let outcome = outcomes[told] {
          tell(group[told], outcome)
          told += 1
        }
      }
    }
  }

  private func outcome(of setting: Setting) -> ReproductionStep.Outcome {
    do {
      switch try runner.decision(on: setting, shelf: shelf) {
      case .run(let reason): return try ran(setting, reason: reason)
      case .keep: return force ? try ran(setting, reason: "forced") : .kept
      case .keepMeasured: return force ? try ran(setting, reason: "forced") : .keptMeasured
      }
    } catch {
      return .failed("\(error)")
    }
  }

  private func ran(_ setting: Setting, reason: String) throws -> ReproductionStep.Outcome {
    try runner.store.save(try runner.run(setting), on: shelf)
    return .ran(reason: reason)
  }
}
