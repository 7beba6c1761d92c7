import Quantities
import Testing

@testable import ResultAnalysis

@Suite struct ColdStartMeasurementsTests {
  static func measurements(_ ttft: [Double], tpot: [Double?]? = nil) -> ColdStartMeasurements {
    ColdStartMeasurements(
      model: "m",
      samples: ttft.enumerated().map { index, seconds in
        ColdStartMeasurements.Sample(
          timeToFirstToken: .seconds(seconds),
          timePerOutputToken: (tpot?[index]).map { .milliseconds($0) })
      })
  }

  @Test func `the paper's aggregator leaves out the largest`() {
    #expect(Aggregator.paper.value(of: [3, 9, 5]) == 4)
    #expect(Aggregator.paper.value(of: [7, 7, 7]) == 7)
  }

  @Test func `the mean takes all`() {
    #expect(Aggregator.mean.value(of: [3, 9, 6]) == 6)
  }

  @Test func `one sample is its own value`() {
    #expect(Self.measurements([4]).ttftSeconds(.paper) == 4)
  }

  @Test func `TPOT is undefined as soon as one sample has none`() {
    #expect(Self.measurements([1, 2, 3], tpot: [10, nil, 20]).tpotMilliseconds() == nil)
    #expect(Self.measurements([1, 2, 3], tpot: [10, 30, 20]).tpotMilliseconds() == 15)
  }

  @Test func `the spread compares the largest with the smallest`() {
    #expect(abs(Self.measurements([10, 12, 11]).ttftSpread - 0.2) < 1e-12)
  }
}
