import GoldenData
import Quantities
import Testing

@testable import WorkloadGeneration

/// Arrivals against statistics of the published artifact's, from the golden data. Its random generator is not ours, so
/// counts and times are compared as distributions; the cases of kind `exact` are for a copy of that generator.
@Suite struct ArrivalsOracleTests {
  @Test func `a gamma process has the golden numbers of arrivals`() throws {
    for golden in try GoldenData.cases("gamma.json", kind: "process") {
      let test = try ProcessCase(golden)
      let stretches = test.drawn()
      #expect(stretches.joined().allSatisfy { $0 >= test.start && $0 < test.start + test.duration })
      try test.compareCounts(stretches.map(\.count), golden: golden)
      if test.cv < 16 { try test.compareFirstArrivals(stretches, golden: golden) }
    }
  }

  @Test func `counting without drawing every gap gives the golden numbers of arrivals`() throws {
    for golden in try GoldenData.cases("gamma.json", kind: "process") {
      let test = try ProcessCase(golden)
      let segment = ArrivalSegment(
        deployment: 0, start: test.start, duration: test.duration,
        pattern: .renewal(perSecond: test.rate, cv: test.cv))
      var random = RandomStream(seed: 2, purpose: "counts")
      let counts = (0..<2 * test.seeds).map { _ in segment.count(using: &random) }
      try test.compareCounts(counts, golden: golden)
    }
  }

  @Test func `a gap has the golden distribution`() throws {
    let levels = try GoldenData.load("gamma.json")["quantile_levels"].array.map { try $0.double }
    for golden in try GoldenData.cases("gamma.json", kind: "process") {
      let test = try ProcessCase(golden)
      var random = RandomStream(seed: 3, purpose: "gaps")
      let gaps = (0..<20_000).map { _ in test.process.gap(using: &random) }
      for (level, quantile) in zip(levels, try golden["interval_quantiles"].array) {
        let tolerance = test.tolerance(at: level, counts: gaps.count, 200_000)
        let bound = try quantile.double
        #expect(share(of: gaps) { $0 < bound } <= level + tolerance, "case \(test.number), level \(level)")
        #expect(share(of: gaps) { $0 <= bound } >= level - tolerance, "case \(test.number), level \(level)")
      }
    }
  }
}

/// A case of kind `process`.
private struct ProcessCase {
  let number: Int
  let rate: Double
  let cv: Double
  let duration: Double
  let start: Double
  let seeds: Int

  var process: ArrivalProcess { .gamma(perSecond: rate, cv: cv) }

  init(_ golden: JSONValue) throws {
    number = try golden["i"].int
    rate = try golden["rate"].double
    cv = try golden["cv"].double
    duration = try golden["duration"].double
    start = try golden["start"].double
    seeds = try golden["seeds"].int
  }

  func drawn() -> [[Double]] {
    var random = RandomStream(seed: 1, purpose: "arrivals")
    return (0..<seeds).map { _ in process.arrivals(from: start, duration: duration, using: &random) }
  }

  /// Four standard errors of a share that is compared between two samples.
  func tolerance(at level: Double, counts first: Int, _ second: Int) -> Double {
    4 * (level * (1 - level) * (1 / Double(first) + 1 / Double(second))).squareRoot() + 1e-9
  }

  func compareCounts(_ counts: [Int], golden: JSONValue) throws {
    let size = Double(counts.count)
    let mean = Double(counts.reduce(0, +)) / size
    let variance = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / (size - 1)
    let goldenError = try golden["count_mean_standard_error"].double
    let error = (variance / size + goldenError * goldenError).squareRoot()
    #expect(try abs(mean - golden["count_mean"].double) <= 4 * error, "case \(number): \(mean)")

    let none = Double(counts.count { $0 == 0 }) / size
    let expected = try golden["fraction_without_arrival"].double
    // Where one sample has no such stretch the other may have a few.
    let level = max(expected, none, 1 / Double(seeds))
    #expect(abs(none - expected) <= tolerance(at: level, counts: counts.count, seeds), "case \(number): \(none)")
  }

  func compareFirstArrivals(_ stretches: [[Double]], golden: JSONValue) throws {
    let firsts = stretches.compactMap(\.first).map { $0 - start }
    let levels = try GoldenData.load("gamma.json")["quantile_levels"].array
    for (level, quantile) in zip(levels, try golden["first_arrival_quantiles"].array) {
      let (level, bound) = (try level.double, try quantile.double)
      // Golden times are rounded to eight digits of the clock, which counts from 1000.
      let tolerance = tolerance(at: level, counts: firsts.count, firsts.count) + 1 / Double(firsts.count)
      #expect(share(of: firsts) { $0 < bound - 1e-4 } <= level + tolerance, "case \(number), level \(level)")
      #expect(share(of: firsts) { $0 <= bound + 1e-4 } >= level - tolerance, "case \(number), level \(level)")
    }
  }
}

private func share(of numbers: [Double], _ test: (Double) -> Bool) -> Double {
  Double(numbers.count(where: test)) / Double(numbers.count)
}
