import Foundation
import Testing

@testable import Plotting

@Suite struct LineFigureTests {
  private typealias Point = LineFigure.Point

  /// Attainment in per cent at 0.6, 0.7 and 0.8 requests per second, for CV 2, 4 and 8 (paper, Figure 9).
  private static let paper: [(system: String, attainment: [[Double]])] = [
    ("Serverless vLLM", [[46.7, 45.7, 43.9], [49.9, 48.6, 44.7], [53.5, 53.3, 48.5]]),
    ("ServerlessLLM", [[57.5, 49.8, 45.3], [61.5, 57.7, 47.7], [60.3, 57.7, 54.0]]),
    ("HydraServe", [[81.1, 77.2, 73.8], [84.2, 78.2, 71.8], [82.5, 76.3, 75.2]]),
    ("HydraServe with cache", [[83.7, 79.1, 78.3], [88.2, 83.8, 79.3], [88.2, 85.0, 78.5]]),
  ]

  private static let wording = LineFigure.Wording(
    xTitle: "request rate (req/s)", yTitle: "TTFT SLO attainment (%)", xColumn: "requests_per_s",
    valueColumn: "ttft_attainment_percent")

  /// The paper's figure with runs 2 above and below it; in the middle panel two points are precomputed, and in the last
  /// two are the paper's and some have error bars.
  private static let figure9: LineFigure = {
    let shapes: [LineFigure.Shape] = [.circle, .square, .triangleUp, .diamond]
    let series = paper.indices.map {
      LineFigure.Series(name: paper[$0].system, colour: Palette.colour([0, 1, 4, 5][$0]), shape: shapes[$0])
    }
    let panels = [2, 4, 8].enumerated().map { panel, cv in
      let lines = paper.indices.map { row in
        paper[row].attainment[panel].enumerated().map { column, value -> LineFigure.Point? in
          point(value, panel: panel, row: row, column: column)
        }
      }
      return LineFigure.Panel(title: "CV = \(cv)", ticks: ticks, lines: lines)
    }
    return LineFigure(name: "figure9", series: series, panels: panels, wording: wording, yRange: 40...100)
  }()

  private static let ticks = [0.6, 0.7, 0.8].map { LineFigure.Tick(x: $0, label: "\($0)") }

  private static func point(_ paper: Double, panel: Int, row: Int, column: Int) -> LineFigure.Point {
    let x = [0.6, 0.7, 0.8][column]
    let index = row + column
    if panel == 2, row > 1, column == 2 { return .init(x: x, value: paper, source: .paperOnly) }
    return .init(
      x: x, value: paper + (index % 2 == 0 ? 2 : -2), halfWidth: panel == 2 ? 1.5 + Double(row) / 2 : nil,
      reference: paper, source: panel == 1 && index >= 2 && column != 1 ? .precomputed : .ownRun)
  }

  /// A figure of one panel.
  private func figure(
    lines: [[LineFigure.Point?]], yRange: ClosedRange<Double> = 0...10, ticks: [LineFigure.Tick] = ticks
  ) -> LineFigure {
    LineFigure(
      name: "f",
      series: lines.indices.map {
        .init(name: "s\($0)", colour: Palette.colour($0), shape: LineFigure.Shape.allCases[$0])
      },
      panels: [.init(title: "p", ticks: ticks, lines: lines)], wording: Self.wording, yRange: yRange)
  }

  @Test func `the script is the one on record`() throws {
    try Golden.expect(Self.figure9.script, isIn: "figure9.gp")
  }

