import Experiments
import Quantities
import ServingModel
import WorkloadGeneration

extension Scenario {
  /// Why the scenario cannot be deployed on its servers; `nil` when it can.
  var refusal: String? {
    guard fleet.serverCount > 0 else { return "There is no server." }
    let largest = fleet.groups.filter { $0.count > 0 }.map(\.type.gpuMemoryGB).max() ?? 0
    do {
      for member in try configuration.modelSet(modelSet) where member.schedulerSizeGB > largest {
        return "\(member.model) needs \(member.schedulerSizeGB) GB of one GPU, and the largest has \(largest) GB."
      }
    } catch {
      return "\(error)"
    }
    return nil
  }

  /// The requests of a seed.
  ///
  /// - Throws: ``UsageError`` for a workload that is refused.
  func requests(seed: UInt64, samples: ProductionSamples) throws -> [WorkloadRequest] {
    let deployment = try ServingDeployment(
      system, modelSet: modelSet, nodes: fleet.nodes, storage: fleet.storage, tuning: tuning,
      configuration: configuration, rules: rules.rules)
    return try EndToEndExperiment(
      setting: EndToEndSetting(system: system, cv: cv, requestsPerSecond: requestsPerSecond), deployment: deployment,
      seed: seed, samples: samples, configuration: configuration
    ).workload.requests
  }
}
