extension FrontFigure {
  /// The gnuplot script that draws the figure; numbers stand in it as blocks of data, so it needs no other file.
  public var script: String {
    FrontScriptWriter(self).lines.joined(separator: "\n") + "\n"
  }
}

/// Writes the script of a front, part by part.
private struct FrontScriptWriter {
  private typealias Entry = LegendEntry<Sample>

  /// What a sample of the legend shows.
  private enum Sample {
    case series(FrontFigure.Series)
    case chosen
    case dominated
    case target
    case errorBar
  }

  private static let width = 620.0
  private static let plotHeight = 230.0
  private static let bottom = 38.0
  private static let titleHeight = 18.0
  private static let grey = "#555555"

  private let figure: FrontFigure
  private let page: ScriptPage
  private let frame: ScriptPage.Frame
  private let legend: [PlacedEntry<Sample>]

  init(_ figure: FrontFigure) {
    self.figure = figure
    let rows = Self.legendRows(of: figure)
    let top = Self.bottom + Self.plotHeight
    let height = top + Self.titleHeight + Double(rows.count) * PlacedEntry<Sample>.rowHeight + 4
    page = ScriptPage(width: Self.width, height: height)
    frame = ScriptPage.Frame(left: 48, right: Self.width - 12, bottom: Self.bottom, top: top)
    legend = PlacedEntry.placed(rows, under: height, width: Self.width)
  }

  private static func legendRows(of figure: FrontFigure) -> [[Entry]] {
    let words = figure.wording
    let others = [
      Entry(sample: .target, name: words.target),
      figure.points.contains(where: \.isChosen) ? Entry(sample: .chosen, name: words.chosen) : nil,
      figure.points.contains { !$0.isMarked } ? Entry(sample: .dominated, name: words.dominated) : nil,
      figure.points.contains { $0.halfWidth != nil && $0.isMarked }
        ? Entry(sample: .errorBar, name: words.errorBar) : nil,
    ].compactMap { $0 }
    let series = figure.series.filter { !$0.points.isEmpty }.map { Entry(sample: .series($0), name: $0.name) }
    return Entry.wrapped(series, width: width - 12) + Entry.wrapped(others, width: width - 12)
  }

  var lines: [String] {
    page.header(figure.name) + figure.series.indices.flatMap(dataLines) + [""]
      + page.terminal(figure.name, style: []) + panelLines.map { "  " + $0 } + page.end
  }

  // MARK: Data

  private func block(_ series: Int, _ part: String) -> String {
    "$series\(series + 1)_\(part)"
  }

  private func dataLines(_ index: Int) -> [String] {
    let points = figure.series[index].points
    let place = { (point: FrontFigure.Point) in "\(point.x) \(point.value)" }
    let parts = [
      ("dominated", points.filter { !$0.isMarked }.map(place)),
      ("front", points.filter(\.isOnFront).map(place)),
      ("chosen", points.filter(\.isChosen).map(place)),
      ("bars", points.filter(\.isMarked).compactMap { point in point.halfWidth.map { bar(of: point, half: $0) } }),
    ]
    return ["# \(ScriptPage.singleLine(figure.series[index].name)): x and y; of bars the lower end and the length"]
      + parts.filter { !$0.1.isEmpty }.flatMap { part, rows in ["\(block(index, part)) << END"] + rows + ["END"] }
  }

  /// An error bar, no longer than the axis.
  private func bar(of point: FrontFigure.Point, half: Double) -> String {
    let low = max(yRange.lowerBound, point.value - half)
    let high = min(yRange.upperBound, point.value + half)
    return "\(point.x) \(low) \(max(0, high - low))"
  }

  // MARK: Panel

  private var yRange: ClosedRange<Double> {
    let lowest = min(figure.target, figure.points.map(\.value).min() ?? 0)
    return max(0, (lowest / 10).rounded(.down) * 10)...100
  }

  private var panelLines: [String] {
    let words = figure.wording
    let start = yRange.lowerBound
    let note = start > 0 ? ", axis from \(Decimals.short(start))" : ""
    let last = (figure.points.map(\.x).max() ?? 0) * 1.06
    let target = Decimals.short(figure.target)
    return [""] + page.margins(frame) + [
      "set title \(GnuplotText.literal(words.title)) offset 0,-0.5",
      "set xlabel \(GnuplotText.literal(words.xTitle)) offset 0,0.4",
      "set ylabel \(GnuplotText.literal(words.yTitle + note)) offset 1,0",
      "set xrange [0:\(Decimals.short(last > 0 ? last : 1))]",
      "set yrange [\(Decimals.short(start)):100]",
      "set xtics scale 0.5 font '\(ScriptPage.font(8))'",
      "set ytics scale 0.5 10 font '\(ScriptPage.font(8))'",
      "unset label", "unset object", "unset arrow",
      "set arrow from graph 0,first \(target) to graph 1,first \(target) nohead back \(Self.targetStyle)",
    ] + legend.flatMap { sample($0) + [page.label(of: $0)] } + [plot]
  }

  private static let targetStyle = "lc rgb '#000000' lw 1 dt (6,4)"

  private var plot: String {
    let levels = ["dominated", "steps", "bars", "front", "chosen"]
    let all = levels.flatMap { level in figure.series.indices.flatMap { layers(of: $0, level: level) } }
    return "plot " + all.joined(separator: ", \\\n    ")
  }

  private func layers(of index: Int, level: String) -> [String] {
    let series = figure.series[index]
    let drawn = { (part: String, styles: [String], with: String) in
      styles.map { "\(block(index, part)) using \(with) \($0)" }
    }
    let markers = Marker.of(.ownRun, shape: series.shape, colour: series.colour)
    let hasFront = series.points.contains(where: \.isOnFront)
    let hasChosen = series.points.contains(where: \.isChosen)
    switch level {
    case "dominated" where series.points.contains { !$0.isMarked }:
      return drawn("dominated", [Marker.pale(shape: series.shape, colour: series.colour)], "1:2 with points")
    case "steps" where hasFront:
      return drawn("front", Stroke.layers(series.colour, isDashed: false), "1:2 with steps")
    case "bars" where series.points.contains { $0.halfWidth != nil && $0.isMarked }:
      let styles = ["lc rgb '#ffffff' lw 2.4", ScriptPage.errorBarStyle]
      return drawn("bars", styles, "1:2:(0):3 with vectors heads size screen 0.003,90")
    case "front" where hasFront: return drawn("front", markers, "1:2 with points")
    case "chosen" where hasChosen: return drawn("chosen", Marker.ring + markers, "1:2 with points")
    default: return []
    }
  }

  // MARK: Legend

  private func sample(_ placed: PlacedEntry<Sample>) -> [String] {
    let (x, y, right) = (placed.x, placed.y, placed.right)
    let middle = (x + right) / 2
    let line = { (style: String) in
      "set arrow from \(page.at(x, y)) to \(page.at(right, y)) nohead back \(style)"
    }
    let marks = { (styles: [String]) in
      styles.map { "set label '' at \(page.at(middle, y)) point \($0) front" }
    }
    switch placed.entry.sample {
    case .series(let series):
      return Stroke.layers(series.colour, isDashed: false).map(line)
        + marks(Marker.of(.ownRun, shape: series.shape, colour: series.colour))
    case .chosen: return marks(Marker.ring + Marker.of(.ownRun, shape: .circle, colour: Self.grey))
    case .dominated: return marks([Marker.pale(shape: .circle, colour: Self.grey)])
    case .target: return [line(Self.targetStyle)]
    case .errorBar: return page.errorBarSample(middle: middle, y: y)
    }
  }
}
