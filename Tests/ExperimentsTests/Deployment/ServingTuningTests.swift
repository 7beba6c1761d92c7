import Quantities
import ServingModel
import Testing

@testable import Experiments

/// What a tuning changes, seen from outside: cold starts and what a deployment is made of.
@Suite struct ServingTuningTests {
  /// A run of two requests for one model, so many seconds apart, on the paper's servers.
  private func coldStarts(secondsApart: Int, _ system: ServingSystem, _ tuning: ServingTuning) throws -> Int {
    try ScratchFolder.with { folder in
      let lines = [0, secondsApart].map {
        "{\"timestamp\": \($0 * 1000), \"input_length\": 5, \"output_length\": 3, "
          + "\"model\": \"modelscope/Llama-2-7b-chat-ms/0\"}\n"
      }
      let path = try folder.write(lines.joined(), to: "two.jsonl")
      let configuration = try Samples.configuration().withTrace(path)
      let setting = EndToEndSetting(system: system, cv: 8, requestsPerSecond: 0.6)
      let backend = try configuration.backend(setting.backend)
      let deployment = try ServingDeployment(
        system, modelSet: setting.modelSet, nodes: backend.nodes, storage: backend.storage, tuning: tuning,
        configuration: configuration, rules: .published)
      let experiment = try EndToEndExperiment(
        setting: setting, deployment: deployment, seed: 1, samples: ProductionSamples(configuration: configuration),
        configuration: configuration)
      return experiment.run().log.requests.count { $0.metColdStart }
    }
  }

  private static func keepAlive(_ seconds: Int) -> ServingTuning {
    var tuning = ServingTuning()
    tuning.keepAlive = .seconds(seconds)
    return tuning
  }

  @Test(arguments: [ServingSystem.hydraServe, .serverlessVLLM])
  func `an instance is kept as long as its keep-alive says`(system: ServingSystem) throws {
    // The first answer is there after a cold start of 5 to 15 s.
    #expect(try coldStarts(secondsApart: 30, system, ServingTuning()) == 1)
    #expect(try coldStarts(secondsApart: 30, system, Self.keepAlive(5)) == 2)
    #expect(try coldStarts(secondsApart: 90, system, ServingTuning()) == 2)
    #expect(try coldStarts(secondsApart: 90, system, Self.keepAlive(200)) == 1)
    #expect(try coldStarts(secondsApart: 2000, system, Self.keepAlive(2500)) == 1)
  }

  @Test func `rates and objectives are scaled after storage was assigned`() throws {
    let setting = EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6)
    let configuration = try Samples.configuration()
    let published = try ServingDeployment(endToEnd: setting, configuration: configuration)
    var tuning = ServingTuning()
    (tuning.networkScale, tuning.storageScale, tuning.objectiveScale) = (2, 0.5, 1.5)
    let tuned = try ServingDeployment(
      .hydraServe, modelSet: setting.modelSet, nodes: published.backend.nodes, storage: published.backend.storage,
      tuning: tuning, configuration: configuration, rules: .published)
    #expect(tuned.storage == published.storage)
    #expect(
      tuned.backend.nodes.map(\.type.network.inGbps) == published.backend.nodes.map { $0.type.network.inGbps * 2 })
    #expect(tuned.backend.storage.map(\.network.inGbps) == published.backend.storage.map { $0.network.inGbps / 2 })
    #expect(tuned.deployments[0].slo.timeToFirstToken == .seconds(18))
    #expect(tuned.deployments[0].slo.timePerOutputToken == .milliseconds(300))
  }

  @Test func `host memory is a share of the published one, and only some systems take it`() throws {
    let setting = EndToEndSetting(system: .hydraServeWithCache, cv: 8, requestsPerSecond: 0.6)
    let configuration = try Samples.configuration()
    let published = try ServingDeployment(endToEnd: setting, configuration: configuration)
    var tuning = ServingTuning()
    tuning.hostMemoryShare = 0.5
    let tuned = try ServingDeployment(
      setting.system, modelSet: setting.modelSet, nodes: published.backend.nodes, storage: published.backend.storage,
      tuning: tuning, configuration: configuration, rules: .published)
    let stores = try #require(published.simulatedCluster().hostStores)
    #expect(tuned.simulatedCluster().hostStores == stores.map { .bytes($0.bytes / 2) })
    #expect(EndToEndSetting.systems.map(ServingDeployment.keepsModelsInHostMemory) == [false, true, false, true])
    #expect(EndToEndSetting.systems.map(ServingDeployment.choosesPipelineSize) == [false, false, true, true])
  }
}
