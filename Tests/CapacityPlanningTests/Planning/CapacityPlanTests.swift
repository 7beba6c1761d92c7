import Experiments
import ServingModel
import Testing

@testable import CapacityPlanning

/// Plans of workloads whose answer is known, simulated.
@Suite struct CapacityPlanTests {
  @Test(arguments: [ServingSystem.hydraServe, .serverlessVLLM, .serverlessLLM])
  func `a single request needs exactly one server`(system: ServingSystem) async throws {
    try await SmallWorkload.with([(0, 0)]) { configuration in
      let plan = try await SmallWorkload.plan(system, configuration: configuration)
      #expect(plan.best?.candidate.counts == [1])
      #expect(plan.best?.costPerHour == 1, "one GPU-hour")
      #expect(plan.shortfall == nil)
      #expect(plan.seeds == [1], "every seed sends the same requests")
    }
  }

  @Test func `three models at once need a whole GPU each`() async throws {
    // A cold start takes about 33 s here, and a third model on two GPUs would wait for an answer of over 35 s and an idle
    // time of 30 s before its own: more than the 45 s that it may take.
    try await SmallWorkload.with([(0, 0), (0, 1), (0, 2)]) { configuration in
      let plan = try await SmallWorkload.plan(.serverlessLLM, configuration: configuration)
      #expect(plan.best?.candidate.counts == [3])
      let two = plan.evaluations.first { $0.candidate.counts == [2] }
      #expect(two.map { ($0.attainments[0] * 3).rounded() } == 200, "two of three requests in time")
      #expect(plan.evaluations.contains { $0.candidate.counts == [4] }, "the neighbour was looked at")
    }
  }

  @Test func `a target beyond the limit: the best that was found, in one sentence`() async throws {
    try await SmallWorkload.with([(0, 0), (0, 1), (0, 2)]) { configuration in
      let plan = try await SmallWorkload.plan(.serverlessLLM, maxServers: 2, configuration: configuration)
      #expect(plan.best == nil)
      #expect(
        plan.shortfall
          == "No cluster of up to 2 servers reaches 100 %; the best that was found is 66.7 % (lower bound) with "
          + "serverlessllm on 2 x v100; raise --max-servers, or lower --slo-attainment.")
      #expect(plan.text.contains("does not reach 100 %"))
    }
  }

  @Test func `the same bytes with one job and two, and all numbers say that they are simulated`() async throws {
    try await SmallWorkload.with([(0, nil), (1, nil), (70, nil), (71, nil)]) { configuration in
      var texts: [[String]] = []
      for jobs in [1, 2] {
        let plan = try await SmallWorkload.plan(
          .hydraServe, percent: 90, configuration: configuration, keepAliveSeconds: [30, 10], jobs: jobs)
        #expect(plan.seeds == [1, 2, 3], "models are drawn by seed")
        let drawing = try #require(plan.drawing)
        texts.append([plan.text, try plan.json(), drawing.script, drawing.table.text])
      }
      #expect(texts[0] == texts[1])
      #expect(texts[0][0].contains("simulated: requests of"))
      #expect(texts[0][1].contains("\"source\" : \"simulated\""))
      #expect(texts[0][3].split(separator: "\n").dropFirst().allSatisfy { $0.hasSuffix(",run:simulated") })
    }
  }

  @Test func `models that fit on no GPU cannot be deployed, and the sentence says why`() async throws {
    let configuration = try Configuration.load()
    let a10 = try #require(PaperFleet.endToEnd(configuration).groups.first { $0.type.gpuType.name == "a10" })
    var scenario = Scenario(
      system: .hydraServe, fleet: try PaperFleet.endToEnd(configuration), cv: 8, requestsPerSecond: 0.6,
      configuration: configuration, rules: .published)
    scenario.fleet = ServerFleet(groups: [.init(type: a10.type, count: 1)], storageType: scenario.fleet.storageType)
    let space = PlanSpace(
      systems: [.hydraServe], types: [a10.type], storageType: scenario.fleet.storageType, maxServers: 3,
      prices: try ClusterPrices(
        of: [a10.type], storageType: scenario.fleet.storageType, configuration: configuration),
      tunings: .init(keepAliveSeconds: [30], maxPipelineSizes: [4], hostMemoryPercents: [100]))
    let plan = try await CapacityPlan(
      space: space, target: PlanSamples.target, workload: scenario, runner: ScenarioRunner(seeds: [1], jobs: 1))
    #expect(plan.drawing == nil)
    #expect(
      plan.shortfall
        == "No cluster of up to 3 servers reaches 90 %, none can even be deployed: modelscope/Llama-2-13b-chat-ms needs "
        + "25 GB of one GPU, and the largest has 22 GB.")
    #expect(plan.text.contains("cannot be deployed"))
  }
}
