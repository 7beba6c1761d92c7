import LoadGeneration
import Quantities

/// What a run measured, for people.
enum ReportText {
  static func text(of report: LoadReport) -> String {
    let completed = report.measurements.filter { $0.outcome == .completed }
    var lines = [
      "\(completed.count) of \(report.measurements.count) requests completed in \(rounded(report.elapsed.inSeconds)) s"
    ]
    for (name, sample) in [
      ("TTFT", completed.compactMap { $0.timeToFirstToken?.inMilliseconds }),
      ("TPOT", completed.compactMap { $0.timePerOutputToken?.inMilliseconds }),
      ("send drift", report.measurements.map(\.sendDrift.inMilliseconds)),
    ] where !sample.isEmpty {
      lines.append(line(name, Quantiles(sample)))
    }
    lines += report.errors.map { "\($0.count) failed: \($0.label): \($0.sample)" }
    lines += report.warnings.map { "Warning: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ name: String, _ quantiles: Quantiles) -> String {
    "\(name): mean \(rounded(quantiles.mean)) ms, median \(rounded(quantiles.median)) ms, "
      + "p99 \(rounded(quantiles.p99)) ms"
  }

  private static func rounded(_ value: Double) -> Double {
    (value * 1000).rounded() / 1000
  }
}
