import Testing

@testable import Experiments

@Suite struct TextTableTests {
  @Test func `numbers stand to the right and words to the left`() {
    var table = TextTable(header: ["name", "s"], numeric: [false, true])
    table.add(["a", "10.5"])
    table.add(["longer", "9.0"])
    #expect(
      table.text == """
        name       s
        ------  ----
        a       10.5
        longer   9.0

        """)
  }

  @Test(arguments: [(1.25, 1, "1.3"), (-0.04, 1, "0.0"), (-1.96, 1, "-2.0"), (12.0, 0, "12"), (0.005, 2, "0.01")])
  func `decimals are rounded to their places`(value: Double, places: Int, text: String) {
    #expect(Decimal.text(value, places: places) == text)
  }
}
