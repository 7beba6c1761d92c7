import ClusterSimulation
import Experiments
import Quantities

/// Every cold-start setting of the paper's Figure 7 on the simulated cluster, in memory: no file is read or written.
struct Figure7Benchmark: BenchmarkSuite {
  let name = "figure7"
  let summary = "the 15 cold-start settings of Figure 7 in virtual time, built-in configuration, one thread"

  func measure() throws -> BenchmarkReport {
    let (configuration, loading) = try RepeatedTiming.of(repeats: 9) { try Configuration.load() }
    let (total, timing) = try RepeatedTiming.of(repeats: 9) { try Self.runAll(configuration) }
    var report = BenchmarkReport()
    report.add("settings", String(ColdStartSetting.figure7.count))
    report.add(events: total.events, timing: timing)
    report.add("requests", String(total.requests))
    report.add(
      work: WorkDone(requests: total.requests, tokens: total.tokens, simulatedSeconds: total.seconds),
      in: timing.least)
    report.add("before that, configuration, CPU s, min", loading.least.formatted(decimals: 4))
    return report
  }

  private struct Total {
    var events = 0
    var requests = 0
    var tokens = 0
    var seconds = 0.0
  }

  private static func runAll(_ configuration: Configuration) throws -> Total {
    var total = Total()
    for setting in ColdStartSetting.figure7 {
      let log = try ColdStartExperiment(setting: setting, configuration: configuration).run().log
      total.events += log.handledEvents
      total.requests += log.requests.count
      total.tokens += log.deliveredTokens
      total.seconds += log.end.inSeconds
    }
    return total
  }
}
