import LoadGeneration
import Testing

@Suite struct LoadReportTests {
  @Test func `quantiles are those of the sample, between neighbours by share`() {
    let quantiles = Quantiles((1...101).reversed().map(Double.init))
    #expect(quantiles.mean == 51 && quantiles.median == 51 && quantiles.p99 == 100 && quantiles.max == 101)
    #expect(abs(quantiles.std - 850.0.squareRoot()) < 1e-9, "(n² − 1) / 12 for whole numbers in a row")
    #expect(Quantiles([]).p99 == 0)
    #expect(Quantiles([2, 4]).median == 3)
  }
}
