import ClusterSimulation
import Quantities
import ServingModel
import Testing
import YAMLReading

@testable import Experiments

/// Numbers at the ends of their ranges: a run ends with a result or with a sentence, never with a crash.
@Suite struct ConfigurationEdgeTests {
  private static func decode<Value: Decodable>(_ text: String, as type: Value.Type) throws -> Value {
    try YAMLDecoder().decode(type, from: YAMLParser.parse(text, file: "edge.yaml"))
  }

  @Test func `ranges end where the checks say`() throws {
    for good in ["0.001", "1", "3600000"] { _ = try Self.decode(good, as: Positive.self) }
    for bad in ["0", "-1", "0.00099", "3600001", ".inf", "-.inf", ".nan"] {
      #expect(throws: YAMLError.self) { try Self.decode(bad, as: Positive.self) }
    }
    for good in ["0", "1e-9", "3600000"] { _ = try Self.decode(good, as: NonNegative.self) }
    for bad in ["-1e-9", "3600001", ".inf", ".nan"] {
      #expect(throws: YAMLError.self) { try Self.decode(bad, as: NonNegative.self) }
    }
    for good in ["0", "0.5", "1"] { _ = try Self.decode(good, as: Fraction.self) }
    for bad in ["-0.1", "1.1", ".nan"] { #expect(throws: YAMLError.self) { try Self.decode(bad, as: Fraction.self) } }
    for good in ["1", "1000000"] { _ = try Self.decode(good, as: PositiveCount.self) }
    for bad in ["0", "-1", "1000001", "99999999999999999999", "1.5"] {
      #expect(throws: YAMLError.self) { try Self.decode(bad, as: PositiveCount.self) }
    }
  }

  /// Every number of the hardware that a run's clock is made of, set to so many of its unit.
  private static let changes: [(name: String, set: @Sendable (inout HardwareModel, Double) -> Void)] = [
    ("worker_start_s", { $0.gpus[a10]?.workerStart = .seconds($1) }),
    ("framework_load_gb_per_s", { $0.gpus[a10]?.frameworkLoad = .gigabytesPerSecond(max($1, 0.001)) }),
    ("engine_profile_s", { $0.gpus[a10]?.engineProfile = .seconds($1) }),
    ("engine_init_s", { $0.gpus[a10]?.engineInitialisation = .seconds($1) }),
    ("prefill_base_ms", { $0.gpus[a10]?.prefillBase = .milliseconds($1) }),
    ("prefill_us_per_token_and_gb", { $0.gpus[a10]?.prefillPerTokenAndGB = .microseconds($1) }),
    ("decode_base_ms", { $0.gpus[a10]?.decodeBase = .milliseconds($1) }),
    ("decode_ms_per_gb", { $0.gpus[a10]?.decodePerGB = .milliseconds($1) }),
    ("host_to_gpu_gb_per_s", { $0.hostToGPU = .gigabytesPerSecond(max($1, 0.001)) }),
    ("pipeline_setup_s", { $0.pipelineSetup = .seconds($1) }),
    ("fetch_cap_gb_per_s", { $0.fetchCap = .gigabytesPerSecond(max($1, 0.001)) }),
    ("pod_deletion_s", { $0.podDeletion = .seconds($1) }),
    ("response_path_ms", { $0.responsePath = .milliseconds($1) }),
    ("batch_slowdown", { $0.batchSlowdown = $1 }),
    ("pipeline_hop_ms", { $0.pipelineHop = .milliseconds($1) }),
  ]
  private static let a10 = GPUType("a10")

  private static func runs(_ configuration: Configuration, _ name: String) throws {
    for system in [ServingSystem.serverlessVLLM, .serverlessLLM, .hydraServe] {
      do {
        let result = try ColdStartExperiment(setting: Samples.setting(system), configuration: configuration).run()
        #expect(
          result.models.allSatisfy { $0.samples.allSatisfy { $0.timeToFirstToken > .zero } }, "\(name), \(system)")
      } catch let error as ExperimentError {
        #expect(error.description.hasSuffix("."), "\(name), \(system)")
      }
    }
  }

  @Test(arguments: [0, 3_600_000.0])
  func `hardware at the end of its range runs or fails with a sentence`(value: Double) throws {
    for change in Self.changes {
      var configuration = try Samples.configuration()
      change.set(&configuration.hardware, value)
      try Self.runs(configuration, change.name)
    }
  }

  @Test(arguments: ["pause_s", "begin_s"], ["0", "3600000"])
  func `a client at the end of its range runs or fails with a sentence`(key: String, value: String) throws {
    let configuration = try ScratchFolder.with {
      try Configuration.load(userFile: $0.write("coldstart: {\(key): \(value)}\n", to: "edge.yaml"))
    }
    try Self.runs(configuration, key)
  }
}
