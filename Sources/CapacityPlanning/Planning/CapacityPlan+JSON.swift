import Experiments
import Quantities
import ResultAnalysis
import ServingModel

/// The plan for programs.
extension CapacityPlan {
  private struct Group: Encodable {
    let type: String
    let count: Int
  }

  /// A candidate with what it gave.
  private struct Candidate: Encodable {
    let system: String
    let servers: [Group]
    let storageServers: Int
    let costPerHour: Double
    let attainments: [Double]
    let mean: Double?
    let interval95: Double?
    let criterionValue: Double?
    let reachesTarget: Bool
    let keepAlive: Double?
    let maxPipelineSize: Int?
    let hostMemoryShare: Double?
    let gpuMemoryGBHours: Double
    let refusal: String?
    let source = ResultSource.simulated.rawValue

    enum CodingKeys: String, CodingKey {
      case system, servers, refusal, source
      case storageServers = "storage_servers"
      case costPerHour = "cost_per_hour"
      case attainments = "attainment_pct_by_seed"
      case mean = "attainment_pct"
      case interval95 = "attainment_pct_interval95"
      case criterionValue = "criterion_value_pct"
      case reachesTarget = "reaches_target"
      case keepAlive = "keep_alive_s"
      case maxPipelineSize = "max_pipeline_size"
      case hostMemoryShare = "host_memory_share"
      case gpuMemoryGBHours = "gpu_memory_gb_h"
    }
  }

  private struct Answer: Encodable {
    let system: String
    let best: Candidate?
    let highest: Candidate?
  }

  private struct File: Encodable {
    let schemaVersion = 1
    let source = ResultSource.simulated.rawValue
    let workload: String
    let seeds: [UInt64]
    let objective: String
    let criterion: String
    let target: Double
    let priceUnit: String
    let priceSource: String
    let storageType: String
    let maxServers: Int
    let best: Candidate?
    let systems: [Answer]
    let front: [Candidate]
    let evaluated: [Candidate]

    enum CodingKeys: String, CodingKey {
      case source, workload, seeds, objective, criterion, best, systems, evaluated
      case schemaVersion = "schema_version"
      case target = "target_pct"
      case priceUnit = "price_unit"
      case priceSource = "price_source"
      case storageType = "storage_type"
      case maxServers = "max_servers"
      case front = "pareto_front"
    }
  }

  /// Everything, as JSON.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      File(
        workload: workload, seeds: seeds, objective: target.objective.rawValue, criterion: target.criterion.rawValue,
        target: target.percent, priceUnit: space.prices.unit, priceSource: space.prices.source,
        storageType: space.storageType.name, maxServers: space.maxServers, best: best.map(candidate),
        systems: answers.map { answer in
          Answer(
            system: answer.system.rawValue, best: answer.best.map(candidate), highest: answer.highest.map(candidate))
        }, front: front.map(candidate), evaluated: evaluations.map(candidate)))
  }

  private func candidate(_ evaluation: PlanEvaluation) -> Candidate {
    let (choice, statistics) = (evaluation.candidate, evaluation.statistics)
    let fleet = space.fleet(choice.counts)
    return Candidate(
      system: choice.system.rawValue, servers: fleet.groups.map { Group(type: $0.type.name, count: $0.count) },
      storageServers: fleet.storage.count, costPerHour: evaluation.costPerHour, attainments: evaluation.attainments,
      mean: statistics?.mean, interval95: statistics?.interval95, criterionValue: target.value(evaluation),
      reachesTarget: target.isReached(by: evaluation), keepAlive: choice.tuning.keepAlive?.inSeconds,
      maxPipelineSize: choice.tuning.maxPipelineSize,
      hostMemoryShare: ServingDeployment.keepsModelsInHostMemory(choice.system) ? choice.tuning.hostMemoryShare : nil,
      gpuMemoryGBHours: evaluation.gpuMemoryGBHours, refusal: evaluation.refusal)
  }
}
