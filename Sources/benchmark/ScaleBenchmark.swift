import Experiments

/// A million requests on a thousand GPU servers, and how the time grows with cluster and load.
struct ScaleBenchmark: BenchmarkSuite {
  let name = "scale"
  let summary =
    "10^6 requests, 1,002 GPU servers, 10,000 models of Zipf popularity under HydraServe, records of requests only, one thread"
  private let copies = 167
  private let models = 10_000
  private let requests = 1_000_000

  func measure() throws -> BenchmarkReport {
    let configuration = try Configuration.load()
    var report = BenchmarkReport()
    try addGrowth(
      of: "GPUs",
      sizes: [1, 4, 42, 167, 417].map { copies in
        let gpus = copies * ScaledSystem.gpusPerCopy
        return Size(n: gpus, copies: copies, models: gpus * models / 4000, requests: gpus * 25)
      }, configuration, to: &report)
    try addGrowth(
      of: "requests",
      sizes: [10_000, 30_000, 100_000, 300_000].map { requests in
        Size(n: requests, copies: 42, models: 2500, requests: requests)
      }, configuration, to: &report)
    try addLargest(configuration, to: &report)
    return report
  }

  /// One run of a table: what it counts as, and what is run.
  private struct Size {
    let n: Int
    let copies: Int
    let models: Int
    let requests: Int
  }

  private func addLargest(_ configuration: Configuration, to report: inout BenchmarkReport) throws {
    let (outcome, timing) = try RepeatedTiming.of(repeats: 1) {
      try ScaledSystem(copies: copies, models: models, configuration: configuration).run(requests: requests)
    }
    report.add("", "")
    report.add("GPU servers", String(copies * ScaledSystem.nodesPerCopy))
    report.add("GPUs", String(copies * ScaledSystem.gpusPerCopy))
    report.add("models", String(models))
    report.add("requests", String(outcome.requests))
    report.add("instances started", String(outcome.instances))
    report.add("requests that met a cold start, %", (outcome.coldStarts * 100).formatted(decimals: 1))
    report.add("TTFT SLO attainment, %", (outcome.withinTTFT * 100).formatted(decimals: 1))
    report.add(events: outcome.events, timing: timing)
    report.add(
      work: WorkDone(requests: outcome.requests, tokens: outcome.tokens, simulatedSeconds: outcome.seconds),
      in: timing.least)
  }

  /// A table of CPU time against one size, and the exponent of the power law that fits it best.
  private func addGrowth(
    of quantity: String, sizes: [Size], _ configuration: Configuration, to report: inout BenchmarkReport
  ) throws {
    var points: [(n: Double, seconds: Double)] = []
    report.add("", "")
    report.add("\(quantity): requests", "CPU s, s / (n log2 n) relative to the first")
    for size in sizes {
      let (_, timing) = try RepeatedTiming.of(repeats: size.requests < 50_000 ? 3 : 1) {
        try ScaledSystem(copies: size.copies, models: size.models, configuration: configuration)
          .run(requests: size.requests)
      }
      points.append((Double(size.n), timing.least))
      let normalised = GrowthFit.normalised(points)
      report.add(
        "\(size.n): \(size.requests)",
        timing.least.formatted(decimals: 3) + ", " + normalised.formatted(decimals: 2))
    }
    report.add("exponent of a log-log fit", GrowthFit.exponent(points).formatted(decimals: 3))
  }
}
