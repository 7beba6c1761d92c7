import Testing

@testable import ResultAnalysis

/// Means over seeds and their intervals.
@Suite struct SeedStatisticsTests {
  /// The printed tables of Student's t, two-sided 95 %, to three digits.
  @Test(arguments: [
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (7, 2.365), (10, 2.228), (20, 2.086), (30, 2.042),
    (40, 2.021), (60, 2.000), (120, 1.980), (1_000_000, 1.960),
  ])
  func `t quantiles are those of the printed tables`(degreesOfFreedom: Int, expected: Double) {
    #expect(abs(studentT975(degreesOfFreedom: degreesOfFreedom) - expected) <= 0.0005)
  }

  @Test func `t quantiles fall without a step where the table ends`() {
    let quantiles = (1...200).map { studentT975(degreesOfFreedom: $0) }
    #expect(zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 > $1 })
    // The drop shrinks like 1/n², so each is between a half and all of the one before.
    let drops = zip(quantiles, quantiles.dropFirst()).map { $0 - $1 }.dropFirst(20)
    #expect(zip(drops, drops.dropFirst()).allSatisfy { $1 < $0 && $1 > $0 / 2 })
  }

  @Test func `the interval of four seeds is by hand`() throws {
    let statistics = try #require(SeedStatistics([2, 4, 4, 6]))
    #expect(statistics.mean == 4)
    let deviation = try #require(statistics.standardDeviation)
    #expect(abs(deviation - (8.0 / 3).squareRoot()) < 1e-15)
    // 3.182446 · 1.632993 / 2
    #expect(abs(try #require(statistics.interval95) - 2.598457) < 1e-6)
  }

  @Test func `one seed has a mean and no interval`() throws {
    let statistics = try #require(SeedStatistics([3.5]))
    #expect(statistics.mean == 3.5)
    #expect(statistics.standardDeviation == nil)
    #expect(statistics.interval95 == nil)
    #expect(SeedStatistics([]) == nil)
  }

  @Test func `equal seeds have an interval of nothing`() throws {
    #expect(try #require(SeedStatistics([8, 8, 8])).interval95 == 0)
  }
}
