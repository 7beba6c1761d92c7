import CapacityPlanning
import Experiments

/// What a capacity plan spends its time with: many candidates, each with the same few seeds.
struct PlanBenchmark: BenchmarkSuite {
  let name = "plan"
  let summary = "100 clusters and tunings of HydraServe x 5 seeds of an hour, workloads included, two threads"
  private let seeds: [UInt64] = Array(1...5)

  func measure() async throws -> BenchmarkReport {
    let configuration = try Configuration.load()
    let samples = ProductionSamples(configuration: configuration)
    let tasks = try scenarios(configuration).map { ScenarioRunner.Task($0, samples: samples) }
    let wall = wallSeconds()
    let cpu = processCPUSeconds()
    let results = try await ScenarioRunner(seeds: seeds, jobs: 2).run(tasks)
    let runs = results.reduce(0) { sum, result in
      if case .ran(let outcomes) = result { sum + outcomes.count } else { sum }
    }
    precondition(runs == 500, "every candidate can be deployed")
    var report = BenchmarkReport()
    report.add("wall s", (wallSeconds() - wall).formatted(decimals: 2))
    report.add("CPU s", (processCPUSeconds() - cpu).formatted(decimals: 2))
    report.add("runs", String(runs))
    report.add("CPU s a run", ((processCPUSeconds() - cpu) / Double(runs)).formatted(decimals: 4))
    report.add("peak resident memory so far, MB", String(peakResidentMegabytes()))
    return report
  }

  /// No to three A10 servers, one to five V100 servers, five keep-alives.
  private func scenarios(_ configuration: Configuration) throws -> [Scenario] {
    let paper = try PaperFleet.endToEnd(configuration)
    return (0...3).flatMap { a10 in
      (1...5).flatMap { v100 in
        [10, 20, 30, 60, 120].map { seconds in
          let groups = zip(paper.groups, [a10, v100]).map { ServerFleet.Group(type: $0.type, count: $1) }
          var scenario = Scenario(
            system: .hydraServe, fleet: ServerFleet(groups: groups, storageType: paper.storageType), cv: 8,
            requestsPerSecond: 0.6, configuration: configuration, rules: .published)
          scenario.tuning.keepAlive = .seconds(seconds)
          return scenario
        }
      }
    }
  }
}
