/// One thing to measure, in a file of its own.
protocol BenchmarkSuite: Sendable {
  /// The name that selects it on the command line.
  var name: String { get }
  /// What is measured, in one sentence.
  var summary: String { get }
  /// Measures, and checks that what was measured did its work.
  func measure() async throws -> BenchmarkReport
}

/// What simulated runs have done.
struct WorkDone: Sendable {
  let requests: Int
  let tokens: Int
  let simulatedSeconds: Double
}

/// What a suite measured, ready to be printed.
struct BenchmarkReport: Sendable {
  /// Captions and values, in the order in which they are printed.
  var rows: [(caption: String, value: String)] = []

  /// Adds a line to the table.
  mutating func add(_ caption: String, _ value: String) {
    rows.append((caption, value))
  }

  /// Adds the lines that every suite has: how many events, how fast.
  mutating func add(events: Int, timing: RepeatedTiming) {
    let rate = { (seconds: Double) in (Double(events) / seconds / 1e6).formatted(decimals: 2) }
    add("events", String(events))
    add("repeats", String(timing.seconds.count))
    add("CPU s, min", timing.least.formatted(decimals: 4))
    add("CPU s, median", timing.median.formatted(decimals: 4))
    add("M events/s, best", rate(timing.least))
    add("M events/s, median", rate(timing.median))
  }

  /// Adds the lines that every simulated run has: what was done for each second of CPU time, and the memory it took.
  mutating func add(work: WorkDone, in seconds: Double) {
    let rate = { (count: Double) in String(Int(count / seconds)) }
    add("output tokens", String(work.tokens))
    add("M output tokens/s, best", (Double(work.tokens) / seconds / 1e6).formatted(decimals: 2))
    add("requests/s, best", rate(Double(work.requests)))
    add("simulated s", work.simulatedSeconds.formatted(decimals: 1))
    add("simulated s / CPU s, best", rate(work.simulatedSeconds))
    add("peak resident memory so far, MB", String(peakResidentMegabytes()))
  }

  /// The table, captions aligned left and values right.
  var lines: [String] {
    let captionWidth = rows.map(\.caption.count).max() ?? 0
    let valueWidth = rows.map(\.value.count).max() ?? 0
    return rows.map { row in
      let gap = captionWidth - row.caption.count + 2 + valueWidth - row.value.count
      return row.caption + String(repeating: " ", count: gap) + row.value
    }
  }
}

extension Double {
  /// The number with a fixed number of decimals, rounded to nearest.
  func formatted(decimals: Int) -> String {
    precondition((1...9).contains(decimals), "from one to nine decimals")
    let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
    let scaled = Int((magnitude * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return (self < 0 ? "-" : "") + "\(scaled / scale).\(zeros)\(fraction)"
  }
}
