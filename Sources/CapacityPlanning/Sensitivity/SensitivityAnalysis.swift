import Experiments
import Quantities
import ResultAnalysis
import ServingModel

/// Which parameters attainment depends on most: each is lowered and raised by a factor alone, with common random numbers
/// over the seeds.
///
/// One at a time says what a change does around one scenario; it does not say what two changes do together.
public struct SensitivityAnalysis: Sendable {
  /// What is varied.
  public let scenario: Scenario
  /// By how much, as a share of 1.
  public let change: Double
  /// Which attainment is looked at.
  public let objective: Objective
  /// The seeds of the runs.
  public let seeds: [UInt64]
  /// The attainment of the unchanged scenario in per cent, over the seeds.
  public let base: SeedStatistics
  /// The parameters, the most important first.
  public let rows: [SensitivityRow]

  /// Varies parameters.
  ///
  /// - Parameter report: told how many runs are done.
  /// - Precondition: `change` lies between 0 and 1.
  /// - Throws: ``UsageError`` when the scenario cannot be deployed, or its workload is refused.
  public init(
    of parameters: [SensitivityParameter], in scenario: Scenario, change: Double, objective: Objective,
    runner: ScenarioRunner, report: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws {
    precondition(change > 0 && change < 1, "a share that leaves something and changes something")
    self.scenario = scenario
    self.change = change
    self.objective = objective
    self.seeds = runner.seeds
    if let refusal = scenario.refusal { throw UsageError("The servers do not suffice: \(refusal)") }
    let factors = [1 - change, 1 + change]
    let varied = parameters.map { parameter in factors.map { parameter.scaled(scenario, $0) } }
    let shared = ProductionSamples(configuration: scenario.configuration)
    let tasks = ([scenario] + varied.joined().compactMap { $0 }).map {
      Self.task($0, sharing: shared, with: scenario)
    }
    var results = try await runner.run(tasks, report: report).map { Self.attainments($0, objective) }[...]
    guard let base = results.removeFirst(), let statistics = SeedStatistics(base) else {
      preconditionFailure("a scenario that is not refused runs")
    }
    self.base = statistics
    rows = SensitivityRow.ranked(
      zip(parameters, varied).map { parameter, scenarios in
        let effects = scenarios.map { changed -> SensitivityRow.Effect? in
          guard let changed, let attainments = results.removeFirst() else { return nil }
          return SensitivityRow.Effect(value: parameter.value(changed), attainments: attainments, base: base)
        }
        return SensitivityRow(
          name: parameter.name, label: parameter.label, kind: parameter.kind, value: parameter.value(scenario),
          low: effects[0], high: effects[1])
      })
  }

  /// Arrivals are drawn anew only for a scenario that has others.
  private static func task(
    _ scenario: Scenario, sharing samples: ProductionSamples, with base: Scenario
  ) -> ScenarioRunner.Task {
    let hasSame = scenario.configuration.endToEnd == base.configuration.endToEnd
    return ScenarioRunner.Task(
      scenario, samples: hasSame ? samples : ProductionSamples(configuration: scenario.configuration))
  }

  private static func attainments(_ result: ScenarioRunner.Result, _ objective: Objective) -> [Double]? {
    switch result {
    case .refused: nil
    case .ran(let outcomes): outcomes.map { $0.attainment(objective) }
    }
  }
}
