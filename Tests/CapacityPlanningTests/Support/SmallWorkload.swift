import Experiments
import Foundation
import Quantities
import ServingModel

@testable import CapacityPlanning

/// A few requests for a few models, on servers with one V100 each.
enum SmallWorkload {
  static let serverType = "ecs.gn6e-c12g1.3xlarge"
  static let model = "modelscope/Llama-2-7b-chat-ms"

  /// Does something with the configuration of a trace: three models that may take 45 s to their first token, and requests
  /// for them at some seconds.
  static func with<Value>(
    _ requests: [(second: Double, model: Int?)], _ body: (Configuration) async throws -> Value
  ) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("small-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let yaml = folder.appendingPathComponent("small.yaml")
    let trace = folder.appendingPathComponent("small.jsonl")
    try """
    model_sets:
      small:
        - {model: \(model), replicas: 3, ttft_slo_ms: 45000, tpot_slo_ms: 200}

    """.write(to: yaml, atomically: true, encoding: .utf8)
    let lines = requests.map { second, number in
      let name = number.map { ", \"model\": \"\(model)/\($0)\"" } ?? ""
      return "{\"timestamp\": \(Int(second * 1000)), \"input_length\": 20, \"output_length\": 100\(name)}\n"
    }
    try lines.joined().write(to: trace, atomically: true, encoding: .utf8)
    let result: Value
    do {
      result = try await body(try Configuration.load(userFile: yaml.path).withTrace(trace.path))
    } catch {
      try FileManager.default.removeItem(at: folder)
      throw error
    }
    try FileManager.default.removeItem(at: folder)
    return result
  }

  /// The workload on so many servers.
  static func scenario(
    _ system: ServingSystem, servers: Int, configuration: Configuration
  ) throws -> Scenario {
    let type = try type(in: configuration)
    let paper = try PaperFleet.endToEnd(configuration)
    return Scenario(
      system: system,
      fleet: ServerFleet(groups: [.init(type: type, count: servers)], storageType: paper.storageType), cv: 8,
      requestsPerSecond: 0.6, modelSet: "small", configuration: configuration, rules: .published)
  }

  /// The plan of the workload for a system on servers with one V100 each.
  static func plan(
    _ system: ServingSystem, percent: Double = 100, maxServers: Int = 8, configuration: Configuration,
    keepAliveSeconds: [Int] = [30], jobs: Int = 2
  ) async throws -> CapacityPlan {
    let type = try type(in: configuration)
    let scenario = try scenario(system, servers: 1, configuration: configuration)
    let space = PlanSpace(
      systems: [system], types: [type], storageType: scenario.fleet.storageType, maxServers: maxServers,
      prices: try ClusterPrices(
        of: [type], storageType: scenario.fleet.storageType, configuration: configuration),
      tunings: .init(keepAliveSeconds: keepAliveSeconds, maxPipelineSizes: [4], hostMemoryPercents: [100]))
    return try await CapacityPlan(
      space: space, target: PlanTarget(percent: percent, objective: .ttft, criterion: .lowerBound),
      workload: scenario,
      runner: ScenarioRunner(seeds: try ScenarioRunner.distinctSeeds([1, 2, 3], of: scenario), jobs: jobs))
  }

  static func type(in configuration: Configuration) throws -> InstanceType {
    guard let type = configuration.instanceTypes.first(where: { $0.name == serverType }) else {
      throw UsageError("There is no \(serverType).")
    }
    return type
  }
}
