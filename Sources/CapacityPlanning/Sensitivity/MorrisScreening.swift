import Experiments
import Quantities
import ResultAnalysis
import ServingModel

/// Which parameters attainment depends on when all of them may differ at once: Morris' screening, one walk a seed.
///
/// The mean of the effects' sizes says how much a parameter matters over the whole range, their spread how much that
/// depends on the others (or on how far it has gone already).
public struct MorrisScreening: Sendable {
  /// What was found of a parameter.
  public struct Row: Hashable, Sendable {
    /// The name that programs use.
    public let name: String
    /// What it is about.
    public let kind: SensitivityParameter.Kind
    /// The unchanged value, with its unit.
    public let value: String
    /// Its effects in points over its whole range, one a walk; fewer where a point could not be deployed.
    public let effects: [Double]

    /// What was found of a parameter.
    public init(name: String, kind: SensitivityParameter.Kind, value: String, effects: [Double]) {
      self.name = name
      self.kind = kind
      self.value = value
      self.effects = effects
    }

    /// The mean of the effects' sizes, in points.
    public var meanSize: Double {
      effects.isEmpty ? 0 : effects.reduce(0) { $0 + abs($1) } / Double(effects.count)
    }

    /// The effects taken together; `nil` without one.
    public var statistics: SeedStatistics? {
      SeedStatistics(effects)
    }
  }

  /// What is varied.
  public let scenario: Scenario
  /// How far, as a share of 1, to both sides.
  public let change: Double
  /// Which attainment is looked at.
  public let objective: Objective
  /// The seeds, each of a workload and a walk.
  public let seeds: [UInt64]
  /// The parameters, the most important first.
  public let rows: [Row]

  /// Walks once for each seed.
  ///
  /// - Parameter report: told how many walks are done.
  /// - Precondition: `change` lies between 0 and 1, and there is a seed.
  /// - Throws: ``UsageError`` when the scenario's workload is refused.
  public init(
    of parameters: [SensitivityParameter], in scenario: Scenario, change: Double, objective: Objective,
    seeds: [UInt64], jobs: Int, report: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws {
    precondition(change > 0 && change < 1, "a share that leaves something and changes something")
    self.scenario = scenario
    self.change = change
    self.objective = objective
    self.seeds = seeds
    var effects = parameters.map { _ in [Double]() }
    for (index, seed) in seeds.enumerated() {
      var random = RandomStream(seed: seed, purpose: "Morris trajectory")
      let walk = MorrisTrajectory(parameters: parameters.count, using: &random)
      let scenarios = walk.points.map { Self.scenario(scenario, parameters, at: $0, change: change) }
      let results = try await ScenarioRunner(seeds: [seed], jobs: jobs).run(Self.tasks(scenarios))
      let values = results.map { result -> Double? in
        guard case .ran(let outcomes) = result else { return nil }
        return outcomes[0].attainment(objective)
      }
      for (parameter, effect) in walk.effects(of: values).enumerated() {
        if let effect { effects[parameter].append(effect) }
      }
      report(index + 1, seeds.count)
    }
    let rows = zip(parameters, effects).map { parameter, effects in
      Row(name: parameter.name, kind: parameter.kind, value: parameter.value(scenario), effects: effects)
    }
    self.rows = rows.enumerated().sorted { ($1.element.meanSize, $0.offset) < ($0.element.meanSize, $1.offset) }
      .map(\.element)
  }

  /// The scenario with every parameter at its level; one that cannot be there stays as it is.
  private static func scenario(
    _ base: Scenario, _ parameters: [SensitivityParameter], at levels: [Double], change: Double
  ) -> Scenario {
    zip(parameters, levels).reduce(base) { scenario, place in
      place.0.scaled(scenario, 1 - change + 2 * change * place.1) ?? scenario
    }
  }

  /// Tasks that share the arrivals of the same workload.
  private static func tasks(_ scenarios: [Scenario]) -> [ScenarioRunner.Task] {
    var made: [Configuration.EndToEnd: ProductionSamples] = [:]
    return scenarios.map { scenario in
      let workload = scenario.configuration.endToEnd
      let samples = made[workload] ?? ProductionSamples(configuration: scenario.configuration)
      made[workload] = samples
      return ScenarioRunner.Task(scenario, samples: samples)
    }
  }
}
