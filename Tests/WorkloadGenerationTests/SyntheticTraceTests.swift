import Quantities
import Testing

@testable import WorkloadGeneration

/// The steps of the recipe, each against what is published.
@Suite struct SyntheticTraceTests {
  @Test func `the published statistics add up`() throws {
    let statistics = try PublishedTraceStatistics.load()
    let large = statistics.appsOver100Invocations.reduce(0) { $0 + $1.invocations }
    let small = statistics.appsUpTo100InvocationsCounts.reduce(0, +)
    #expect(large + small == 1_980_951)  // the total that is printed beside them
    #expect(statistics.totals.functions == 424)
    // The digitised series is 0.08 % above the total.
    #expect(abs(statistics.sixHourInvocations.reduce(0, +) / 1_980_951 - 1.0008) < 0.0001)
  }

  @Test(arguments: UInt64(0)..<100)
  func `functions are handed out as published and mostly to large apps`(seed: UInt64) throws {
    let statistics = try PublishedTraceStatistics.load()
    let apps = SyntheticTraceApp.all(of: statistics, parameters: .init(), seed: seed)
    #expect(apps.count == 119)
    #expect(apps.reduce(0) { $0 + $1.functions } == 424)
    #expect(apps.count { $0.functions == 1 } == 55)
    // Keys are 0.6 x rank + 0.4 U: the lowest fifth of apps cannot reach the keys of the highest fifth's mean.
    #expect(apps[0..<24].reduce(0) { $0 + $1.functions } < apps[95...].reduce(0) { $0 + $1.functions })
    #expect(apps.allSatisfy { $0.window.lowerBound >= 0 && $0.window.upperBound <= 1_209_600 && !$0.window.isEmpty })
  }

  @Test func `apps with nearly equal gaps are timers`() throws {
    let apps = SyntheticTraceApp.all(of: try PublishedTraceStatistics.load(), parameters: .init(), seed: 0)
    // From the published list: 5500 and 6723 invocations every 180 s (median 180, mean 179.6 and 179.9), and 9145 every
    // 120 s; 9050 with a median of 60 s and a mean of 122 s are no timer, nor are the 143 with 900 s and 8170 s.
    for (invocations, isTimer) in [(5500.0, true), (6723, true), (9145, true), (9050, false), (143, false)] {
      #expect(apps.filter { $0.invocations == invocations }.allSatisfy { $0.isTimer == isTimer })
    }
  }

  @Test func `slot weights keep every app's number and window, and follow the six-hour totals`() throws {
    let statistics = try PublishedTraceStatistics.load()
    let apps = SyntheticTraceApp.all(of: statistics, parameters: .init(), seed: 4)
    let weights = SlotWeights(apps: apps, statistics: statistics, parameters: .init(), seed: 4)
    for (app, expected) in zip(apps, weights.expected) {
      #expect(expected.count == 2016)
      #expect(abs(expected.reduce(0, +) / app.invocations - 1) < 1e-9)
      for (slot, weight) in expected.enumerated() where weight > 0 {
        #expect(Double(slot + 1) * 600 > app.window.lowerBound && Double(slot) * 600 < app.window.upperBound)
      }
    }
    // Twelve rounds do not reach the totals exactly, for the apps' numbers come last; most bins are within a fifth.
    let totals = (0..<56).map { bin in
      weights.expected.reduce(0) { $0 + $1[bin * 36..<(bin + 1) * 36].reduce(0, +) }
    }
    let close = zip(totals, statistics.sixHourInvocations).count { abs($0 / $1 - 1) < 0.2 }
    #expect(close >= 42)
  }

  @Test func `segments are those of slots with three arrivals or more`() throws {
    let segments = try SyntheticTrace(seed: 3).segments(cv: 8)
    var last = (deployment: -1, start: -1.0)
    for segment in segments {
      #expect((segment.deployment, segment.start) > (last.deployment, last.start))
      last = (segment.deployment, segment.start)
      #expect(segment.duration == 600)
      #expect(segment.start.truncatingRemainder(dividingBy: 600) == 0)
      switch segment.pattern {
      case .renewal(let rate, let cv):
        #expect((rate * 600).rounded() >= 3)
        #expect(cv == 12.8)  // 1.6 x 8
      case .evenlySpaced(let count):
        #expect(count >= 3)
      }
    }
    #expect(segments.contains { if case .evenlySpaced = $0.pattern { true } else { false } })
  }

  @Test func `drawn lengths have the mean and the rank correlation of the trace`() throws {
    let table = try TokenLengthTable.conversation()
    var prompts = RandomStream(seed: 1, purpose: "prompts")
    var outputs = RandomStream(seed: 1, purpose: "outputs")
    let count = 40_000
    var pairs: [(context: Double, generated: Double)] = []
    for _ in 0..<count {
      let context = table.drawContext(using: &prompts)
      pairs.append((context.tokens, table.drawGenerated(after: context, using: &outputs)))
    }
    // 1154.7 and 211.13 tokens; the tables' last steps, from the 99.9th percentile to the maximum, are coarse.
    let context = pairs.reduce(0) { $0 + $1.context } / Double(count)
    let generated = pairs.reduce(0) { $0 + $1.generated } / Double(count)
    #expect(abs(context / 1154.7 - 1) < 0.02)
    #expect(abs(generated / 211.13 - 1) < 0.02)
    // 0.0728; the standard error of a rank correlation is 1 / sqrt(n) = 0.005.
    #expect(abs(Self.rankCorrelation(pairs.map(\.context), pairs.map(\.generated)) - 0.0728) < 0.02)
  }

  private static func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double {
    func ranks(_ numbers: [Double]) -> [Double] {
      var ranks = [Double](repeating: 0, count: numbers.count)
      for (rank, index) in numbers.indices.sorted(by: { (numbers[$0], $0) < (numbers[$1], $1) }).enumerated() {
        ranks[index] = Double(rank)
      }
      return ranks
    }
    let (a, b) = (ranks(first), ranks(second))
    let count = Double(a.count)
    let mean = (count - 1) / 2
    let variance = (count * count - 1) / 12
    return zip(a, b).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / count / variance
  }
}
