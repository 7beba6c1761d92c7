import Experiments
import Quantities
import ServingModel
import WorkloadGeneration

/// An hour of the production workload for each of the four end-to-end systems, in memory.
struct EndToEndBenchmark: BenchmarkSuite {
  let name = "endtoend"
  let summary = "one simulated hour, CV 8, 0.6 requests/s, 384 models on 24 GPUs, for each of four systems, one thread"

  func measure() throws -> BenchmarkReport {
    let configuration = try Configuration.load()
    let (trace, tracing) = try RepeatedTiming.of(repeats: 3) {
      try SyntheticTrace(seed: 1, parameters: configuration.endToEnd.trace)
    }
    var report = BenchmarkReport()
    report.add("production trace of a seed, CPU s, min", tracing.least.formatted(decimals: 4))
    for system in EndToEndSetting.systems {
      let setting = EndToEndSetting(system: system, cv: 8, requestsPerSecond: 0.6)
      let experiment = try EndToEndExperiment(setting: setting, trace: trace, configuration: configuration)
      let (result, timing) = RepeatedTiming.of(repeats: 3) { experiment.run() }
      report.add("", "")
      report.add("system", system.rawValue)
      report.add(events: result.log.handledEvents, timing: timing)
      report.add("requests", String(result.log.requests.count))
      report.add(
        work: WorkDone(
          requests: result.log.requests.count, tokens: result.log.deliveredTokens,
          simulatedSeconds: result.log.end.inSeconds),
        in: timing.least)
      report.add(
        "TTFT SLO attainment, %", ((result.summary.total.ttftAttainment ?? 0) * 100).formatted(decimals: 1))
    }
    return report
  }
}
