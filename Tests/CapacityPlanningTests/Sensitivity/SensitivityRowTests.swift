import Testing

@testable import CapacityPlanning

@Suite struct SensitivityRowTests {
  private static func row(_ name: String, low: [Double]?, high: [Double]?) -> SensitivityRow {
    let base = [80.0, 90, 85]
    let effect = { (attainments: [Double]) in
      SensitivityRow.Effect(value: "x", attainments: attainments, base: base)
    }
    return SensitivityRow(
      name: name, label: name, kind: .assumed, value: "x", low: low.map(effect), high: high.map(effect))
  }

  @Test func `effects are paired by seed, so what seeds have in common drops out`() throws {
    let row = Self.row("a", low: [77, 87, 82], high: [81, 92, 88])
    let low = try #require(row.low)
    #expect(low.points.mean == -3)
    #expect(low.points.interval95 == 0)
    #expect(low.isClear)
    let high = try #require(row.high)
    // Changes 1, 2, 3: mean 2, deviation 1, half interval 4.302653 / sqrt(3) = 2.4841.
    #expect(high.points.mean == 2)
    #expect(abs((high.points.interval95 ?? 0) - 2.4841) < 1e-4)
    #expect(!high.isClear)
    #expect(row.size == 3)
  }

  @Test func `rows are ranked by the larger change, whatever its direction`() {
    let rows = [
      Self.row("none", low: [80, 90, 85], high: [80, 90, 85]), Self.row("up", low: nil, high: [84, 94, 89]),
      Self.row("down", low: [70, 80, 75], high: [81, 91, 86]), Self.row("also none", low: nil, high: nil),
    ]
    #expect(SensitivityRow.ranked(rows).map(\.name) == ["down", "up", "none", "also none"])
  }

  @Test func `whole numbers go at least to the next one`() {
    #expect(SensitivityParameter.wholeStep(from: 4, by: 0.8) == 3)
    #expect(SensitivityParameter.wholeStep(from: 4, by: 1.2) == 5)
    #expect(SensitivityParameter.wholeStep(from: 1, by: 1.2) == 2)
    #expect(SensitivityParameter.wholeStep(from: 10, by: 0.5) == 5)
    #expect(SensitivityParameter.wholeStep(from: 0, by: 0.5) == nil)
    #expect(SensitivityParameter.wholeStep(from: 3, by: 1) == 3)
  }
}
