import Experiments
import Quantities
import Scheduling
import ServingModel

/// Everything that a simulated run is made of besides its seed: a system, its servers, its tuning and its workload.
public struct Scenario: Sendable {
  /// The serving system.
  public var system: ServingSystem
  /// The servers.
  public var fleet: ServerFleet
  /// What differs from the published deployment.
  public var tuning: ServingTuning
  /// The factor on the coefficient of variation of the arrivals' gaps.
  public var cv: Double
  /// Mean requests per second.
  public var requestsPerSecond: Double
  /// The set of models that is deployed.
  public var modelSet: String
  /// Constants, models and, where there is one, the user's trace.
  public var configuration: Configuration
  /// Which accidents of the published scheduler are kept.
  public var rules: RulesName

  /// A scenario.
  public init(
    system: ServingSystem, fleet: ServerFleet, tuning: ServingTuning = ServingTuning(), cv: Double,
    requestsPerSecond: Double, modelSet: String = Scenario.productionModelSet, configuration: Configuration,
    rules: RulesName
  ) {
    self.system = system
    self.fleet = fleet
    self.tuning = tuning
    self.cv = cv
    self.requestsPerSecond = requestsPerSecond
    self.modelSet = modelSet
    self.configuration = configuration
    self.rules = rules
  }

  /// The set of models that the production workload asks for.
  public static let productionModelSet = "3"

  /// What one seed gives.
  ///
  /// - Parameter samples: arrivals of the scenario's configuration, shared with runs that have the same workload.
  /// - Throws: ``UsageError`` when a model fits on none of the GPUs and for a workload that is refused.
  func outcome(seed: UInt64, samples: ProductionSamples) throws -> SeedOutcome {
    let deployment = try ServingDeployment(
      system, modelSet: modelSet, nodes: fleet.nodes, storage: fleet.storage, tuning: tuning,
      configuration: configuration, rules: rules.rules)
    let experiment = try EndToEndExperiment(
      setting: EndToEndSetting(system: system, cv: cv, requestsPerSecond: requestsPerSecond), deployment: deployment,
      seed: seed, samples: samples, configuration: configuration)
    let summary = experiment.run().summary
    return SeedOutcome(
      requests: summary.total.sent,
      attainments: Dictionary(
        uniqueKeysWithValues: Objective.allCases.map { ($0, ($0.attainment(summary.total) ?? 0) * 100) }),
      gpuMemoryTime: summary.models.reduce(0) { $0 + ($1.gpuMemoryTime ?? 0) })
  }
}

/// What one seed of a scenario gave.
public struct SeedOutcome: Hashable, Sendable {
  /// Requests sent.
  public let requests: Int
  /// GPU memory that workers held × time for which they held it, in GB·s.
  public let gpuMemoryTime: Double
  private let attainments: [Objective: Double]

  /// An outcome with the attainment of each objective in per cent.
  public init(requests: Int, attainments: [Objective: Double], gpuMemoryTime: Double) {
    self.requests = requests
    self.attainments = attainments
    self.gpuMemoryTime = gpuMemoryTime
  }

  /// The share of the requests within an objective, in per cent.
  public func attainment(_ objective: Objective) -> Double {
    attainments[objective] ?? 0
  }
}
