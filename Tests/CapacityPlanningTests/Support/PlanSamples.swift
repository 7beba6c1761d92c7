import Experiments
import Quantities
import ServingModel

@testable import CapacityPlanning

/// Spaces and evaluations for tests that need no simulation.
enum PlanSamples {
  static let small = InstanceType(
    name: "small", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 22, network: .gbps(16), hostMemoryGB: 188,
    virtualCPUs: 32)
  static let large = InstanceType(
    name: "large", gpuType: GPUType("v100"), gpuCount: 4, gpuMemoryGB: 32, network: .gbps(16), hostMemoryGB: 368,
    virtualCPUs: 48)
  static let storage = ServerFleet.StorageType(name: "store", network: .gbps(32))

  static func space(
    systems: [ServingSystem] = [.hydraServe], types: [InstanceType] = [large], maxServers: Int = 20,
    prices: [String: Double] = ["small": 1, "large": 3],
    tunings: PlanSpace.Tunings = .init(keepAliveSeconds: [30], maxPipelineSizes: [4], hostMemoryPercents: [100])
  ) -> PlanSpace {
    PlanSpace(
      systems: systems, types: types, storageType: storage, maxServers: maxServers,
      prices: ClusterPrices(unit: "coins", source: "made up for a test", perHour: prices, storagePerHour: nil),
      tunings: tunings)
  }

  static let target = PlanTarget(percent: 90, objective: .ttft, criterion: .mean)

  /// Evaluates by a formula; the same attainment for both of two seeds.
  static func evaluate(
    in space: PlanSpace, memory: @escaping (PlanCandidate) -> Double = { _ in 0 },
    percent: @escaping (PlanCandidate) -> Double
  ) -> PlanSearch.Evaluate {
    { candidates in
      candidates.map {
        PlanEvaluation(
          candidate: $0, costPerHour: space.costPerHour($0.counts), attainments: [percent($0), percent($0)],
          gpuMemoryGBHours: memory($0))
      }
    }
  }
}
