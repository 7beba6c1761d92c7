import Testing

@testable import Plotting

@Suite struct DecimalsTests {
  @Test(arguments: [
    (0.0, "0.0"), (4.6793703238169355, "4.7"), (16.78139877319336, "16.8"), (8.25, "8.3"), (0.04, "0.0"),
    (9.96, "10.0"),
    (-0.04, "0.0"), (-1.25, "-1.3"), (1234.5, "1234.5"),
  ])
  func `tenths are rounded with halves away from zero`(value: Double, text: String) {
    #expect(Decimals.tenths(value) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (2.0, "2"), (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333333"), (1e-9, "0"), (-1e-9, "0"), (-1.05, "-1.05"),
    (100.25, "100.25"), (0.000001, "0.000001"),
  ])
  func `coordinates have six digits at most and no trailing zeros`(value: Double, text: String) {
    #expect(Decimals.short(value) == text)
  }
}
