import Testing

@testable import ResultAnalysis

/// Distances, correlations, errors and orders between two series; the expected numbers by hand.
@Suite struct SampleComparisonTests {
  @Test func `the distance of equal samples is 0 and of separate ones 1`() {
    #expect(kolmogorovSmirnovDistance([1, 2, 2, 3], [3, 2, 1, 2]) == 0)
    #expect(kolmogorovSmirnovDistance([1, 2], [3, 4, 5]) == 1)
    #expect(kolmogorovSmirnovDistance([3, 4, 5], [1, 2]) == 1)
    #expect(kolmogorovSmirnovDistance([], [1]) == nil)
  }

  @Test func `the distance is the widest gap of the shares`() {
    // Up to 2: all of a's first half against none of b; up to 3: 3/4 against 1/2.
    #expect(kolmogorovSmirnovDistance([1, 2, 3, 4], [3, 3, 5, 6]) == 0.5)
    // The tie at 2 counts at once: shares 1/3 and 2/3 below 3.
    #expect(kolmogorovSmirnovDistance([2, 3, 3], [2, 2, 3]) == 2.0 / 3 - 1.0 / 3)
  }

  @Test(arguments: UInt64(0)..<100)
  func `the distance is symmetric and shares of each value`(seed: UInt64) throws {
    let a = randomValues(seed: seed, purpose: "a")
    let b = randomValues(seed: seed, purpose: "b")
    let distance = try #require(kolmogorovSmirnovDistance(a, b))
    #expect(distance == kolmogorovSmirnovDistance(b, a))
    // The definition, value by value.
    let widest = (a + b).map { value in
      abs(Double(a.count { $0 <= value }) / Double(a.count) - Double(b.count { $0 <= value }) / Double(b.count))
    }.max()
    #expect(distance == widest)
  }

  @Test func `rank correlation sees order and nothing else`() throws {
    #expect(spearmanCorrelation([1, 2, 3, 4], [1, 10, 100, 1000]) == 1)
    #expect(spearmanCorrelation([1, 2, 3, 4], [9, 7, 5, 3]) == -1)
    // Without ties 1 − 6 Σd² / n(n² − 1); d = 1, −1, 0, 1, −1 gives 1 − 24/120.
    #expect(abs(try #require(spearmanCorrelation([1, 2, 3, 4, 5], [2, 1, 3, 5, 4])) - 0.8) < 1e-15)
  }

  @Test func `ties share their ranks`() throws {
    #expect(ranks(of: [10, 20, 10, 30, 10]) == [2, 4, 2, 5, 2])
    // Ranks 1.5, 1.5, 3 against 1, 2, 3: 1.5 / √(1.5 · 2).
    #expect(abs(try #require(spearmanCorrelation([5, 5, 7], [1, 2, 3])) - 1.5 / 3.0.squareRoot()) < 1e-15)
  }

  @Test func `a constant series has no correlation`() {
    #expect(spearmanCorrelation([1, 1, 1], [1, 2, 3]) == nil)
    #expect(spearmanCorrelation([1], [1]) == nil)
    #expect(spearmanCorrelation([], []) == nil)
  }

  @Test func `errors are absolute and the largest is named`() throws {
    let error = try #require(PredictionError(predicted: [1, 5, 2], reference: [2, 2, 2]))
    #expect(abs(error.meanAbsolute - 4.0 / 3) < 1e-15)
    #expect(error.largest == 3)
    #expect(error.largestAt == 1)
    #expect(PredictionError(predicted: [], reference: []) == nil)
  }

  @Test func `an order is right when no pair contradicts`() {
    let same = SystemOrder([40, 50, 60, 70], [10, 20, 30, 40], tieMargin: 1)
    #expect(same == SystemOrder([40, 50, 60, 70], [1, 3, 5, 7], tieMargin: 1))
    #expect(same.agreeing == 6 && same.tied == 0 && same.isRight)
    let swapped = SystemOrder([40, 50, 60, 70], [20, 10, 30, 40], tieMargin: 1)
    #expect(swapped.contradicting == 1 && swapped.agreeing == 5 && !swapped.isRight)
  }

  /// The ninth setting of the comparison with the paper: 43.2 / 42.9 against 43.9 / 45.3.
  @Test func `a difference under the margin in either source is a tie`() {
    let order = SystemOrder([43.2, 42.9], [43.9, 45.3], tieMargin: 1)
    #expect(order.tied == 1 && order.isRight)
    #expect(!SystemOrder([43.2, 42.9], [43.9, 45.3], tieMargin: 0.25).isRight)
    #expect(SystemOrder([1, 2], [5, 5], tieMargin: 0).tied == 1)
    #expect(SystemOrder([1, 2], [5, 4], tieMargin: 1).contradicting == 1)
  }
}
