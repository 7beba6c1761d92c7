import Testing

@testable import Plotting

@Suite struct TornadoFigureTests {
  private static let wording = TornadoFigure.Wording(
    title: "simulated: a test", xTitle: "change (points)", low: "lowered by 20 %", high: "raised by 20 %",
    errorBar: "95 % interval")

  private static let figure = TornadoFigure(
    name: "tornado",
    rows: [
      .init(
        label: "it's (0.6)", low: .init(value: 8, halfWidth: 2), high: .init(value: -10, halfWidth: 1.5)),
      .init(label: "only lower (4)", low: .init(value: -1, halfWidth: 2), high: nil),
      .init(label: "nothing", low: .init(value: 0), high: .init(value: 0)),
    ], wording: wording)

  @Test func `the script is the one on record`() throws {
    try Golden.expect(Self.figure.script, isIn: "tornado.gp")
  }

  @Test func `bars go from 0 to their values, and the axis holds their error bars`() {
    let script = Self.figure.script
    #expect(script.contains("\n0.0 8.0 0.02 0.36\n"))
    #expect(script.contains("\n-10.0 0.0 -0.36 -0.02\n"))
    #expect(script.contains("\n6.0 0.19 4.0\n"))
    // From -11.5 to 10, with a 25th of that length on both sides.
    #expect(script.contains("set xrange [-12.36:10.86]"))
    #expect(script.contains("('it''s (0.6)' 0, 'only lower (4)' -1, 'nothing' -2)"))
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `gnuplot draws it, also when nothing has an effect`() throws {
    let flat = TornadoFigure(
      name: "flat", rows: [.init(label: "nothing", low: .init(value: 0), high: nil)], wording: Self.wording)
    for figure in [Self.figure, flat] {
      try ScratchFolder.with { folder in
        let files = FigureFiles(name: figure.name, script: figure.script, table: CSVTable(header: ["x"], rows: []))
        try files.draw(with: .live, into: folder.path)
        #expect(try folder.text("\(figure.name).svg").contains(">nothing<"))
      }
    }
  }
}
