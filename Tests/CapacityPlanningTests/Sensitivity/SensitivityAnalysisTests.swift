import Experiments
import Quantities
import ServingModel
import Testing

@testable import CapacityPlanning

@Suite struct SensitivityAnalysisTests {
  private static let requests: [(second: Double, model: Int?)] = (0..<12).map { (Double($0) * 9, nil) }

  @Test func `a factor of 1 changes no parameter's value, and no run`() async throws {
    try await SmallWorkload.with(Self.requests) { configuration in
      for system in [ServingSystem.hydraServe, .hydraServeWithCache, .serverlessLLM] {
        let scenario = try SmallWorkload.scenario(system, servers: 2, configuration: configuration)
        let samples = ProductionSamples(configuration: configuration)
        let base = try scenario.outcome(seed: 1, samples: samples)
        for parameter in SensitivityParameter.all(of: scenario) {
          let same = try #require(parameter.scaled(scenario, 1), "\(parameter.name)")
          #expect(parameter.value(same) == parameter.value(scenario), "\(parameter.name)")
          #expect(try same.outcome(seed: 1, samples: samples) == base, "\(parameter.name)")
        }
      }
    }
  }

  @Test func `every parameter has a name of its own and another value when it is raised`() throws {
    let configuration = try Configuration.load()
    let scenario = Scenario(
      system: .hydraServeWithCache, fleet: try PaperFleet.endToEnd(configuration), cv: 8, requestsPerSecond: 0.6,
      configuration: configuration, rules: .published)
    let all = SensitivityParameter.all(of: scenario)
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(Set(all.map(\.name)).isSuperset(of: ["request-rate", "cv", "burst-sigma", "host-memory", "cluster-size"]))
    for parameter in all {
      guard let raised = parameter.scaled(scenario, 1.2) else {
        #expect(parameter.name == "max-pipeline-size", "weights are divided for no more stages than the published 4")
        continue
      }
      #expect(parameter.value(raised) != parameter.value(scenario), "\(parameter.name)")
    }
  }

  @Test(arguments: SensitivityParameter.StartPart.allCases, [0.2, 0.8, 1.5])
  func `a part of a worker's start changes by the factor, and the other parts stay`(
    part: SensitivityParameter.StartPart, factor: Double
  ) throws {
    let configuration = try Configuration.load()
    let scenario = Scenario(
      system: .hydraServe, fleet: try PaperFleet.endToEnd(configuration), cv: 8, requestsPerSecond: 0.6,
      configuration: configuration, rules: .published)
    let changed = try #require(SensitivityParameter.start("part", "part", of: part).scaled(scenario, factor))
    for other in SensitivityParameter.StartPart.allCases {
      let seconds = [scenario, changed].map { scenario in
        let share = other.share(in: scenario.configuration.hardware.startSplit)
        return SensitivityParameter.constants(of: scenario).map { $0.workerStart.inSeconds * share }
      }
      for (before, after) in zip(seconds[0], seconds[1]) {
        #expect(abs(after - before * (other == part ? factor : 1)) < 1e-9, "\(other)")
      }
    }
  }

  @Test func `what a system does not use has no effect, and laxer SLOs never hurt`() async throws {
    try await SmallWorkload.with(Self.requests) { configuration in
      // The placement of Serverless vLLM does not look at SLOs, so the same run is judged by other ones.
      let scenario = try SmallWorkload.scenario(.serverlessVLLM, servers: 1, configuration: configuration)
      let analysis = try await SensitivityAnalysis(
        of: SensitivityParameter.all(of: scenario), in: scenario, change: 0.5, objective: .ttft,
        runner: ScenarioRunner(seeds: [1, 2, 3], jobs: 2))
      let router = try #require(analysis.rows.first { $0.name == "router-period" })
      #expect(router.size == 0)
      #expect(router.low?.isClear == false)
      let objectives = try #require(analysis.rows.first { $0.name == "slo-scale" })
      #expect((objectives.low?.points.mean ?? 1) <= 0)
      #expect((objectives.high?.points.mean ?? -1) >= 0)
      #expect(objectives.size > 0, "half of 45 s is less than a cold start takes")
      #expect(analysis.rows.map(\.size) == analysis.rows.map(\.size).sorted(by: >))
      let size = try #require(analysis.rows.first { $0.name == "cluster-size" })
      #expect(size.low == nil, "half of one server, rounded, is the same one, and without it there is none")
    }
  }

  @Test func `the same bytes with one job and two`() async throws {
    try await SmallWorkload.with(Self.requests) { configuration in
      let scenario = try SmallWorkload.scenario(.hydraServe, servers: 2, configuration: configuration)
      var texts: [[String]] = []
      for jobs in [1, 2] {
        let analysis = try await SensitivityAnalysis(
          of: SensitivityParameter.all(of: scenario), in: scenario, change: 0.2, objective: .ttft,
          runner: ScenarioRunner(seeds: [1, 2], jobs: jobs))
        texts.append([analysis.text, try analysis.json(), analysis.drawing.script, analysis.drawing.table.text])
      }
      #expect(texts[0] == texts[1])
      #expect(texts[0][0].contains("simulated: hydraserve on 2 x v100"))
      #expect(texts[0][3].split(separator: "\n").dropFirst().allSatisfy { $0.hasSuffix(",run:simulated") })
    }
  }
}