  @Test func `the table has a row per point with its source and the paper's value`() {
    let line: [LineFigure.Point?] = [
      .init(x: 0.6, value: 7.5, halfWidth: 0.5, reference: 7.9, source: .precomputed), nil,
      .init(x: 0.8, value: 8, source: .paperOnly),
    ]
    #expect(
      figure(lines: [line]).table.text == """
        panel,series,requests_per_s,ttft_attainment_percent,half_width_ttft_attainment_percent,source,\
        paper_ttft_attainment_percent
        p,s0,0.6,7.5,0.5,precomputed,7.9
        p,s0,0.8,8.0,,paper,

        """)
  }

  @Test func `only points of one source are joined by a solid line, and a missing point breaks it`() {
    let sources: [FigureSource?] = [.ownRun, .ownRun, .precomputed, nil, .paperOnly, .paperOnly]
    let line = sources.enumerated().map { x, source in source.map { Point(x: Double(x), value: 1, source: $0) } }
    let script = figure(lines: [line]).script
    #expect(rows(of: "$panel1_series1_line", in: script) == ["0 1.0 1 0", "4 1.0 1 0"])
    #expect(rows(of: "$panel1_series1_dashed", in: script) == ["1 1.0 1 0"])
    #expect(script.contains("$panel1_series1_dashed using 1:2:3:4 with vectors nohead lc rgb '#3b2d82' lw 2 dt ("))
  }

  private func rows(of block: String, in script: String) -> [String] {
    let lines = script.split(separator: "\n").map(String.init)
    return Array(lines.drop { $0 != "\(block) << END" }.dropFirst().prefix { $0 != "END" })
  }

  @Test(arguments: [
    (40.0...100, "TTFT SLO attainment (%), axis from 40"), (0.0...100, "TTFT SLO attainment (%)"),
  ])
  func `an axis that does not start at 0 says so`(range: ClosedRange<Double>, title: String) {
    let figure = figure(lines: [[Point(x: 0.6, value: 50, source: .ownRun)]], yRange: range)
    #expect(LineFigureLayout(figure).yTitle == title)
    #expect(figure.script.contains("set ylabel '\(title)'"))
  }

  @Test func `the y axis is the one asked for, and reaches further for a value outside`() {
    let ends = { (value: Double, reference: Double?, halfWidth: Double?) in
      let point = Point(x: 0.6, value: value, halfWidth: halfWidth, reference: reference, source: .ownRun)
      return LineFigureLayout(figure(lines: [[point]], yRange: 40...100)).yRange
    }
    #expect(ends(50, nil, nil) == 40...100)
    #expect(ends(100, 40, nil) == 40...100)
    #expect(ends(37, nil, nil) == 30...100)
    #expect(ends(50, 113, nil) == 40...120)
    #expect(ends(42, nil, 4) == 30...100)  // an error bar is not cut
  }

  @Test func `series that would touch stand side by side and the others in line`() {
    let line = { (value: Double) in [Point?.some(Point(x: 0.6, value: value, source: .ownRun))] }
    let apart = LineFigureLayout(figure(lines: [line(1), line(5)]))
    #expect(apart.shifts == [0, 0])
    let close = LineFigureLayout(figure(lines: [line(1), line(1.1), line(5)]))
    #expect(close.shifts[1] - close.shifts[0] >= LineFigureLayout.markerSize)
    #expect(close.shifts[0] == close.shifts[2])
    #expect(close.shifts[0] == -close.shifts[1])
  }

  @Test func `points that must stand exactly at their places do, even where they touch`() {
    let one = LineFigure.Series(name: "a", colour: "#000000", shape: .circle)
    let two = LineFigure.Series(name: "b", colour: "#ff0000", shape: .square)
    let line = [LineFigure.Point(x: 1, value: 50, source: .ownRun), LineFigure.Point(x: 2, value: 60, source: .ownRun)]
    let figure = LineFigure(
      name: "exact", series: [one, two],
      panels: [LineFigure.Panel(title: "", ticks: [LineFigure.Tick(x: 1, label: "1")], lines: [line, line])],
      wording: LineFigure.Wording(xTitle: "x", yTitle: "y", xColumn: "x", valueColumn: "y"), yRange: 0...100,
      isExact: true)
    #expect(LineFigureLayout(figure).shifts == [0, 0])
    #expect(figure.script.components(separatedBy: "1 50.0\n").count == 3)
  }

  @Test func `panels are equally wide and share the page`() {
    let panels = LineFigureLayout(Self.figure9).panels
    let widths = panels.map { $0.right - $0.left }
    #expect(widths.allSatisfy { abs($0 - widths[0]) < 1e-9 })
    #expect(zip(panels, panels.dropFirst()).allSatisfy { $0.right < $1.left })
    #expect(panels[2].right <= LineFigureLayout.width)
  }

  @Test func `every marker lies inside its panel`() {
    let layout = LineFigureLayout(Self.figure9)
    for panel in Self.figure9.panels {
      let range = layout.xRange(of: panel)
      let reach = layout.xUnits(points: (layout.shifts.max() ?? 0) + layout.referenceShift + 4, in: panel)
      #expect(range.lowerBound < 0.6 - reach)
      #expect(range.upperBound > 0.8 + reach)
    }
  }

  @Test func `the legend explains what occurs and nothing else`() {
    let layout = LineFigureLayout(Self.figure9)
    #expect(
      layout.legend.map(\.entry.name) == Self.paper.map(\.system) + [
        "own run", "precomputed run", "paper's value, not run", "paper", "between different sources", "error bar",
      ])
    for entry in layout.legend {
      #expect(entry.x >= 0)
      #expect(entry.x + entry.entry.width <= LineFigureLayout.width)
      #expect(entry.y < layout.height)
    }
    let plain = LineFigureLayout(figure(lines: [[Point(x: 0.6, value: 1, source: .precomputed)]]))
    #expect(plain.legend.map(\.entry.name) == ["s0", "precomputed run"])
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `gnuplot draws the figure, every shape, a single place and an empty panel`() throws {
    let lines = LineFigure.Shape.allCases.enumerated().map { row, _ -> [LineFigure.Point?] in
      [Point(x: 0.6, value: Double(row), halfWidth: 1, reference: 3, source: FigureSource.allCases[row % 3])]
    }
    let single = figure(lines: lines, ticks: [.init(x: 0.6, label: "100% 'a_b'")])
    let empty = figure(lines: [[nil]])
    try ScratchFolder.with { folder in
      for (figure, text) in [(Self.figure9, ">CV = 8<"), (single, ">100% &apos;a_b&apos;<"), (empty, ">p<")] {
        try figure.files.draw(with: .live, into: folder.path)
        let svg = try folder.text("\(figure.name).svg").replacing("'", with: "&apos;")
        #expect(svg.contains(text), "\(text)")
      }
    }
  }
}
