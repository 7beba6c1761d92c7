import Testing

@testable import Plotting

@Suite struct FrontFigureTests {
  private static let wording = FrontFigure.Wording(
    title: "simulated: a test", xTitle: "cost (coins per hour)", yTitle: "attainment (%)", target: "target, 90 %",
    chosen: "recommended", dominated: "other candidate", errorBar: "95 % interval")

  private static let figure = FrontFigure(
    name: "front",
    series: [
      .init(
        name: "one", colour: Palette.colour(0), shape: .circle,
        points: [
          .init(x: 2, value: 51, halfWidth: 3, isOnFront: true), .init(x: 3, value: 45, isOnFront: false),
          .init(x: 4, value: 92, halfWidth: 12, isOnFront: false, isChosen: true),
          .init(x: 8, value: 99, halfWidth: 1, isOnFront: true),
        ]),
      .init(name: "it's", colour: Palette.colour(2), shape: .square, points: [.init(x: 6, value: 71, isOnFront: true)]),
      .init(name: "nothing", colour: Palette.colour(1), shape: .diamond, points: []),
    ], target: 90, wording: wording)

  @Test func `the script is the one on record`() throws {
    try Golden.expect(Self.figure.script, isIn: "front.gp")
  }

  @Test func `the axis begins below the lowest point and says so, and bars end with it`() {
    let script = Self.figure.script
    #expect(script.contains("set yrange [40:100]"))
    #expect(script.contains("'attainment (%), axis from 40'"))
    // 92 ± 12 would end at 104.
    #expect(script.contains("\n4.0 80.0 20.0\n"))
  }

  @Test func `the legend names what is drawn and nothing else`() {
    let script = Self.figure.script
    for name in ["one", "it''s", "target, 90 %", "recommended", "other candidate", "95 % interval"] {
      #expect(script.contains("'\(name)' at screen"), "\(name)")
    }
    #expect(!script.contains("'nothing'"))
    let alone = FrontFigure(
      name: "alone",
      series: [.init(name: "one", colour: "#000000", shape: .circle, points: [.init(x: 0, value: 0, isOnFront: true)])],
      target: 90, wording: Self.wording)
    for name in ["recommended", "other candidate", "95 % interval"] {
      #expect(!alone.script.contains("'\(name)'"), "\(name)")
    }
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `gnuplot draws it, a single point included`() throws {
    let point = FrontFigure(
      name: "point",
      series: [
        .init(
          name: "one", colour: "#000000", shape: .circle,
          points: [.init(x: 0, value: 0, isOnFront: true, isChosen: true)])
      ],
      target: 90, wording: Self.wording)
    for figure in [Self.figure, point] {
      try ScratchFolder.with { folder in
        let files = FigureFiles(name: figure.name, script: figure.script, table: CSVTable(header: ["x"], rows: []))
        try files.draw(with: .live, into: folder.path)
        #expect(try folder.text("\(figure.name).svg").contains(">simulated: a test<"))
      }
    }
  }
}
