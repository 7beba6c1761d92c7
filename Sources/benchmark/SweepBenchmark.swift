import Experiments

/// All settings of the end-to-end experiment over several seeds, workloads and analysis included.
struct SweepBenchmark: BenchmarkSuite {
  let name = "sweep"
  let summary = "the 36 end-to-end settings x 8 seeds in memory, workloads and analysis included, two threads"
  private let seeds: [UInt64] = Array(1...8)

  func measure() async throws -> BenchmarkReport {
    let configuration = try Configuration.load()
    let settings = EndToEndSetting.figure9
    let wall = wallSeconds()
    let cpu = processCPUSeconds()
    let summaries = try await EndToEndSweep(configuration: configuration, jobs: 2).run(settings, seeds: seeds)
    var report = BenchmarkReport()
    report.add("wall s", (wallSeconds() - wall).formatted(decimals: 2))
    report.add("CPU s", (processCPUSeconds() - cpu).formatted(decimals: 2))
    report.add("runs", String(settings.count * seeds.count))
    report.add(
      "CPU s a run", ((processCPUSeconds() - cpu) / Double(settings.count * seeds.count)).formatted(decimals: 4))
    let requests = summaries.joined().reduce(0) { $0 + $1.total.sent }
    report.add("requests", String(requests))
    report.add("peak resident memory so far, MB", String(peakResidentMegabytes()))
    return report
  }
}
