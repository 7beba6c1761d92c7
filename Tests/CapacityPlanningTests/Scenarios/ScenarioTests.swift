import Experiments
import Foundation
import Quantities
import ServingModel
import Testing

@testable import CapacityPlanning

@Suite struct ScenarioTests {
  private static let results =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/results"

  @Test(arguments: [ServingSystem.hydraServe, .serverlessLLM])
  func `the paper's own servers give the attainment of Figure 9`(system: ServingSystem) throws {
    let setting = EndToEndSetting(system: system, cv: 8, requestsPerSecond: 0.6)
    let stored = try #require(try RecordStore(folder: Self.results).endToEnd(setting, on: .precomputed))
    let seed = try #require(stored.seeds.first)
    let configuration = try Configuration.load()
    let fleet = try PaperFleet.endToEnd(configuration)
    #expect(fleet.groups.map(\.count) == [2, 4])
    #expect(fleet.storage.count == 6)
    var published = ServingTuning()
    published.keepAlive = .seconds(30)
    published.maxPipelineSize = ServingDeployment.largestPipeline
    let outcome = try Scenario(
      system: system, fleet: fleet, tuning: published, cv: 8, requestsPerSecond: 0.6, configuration: configuration,
      rules: .published
    ).outcome(seed: seed.seed, samples: ProductionSamples(configuration: configuration))
    #expect(outcome.requests == seed.total.sent)
    #expect(outcome.attainment(.ttft) == seed.total.ttftAttainmentPercent)
  }

  @Test func `requests without a model differ by seed, those with one do not`() async throws {
    try await SmallWorkload.with([(0, 0), (5, 1)]) { configuration in
      let scenario = try SmallWorkload.scenario(.hydraServe, servers: 1, configuration: configuration)
      #expect(try ScenarioRunner.distinctSeeds([4, 5, 6], of: scenario) == [4])
    }
    try await SmallWorkload.with((0..<20).map { (Double($0), nil) }) { configuration in
      let scenario = try SmallWorkload.scenario(.hydraServe, servers: 1, configuration: configuration)
      #expect(try ScenarioRunner.distinctSeeds([4, 5, 6], of: scenario) == [4, 5, 6])
    }
  }

  @Test func `results come in the order of scenarios and seeds, refusals among them`() async throws {
    try await SmallWorkload.with([(0, nil), (1, nil), (2, nil)]) { configuration in
      let samples = ProductionSamples(configuration: configuration)
      let tasks = try [0, 1, 2].map { servers in
        let scenario = try SmallWorkload.scenario(.serverlessLLM, servers: servers, configuration: configuration)
        return ScenarioRunner.Task(scenario, samples: samples)
      }
      let results = try await ScenarioRunner(seeds: [1, 2], jobs: 2).run(tasks)
      #expect(results[0] == .refused("There is no server."))
      for index in 1...2 {
        let alone = try [1, 2].map { try tasks[index].scenario.outcome(seed: $0, samples: samples) }
        #expect(results[index] == .ran(alone))
      }
    }
  }
}
