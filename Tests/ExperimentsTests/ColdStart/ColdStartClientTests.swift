import ClusterSimulation
import Quantities
import ServingModel
import Testing

@testable import Experiments

@Suite struct ColdStartClientTests {
  private static func client(_ setting: ColdStartSetting) throws -> (
    client: ColdStartClient, deployment: ServingDeployment
  ) {
    let configuration = try Samples.configuration()
    let deployment = try ServingDeployment(coldStart: setting, configuration: configuration)
    return (try ColdStartClient(deployment: deployment, parameters: configuration.coldStart), deployment)
  }

  /// The client's requests in short: what for, which model, pause after the answer in seconds.
  private static func plan(_ setting: ColdStartSetting) throws -> [String] {
    let (client, deployment) = try client(setting)
    return client.items.map { item in
      let model = deployment.deployments[item.request.deployment].name.model
      return "\(item.step) \(model) \(Int(item.pause.inSeconds))"
    }
  }

  @Test(arguments: [ServingSystem.serverlessVLLM, .hydraServeWithSingleWorker, .hydraServe])
  func `each model of the set is measured three times`(system: ServingSystem) throws {
    let models = ["facebook/opt-13b", "modelscope/Llama-2-13b-chat-ms"]
    #expect(
      try Self.plan(Samples.setting(system, "1", "v100"))
        == models.flatMap { model in (0..<3).map { "measure(\($0)) \(model) 35" } })
  }

  @Test func `ServerlessLLM loads another model before every measurement`() throws {
    // The published client first asks every model once. The model that evicts is the backend's first one that is not
    // the measured one itself: on V100 Llama-2-13b, and opt-13b for Llama-2-13b.
    let (opt, llama) = ("facebook/opt-13b", "modelscope/Llama-2-13b-chat-ms")
    let expected =
      ["initialise \(opt) 0", "initialise \(llama) 0"]
      + (0..<3).flatMap { ["evict \(llama) 35", "measure(\($0)) \(opt) 35"] }
      + (0..<3).flatMap { ["evict \(opt) 35", "measure(\($0)) \(llama) 35"] }
    #expect(try Self.plan(Samples.setting(.serverlessLLM, "1", "v100")) == expected)
  }

  @Test func `a set that lacks the evicting models has them deployed beside it`() throws {
    let (client, deployment) = try Self.client(Samples.setting(.serverlessLLM, "0", "v100"))
    #expect(deployment.measuredCount == 5)
    #expect(
      deployment.deployments[5...].map(\.name.model) == ["modelscope/Llama-2-13b-chat-ms", "facebook/opt-13b"])
    #expect(client.items.filter { $0.step == .evict }.allSatisfy { $0.request.deployment == 5 })
    #expect(client.items.filter { $0.step == .initialise }.map(\.request.deployment) == [0, 1, 2, 3, 4])
    // On A10 both evicting models belong to set 0, and the second one evicts the first.
    let a10 = try Self.client(Samples.setting(.serverlessLLM, "0", "a10"))
    let evicting = a10.client.items.filter { $0.step == .evict }.map(\.request.deployment)
    #expect(a10.deployment.deployments.count == 5 && evicting == [3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 3, 3, 3])
  }

  @Test func `with cached model, each model is brought into host memory once`() throws {
    let (opt, llama) = ("facebook/opt-13b", "modelscope/Llama-2-13b-chat-ms")
    let expected =
      ["initialise \(opt) 0", "initialise \(llama) 0"]
      + [opt, llama].flatMap { model in
        ["warmHostMemory \(model) 35"] + (0..<3).map { "measure(\($0)) \(model) 35" }
      }
    #expect(try Self.plan(Samples.setting(.serverlessLLMWithCachedModel, "1", "v100")) == expected)
  }

  @Test func `lengths are the configured ones, and ServerlessLLM's answers are cut`() throws {
    for system in ColdStartSetting.figure7Systems {
      let items = try Self.client(Samples.setting(system)).client.items
      let length = system.gpuIsolation == .exclusive ? 10 : 512
      #expect(items.allSatisfy { $0.request.promptTokens == 24 && $0.request.outputTokens == length }, "\(system)")
      #expect(items.map(\.request.id) == Array(1...items.count))
    }
  }

  @Test func `measurements come at one sixth, a half and five sixths of a second`() throws {
    var (client, _) = try Self.client(Samples.setting)
    var sent = client.begin()
    #expect(sent.map(\.sendAt) == [.seconds(13) + .nanoseconds(166_666_666)])
    // Answers at an odd moment: the next request waits out the pause of 35 s and then for its phase, never less.
    var now = Timestamp(nanoseconds: 20_900_000_000)
    for (second, phase) in [(56, 500_000_000), (92, 833_333_333), (129, 166_666_666)] as [(Int64, Int64)] {
      sent = client.requestEnded(RequestRecord(request: sent[0].request, sentAt: sent[0].sendAt), at: now)
      #expect(sent.map(\.sendAt.nanoseconds) == [second * 1_000_000_000 + phase])
      now = sent[0].sendAt + .milliseconds(600)
    }
  }

  @Test func `nothing is sent after the last answer`() throws {
    var (client, _) = try Self.client(Samples.setting)
    var sent = client.begin()
    var count = 0
    while let request = sent.first {
      count += 1
      sent = client.requestEnded(
        RequestRecord(request: request.request, sentAt: request.sendAt), at: request.sendAt + .seconds(5))
    }
    #expect(count == client.items.count)
  }

  @Test func `ServerlessLLM without a model that evicts is refused`() throws {
    try ScratchFolder.with { folder in
      let path = try folder.write(
        """
        backends:
          a10:
            testbed: i
            uses: [ecs.gn7i-c32g1.8xlarge]
            storage_preference: largest_first
            serverlessllm_pool_gib: 16
            evicting_models: [facebook/opt-2.7b]
        """, to: "my.yaml")
      let configuration = try Configuration.load(userFile: path)
      let deployment = try ServingDeployment(
        coldStart: Samples.setting(.serverlessLLM), configuration: configuration)
      #expect(
        throws: UsageError(
          "Backend a10 names no model under `evicting_models` that could evict facebook/opt-2.7b; add one.")
      ) {
        try ColdStartClient(deployment: deployment, parameters: configuration.coldStart)
      }
    }
  }
}
