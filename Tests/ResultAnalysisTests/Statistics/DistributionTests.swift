import Quantities
import ServingModel
import Testing

@testable import ResultAnalysis

/// Means, deviations and percentiles; the expected numbers by hand.
@Suite struct DistributionTests {
  @Test func `percentiles lie on the line between two measurements`() throws {
    let distribution = try #require(Distribution([40, 10, 30, 20]))
    #expect(distribution.count == 4)
    #expect(distribution.mean == 25)
    #expect(distribution.median == 25)  // position 1.5
    #expect(distribution.p90 == 37)  // position 2.7
    #expect(abs(distribution.p99 - 39.7) < 1e-12)  // position 2.97
    #expect(distribution.smallest == 10)
    #expect(distribution.largest == 40)
    #expect(distribution.standardDeviation == 125.0.squareRoot())  // (225 + 25 + 25 + 225) / 4
  }

  @Test func `a single measurement is all its own percentiles`() throws {
    let distribution = try #require(Distribution([7]))
    #expect([distribution.mean, distribution.median, distribution.p90, distribution.p99] == [7, 7, 7, 7])
    #expect(distribution.standardDeviation == 0)
  }

  @Test func `nothing measured is no distribution`() {
    #expect(Distribution([Double]()) == nil)
  }

  @Test func `the ends of a sorted list are percentile 0 and 100`() {
    #expect(percentile(0, ofSorted: [1, 2, 5]) == 1)
    #expect(percentile(1, ofSorted: [1, 2, 5]) == 5)
  }

  @Test(arguments: UInt64(0)..<100)
  func `percentiles are in order whatever the measurements`(seed: UInt64) throws {
    let values = randomValues(seed: seed)
    let distribution = try #require(Distribution(values))
    let rising = [
      distribution.smallest, distribution.median, distribution.p90, distribution.p99, distribution.largest,
    ]
    #expect(rising == rising.sorted())
    #expect((distribution.smallest...distribution.largest).contains(distribution.mean))
  }
}

@Suite struct TokenGapDistributionTests {
  @Test(arguments: UInt64(0)..<30)
  func `gaps that are counted are spread like gaps that are listed`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, purpose: "gaps")
    let gaps = (0..<1 + random.uniform(below: 20)).map { _ in
      TokenGap(nanoseconds: Int64(random.uniform(below: 1000)) * 1_000_000, count: 1 + random.uniform(below: 5))
    }
    let listed = gaps.flatMap { Array(repeating: Double($0.nanoseconds) / 1e6, count: $0.count) }
    let counted = try #require(Distribution(of: gaps))
    let expected = try #require(Distribution(listed))
    #expect(counted.count == expected.count)
    for (found, wanted) in [
      (counted.mean, expected.mean), (counted.standardDeviation, expected.standardDeviation),
      (counted.smallest, expected.smallest), (counted.median, expected.median), (counted.p90, expected.p90),
      (counted.p99, expected.p99), (counted.largest, expected.largest),
    ] {
      #expect(abs(found - wanted) < 1e-9 * max(1, wanted))
    }
  }

  @Test func `no gaps have no spread`() {
    #expect(Distribution(of: [TokenGap]()) == nil)
  }
}
