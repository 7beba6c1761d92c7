import Experiments
import Quantities
import ServingModel
import WorkloadGeneration

/// An hour of the production workload for each of the four end-to-end systems, in memory.
struct EndToEndBenchmark: BenchmarkSuite {
  let name = "endtoend"
  let summary = "one simulated hour, 384 models on 24 GPUs, for each of four systems, one thread"
  /// The setting that constants were fitted to, and the most loaded one.
  private static let settings = EndToEndSetting.figure9.filter {
    ($0.cv, $0.requestsPerSecond) == (8, 0.6) || ($0.cv, $0.requestsPerSecond) == (2, 0.8)
  }

  func measure() throws -> BenchmarkReport {
    let configuration = try Configuration.load()
    let (_, tracing) = try RepeatedTiming.of(repeats: 3) {
      try SyntheticTrace(seed: 1, parameters: configuration.endToEnd.trace)
    }
    let samples = ProductionSamples(configuration: configuration)
    var report = BenchmarkReport()
    report.add("production trace of a seed, CPU s, min", tracing.least.formatted(decimals: 4))
    for setting in Self.settings {
      let experiment = try EndToEndExperiment(
        setting: setting, seed: 1, samples: samples, configuration: configuration, rules: .published)
      let (result, timing) = RepeatedTiming.of(repeats: 3) { experiment.run() }
      report.add("", "")
      report.add("setting", "\(setting)")
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
