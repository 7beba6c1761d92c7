import Testing

@testable import Plotting

@Suite struct CurveFigureTests {
  private static let figure = CurveFigure(
    name: "curves",
    panels: [
      .init(
        title: "Requests", xTitle: "time (min)", yTitle: "requests",
        curves: [.init(name: "all", colour: "#000000", points: [.init(x: 0.25, y: 3), .init(x: 0.75, y: 0)])],
        join: .steps),
      .init(
        title: "Lengths", xTitle: "tokens", yTitle: "share (%)",
        curves: ["prompts", "it's"].enumerated().map { index, name in
          .init(
            name: name, colour: Palette.colour(index), points: [.init(x: 10, y: 0), .init(x: 1024, y: 100)])
        }),
    ])

  @Test func `script and table are the ones on record`() throws {
    try Golden.expect(Self.figure.script, isIn: "curves.gp")
    try Golden.expect(Self.figure.table.text, isIn: "curves.csv")
  }

  @Test func `only curves that have company are named in the panel`() {
    let plots = Self.figure.script.split(separator: "\n").filter { $0.contains(" with ") }
    #expect(plots.map { $0.contains("notitle") } == [true, false, false])
    #expect(plots[2].hasSuffix("title 'it''s'"))
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `gnuplot draws it, a single point included`() throws {
    let point = CurveFigure(
      name: "point",
      panels: [
        .init(
          title: "one", xTitle: "x", yTitle: "y",
          curves: [.init(name: "c", colour: "#000000", points: [.init(x: 0, y: 0)])])
      ])
    for figure in [Self.figure, point] {
      try ScratchFolder.with { folder in
        try figure.files.draw(with: .live, into: folder.path)
        #expect(try folder.text("\(figure.name).svg").contains(">\(figure.panels[0].title)<"))
      }
    }
  }
}
