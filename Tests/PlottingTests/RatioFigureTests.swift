import Testing

@testable import Plotting

@Suite struct RatioFigureTests {
  private static let groups = ["chatbot", "code", "rare"].enumerated().map {
    RatioFigure.Group(name: $1, colour: Palette.colour($0))
  }

  private static func panel(_ values: [[Double]], reference: Double? = 1.1) -> RatioFigure.Panel {
    RatioFigure.Panel(yTitle: "ratio", values: values, mean: 0.9, reference: reference)
  }

  private static func figure(
    _ panels: [RatioFigure.Panel], source: FigureSource = .ownRun
  ) -> RatioFigure {
    RatioFigure(
      name: "ratios", groups: groups, panels: panels, source: source,
      wording: RatioFigure.Wording(xTitle: "models", mean: "mean", reference: "paper's mean", source: "own run"))
  }

  private static let values = [[1.2, 0.8, 0.5], [1.0, 1.6], []]

  @Test(arguments: FigureSource.allCases)
  func `the script is the one on record`(source: FigureSource) throws {
    let figure = Self.figure([Self.panel(Self.values), Self.panel([[], [0.3], [0.7]])], source: source)
    try Golden.expect(figure.script, isIn: "ratios-\(source.rawValue).gp")
  }

  @Test func `groups stand beside each other with a gap, and empty ones take no room`() {
    let layout = RatioFigureLayout(Self.figure([Self.panel(Self.values)]))
    let panel = Self.panel([[1, 1, 1], [], [1, 1]])
    #expect(layout.starts(of: panel) == [0, 5, 5])
    #expect(layout.xMax(of: panel) == 7)
    #expect(layout.xMax(of: Self.panel([[], [], []])) == 1)
  }

  @Test func `the y axis holds the highest bar, the means and the line at 1`() {
    let layout = RatioFigureLayout(Self.figure([Self.panel(Self.values)]))
    #expect(layout.yMax(of: Self.panel(Self.values)) == 1.75)
    #expect(layout.yMax(of: Self.panel([[0.2], [], []])) == 1.25)
    #expect(layout.yMax(of: Self.panel([[0.2], [], []], reference: 3)) == 3.25)
  }

  @Test func `panels stand below one another without touching`() {
    let layout = RatioFigureLayout(Self.figure([Self.panel(Self.values), Self.panel(Self.values)]))
    #expect(layout.panels[1].top < layout.panels[0].bottom)
    #expect(layout.panels[1].bottom > 0)
    #expect(layout.legend.allSatisfy { $0.y > layout.panels[0].top && $0.y < layout.height })
  }

  @Test func `the legend explains lines only where there are some`() {
    let without = Self.figure([Self.panel(Self.values, reference: nil)])
    #expect(
      RatioFigureLayout(without).legend.map(\.entry.name) == ["chatbot", "code", "rare", "own run", "mean"])
    #expect(RatioFigureLayout(Self.figure([Self.panel(Self.values)])).legend.last?.entry.name == "paper's mean")
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `gnuplot draws it, even without a bar`() throws {
    let figure = Self.figure([Self.panel([[], [], []]), Self.panel(Self.values)])
    try ScratchFolder.with { folder in
      let table = CSVTable(header: ["a"], rows: [])
      try FigureFiles(name: "ratios", script: figure.script, table: table).draw(with: .live, into: folder.path)
      let svg = try folder.text("ratios.svg")
      #expect(svg.contains(">chatbot (3)<") && svg.contains(">code (2)<") && !svg.contains(">rare ("))
    }
  }
}
