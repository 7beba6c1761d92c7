import Quantities
import ServingModel
import Testing
import WorkloadGeneration

@testable import Experiments

@Suite struct ConfigurationTests {
  private static func load(_ yaml: String) throws -> Configuration {
    try ScratchFolder.with { try Configuration.load(userFile: $0.write(yaml, to: "my.yaml")) }
  }

  @Test func `the built-in configuration has the paper's testbeds and models`() throws {
    let configuration = try Configuration.load()
    #expect(configuration.backendNames == ["a10", "hybrid", "v100"])
    #expect(configuration.modelSetNames == ["0", "1", "2", "3"])
    let a10 = try configuration.backend("a10")
    #expect(a10.nodes.map(\.name) == ["a10-0", "a10-1", "a10-2", "a10-3"])
    #expect(a10.nodes.allSatisfy { $0.type.gpuCount == 1 && $0.type.gpuMemoryGB == 22 && $0.type.network == .gbps(16) })
    let v100 = try configuration.backend("v100")
    #expect(v100.nodes.map(\.name) == ["v100-0", "v100-1", "v100-2", "v100-3"])
    #expect(v100.nodes.allSatisfy { $0.type.gpuCount == 4 && $0.type.gpuMemoryGB == 32 })
    #expect(a10.labelledNodes == v100.labelledNodes && a10.labelledNodes.count == 8)
    #expect(a10.serverlessLLMPool == .gibibytes(16) && v100.serverlessLLMPool == .gibibytes(27))
    #expect(
      try configuration.modelSet("0").map(\.model) == [
        "facebook/opt-2.7b", "facebook/opt-6.7b", "AI-ModelScope/falcon-7b", "modelscope/Llama-2-7b-chat-ms",
        "LLM-Research/Meta-Llama-3-8B-Instruct",
      ])
    #expect(try configuration.modelSet("1").map(\.schedulerSizeGB) == [26, 26])
    #expect(
      try configuration.modelSet("1").allSatisfy {
        $0.slo == SLO(timeToFirstToken: .seconds(13), timePerOutputToken: .milliseconds(200)) && $0.replicas == 1
      })
    #expect(configuration.coldStart.measurements == 3 && configuration.coldStart.pause == .seconds(35))
    #expect(configuration.images.map(\.role) == configuration.images.map(\.role).sorted())
  }

  @Test func `a user's file replaces one entry and keeps the others`() throws {
    let builtIn = try Samples.configuration()
    let mine = try Self.load(
      """
      instance_types:
        ecs.gn7i-c32g1.8xlarge: {gpu: a10, gpus: 1, gpu_memory_gb: 22, network_gbps: 25, memory_gb: 188, vcpus: 32}
      coldstart:
        measurements: 5
      """)
    #expect(try mine.backend("a10").nodes.allSatisfy { $0.type.network == .gbps(25) })
    #expect(try mine.backend("v100").nodes == builtIn.backend("v100").nodes)
    #expect(mine.coldStart.measurements == 5 && mine.coldStart.pause == builtIn.coldStart.pause)
    #expect(mine.hardware == builtIn.hardware)
  }

  @Test func `a refitted kind of GPU keeps the constants of the other`() throws {
    let builtIn = try Samples.configuration()
    let mine = try Self.load(
      """
      calibration:
        gpus:
          a10: {worker_start_s: 4, framework_load_gb_per_s: 3, engine_profile_s: 1, engine_init_s: 2}
      """)
    #expect(mine.hardware.gpus[GPUType("a10")]?.workerStart == .seconds(4))
    #expect(mine.hardware.gpus[GPUType("v100")] == builtIn.hardware.gpus[GPUType("v100")])
    #expect(mine.hardware.hostToGPU == builtIn.hardware.hostToGPU)
  }

  @Test func `a new kind of GPU, a new testbed and a new model can be run`() throws {
    let mine = try Self.load(
      """
      calibration:
        gpus:
          h100: {worker_start_s: 1, framework_load_gb_per_s: 5, engine_profile_s: 1, engine_init_s: 1}
      hardware:
        gpus:
          h100: {prefill_base_ms: 20, prefill_us_per_token_and_gb: 5, decode_base_ms: 10, decode_ms_per_gb: 0.5}
      instance_types:
        my.h100: {gpu: h100, gpus: 8, gpu_memory_gb: 80, network_gbps: 32, memory_gb: 1000, vcpus: 128}
      testbeds:
        mine:
          gpu_servers: [{type: my.h100, count: 4, name: h100}]
          storage_servers: [{type: ecs.c7.32xlarge, count: 8, name: disk}]
      backends:
        h100: {testbed: mine, uses: [my.h100], storage_preference: smallest_sufficient, serverlessllm_pool_gib: 64,
               evicting_models: []}
      models:
        me/llama-tiny:
          label: Tiny
          scheduler_size_gb: 1
          architecture: {family: llama, layers: 4, hidden: 64, intermediate: 128, heads: 4, vocabulary: 256,
                         tied_embeddings: false}
      model_sets:
        tiny: [{model: me/llama-tiny, ttft_slo_ms: 1000, tpot_slo_ms: 100, replicas: 2}]
      """)
    #expect(mine.backendNames == ["a10", "h100", "hybrid", "v100"])
    // By hand: embedding and head 256·64 each, 4 layers of 4·64² + 3·64·128 + 2·64, final norm 64: 197,184 elements.
    #expect(try mine.model("me/llama-tiny").stageBytes[0] == [.bytes(2 * 197_184)])
    let setting = ColdStartSetting(system: .hydraServe, modelSet: "tiny", backend: "h100")
    let deployment = try ServingDeployment(coldStart: setting, configuration: mine)
    #expect(deployment.deployments.map(\.name.description) == ["me/llama-tiny/0", "me/llama-tiny/1"])
    let models = try ColdStartExperiment(setting: setting, configuration: mine).run().models
    #expect(models.count == 2 && models.allSatisfy { $0.samples.count == 3 })
  }

  @Test func `the resolved text is a configuration that gives the same text`() throws {
    let builtIn = try Samples.configuration()
    #expect(try Self.load(builtIn.resolvedText).resolvedText == builtIn.resolvedText)
  }

  @Test func `a name that does not exist is a caller's mistake`() throws {
    let configuration = try Samples.configuration()
    #expect(throws: UsageError("There is no backend `v10`, did you mean `a10`? Allowed: a10, hybrid, v100.")) {
      try configuration.backend("v10")
    }
    #expect(throws: UsageError("There is no model set `7`; allowed: 0, 1, 2, 3.")) { try configuration.modelSet("7") }
    let error = #expect(throws: UsageError.self) { try configuration.model("facebook/opt-67b") }
    #expect(
      error?.description.hasPrefix("There is no model `facebook/opt-67b`, did you mean `facebook/opt-6.7b`?") == true)
  }
}

@Suite struct EndToEndConfigurationTests {
  @Test func `the built-in configuration has the recipe's standard parameters`() throws {
    #expect(try Configuration.load().endToEnd.trace == SyntheticTraceParameters())
  }

  private func load(_ yaml: String) throws -> Configuration {
    try ScratchFolder.with { try Configuration.load(userFile: $0.write(yaml, to: "my.yaml")) }
  }

  @Test func `a trace that is not there is refused in a sentence`() {
    #expect(throws: UsageError.self) { try load("endtoend: {trace: /nowhere/trace.jsonl}") }
  }

  @Test func `two traces are refused`() throws {
    let error = #expect(throws: UsageError.self) { try load("endtoend: {trace: a.jsonl, functions: b.csv}") }
    #expect(error?.description.contains("give one of the two") == true)
  }
}
