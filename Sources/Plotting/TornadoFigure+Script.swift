extension TornadoFigure {
  /// The gnuplot script that draws the figure; numbers stand in it as blocks of data, so it needs no other file.
  public var script: String {
    TornadoScriptWriter(self).lines.joined(separator: "\n") + "\n"
  }
}

/// Writes the script of a tornado, part by part.
private struct TornadoScriptWriter {
  private typealias Entry = LegendEntry<Sample>

  /// What a sample of the legend shows.
  private enum Sample {
    case bar(colour: String)
    case errorBar
  }

  private static let width = 620.0
  private static let rowHeight = 20.0
  private static let bottom = 38.0
  private static let titleHeight = 18.0
  private static let labelSize = 8.0
  private static let lowColour = Palette.colour(3)
  private static let highColour = Palette.colour(1)

  private let figure: TornadoFigure
  private let page: ScriptPage
  private let frame: ScriptPage.Frame
  private let legend: [PlacedEntry<Sample>]

  init(_ figure: TornadoFigure) {
    self.figure = figure
    let words = figure.wording
    let hasErrorBars = figure.bars.contains { $0.halfWidth != nil }
    let entries = [
      Entry(sample: .bar(colour: Self.lowColour), name: words.low),
      Entry(sample: .bar(colour: Self.highColour), name: words.high),
    ]
    let rows = Entry.wrapped(
      entries + (hasErrorBars ? [Entry(sample: .errorBar, name: words.errorBar)] : []), width: Self.width - 12)
    let labelWidth = figure.rows.map { GnuplotText.width($0.label, size: Self.labelSize) }.max() ?? 0
    let top = Self.bottom + Self.rowHeight * Double(figure.rows.count) + 6
    let height = top + Self.titleHeight + Double(rows.count) * PlacedEntry<Sample>.rowHeight + 4
    page = ScriptPage(width: Self.width, height: height)
    frame = ScriptPage.Frame(left: labelWidth + 16, right: Self.width - 14, bottom: Self.bottom, top: top)
    legend = PlacedEntry.placed(rows, under: height, width: Self.width)
  }

  var lines: [String] {
    page.header(figure.name) + dataLines + page.terminal(figure.name, style: []) + panelLines.map { "  " + $0 }
      + page.end
  }

  // MARK: Data

  private typealias PlacedBar = (y: Double, bar: TornadoFigure.Bar)

  /// The bars of one side with the middle of each; the first row is at the top.
  private func placed(_ bar: KeyPath<TornadoFigure.Row, TornadoFigure.Bar?>, shift: Double) -> [PlacedBar] {
    figure.rows.enumerated().compactMap { index, row in
      row[keyPath: bar].map { (-Double(index) + shift, $0) }
    }
  }

  private var sides: [(name: String, colour: String, bars: [PlacedBar])] {
    [
      ("low", Self.lowColour, placed(\.low, shift: 0.19)), ("high", Self.highColour, placed(\.high, shift: -0.19)),
    ].filter { !$0.bars.isEmpty }
  }

  private var dataLines: [String] {
    sides.flatMap { side in
      let bars = side.bars.map { y, bar in
        "\(min(0, bar.value)) \(max(0, bar.value)) \(Decimals.short(y - 0.17)) \(Decimals.short(y + 0.17))"
      }
      let errors = side.bars.compactMap { y, bar in
        bar.halfWidth.map { "\(bar.value - $0) \(Decimals.short(y)) \(2 * $0)" }
      }
      let errorBlock = errors.isEmpty ? [] : ["$\(side.name)_error_bars << END"] + errors + ["END"]
      return ["# Bars: left, right, lower and upper edge; error bars: left end, place and length"]
        + ["$\(side.name) << END"] + bars + ["END"] + errorBlock
    } + [""]
  }

  // MARK: Panel

  /// Both ends of everything that is drawn, with some room.
  private var xRange: ClosedRange<Double> {
    let lower: [Double] = figure.bars.map { min(0, $0.value - ($0.halfWidth ?? 0)) }
    let upper: [Double] = figure.bars.map { max(0, $0.value + ($0.halfWidth ?? 0)) }
    let (first, last) = (lower.min() ?? 0, upper.max() ?? 0)
    let room = last > first ? (last - first) * 0.04 : 1
    return first - room...last + room
  }

  private var panelLines: [String] {
    let tics = figure.rows.enumerated().map { index, row in "\(GnuplotText.ticLiteral(row.label)) \(-index)" }
    return [""] + page.margins(frame) + [
      "set title \(GnuplotText.literal(figure.wording.title)) offset 0,-0.5",
      "set xlabel \(GnuplotText.literal(figure.wording.xTitle)) offset 0,0.4",
      "set xrange [\(Decimals.short(xRange.lowerBound)):\(Decimals.short(xRange.upperBound))]",
      "set yrange [\(Decimals.short(-Double(figure.rows.count) + 0.4)):0.6]",
      "set xtics scale 0.5 font '\(ScriptPage.font(8))'",
      "set ytics scale 0 font '\(ScriptPage.font(Self.labelSize))' (\(tics.joined(separator: ", ")))",
      "unset grid",
      "set grid xtics lc rgb '#d9d9d9' lw 0.5 dt 1",
      "set arrow from first 0,graph 0 to first 0,graph 1 nohead front lc rgb '#222222' lw 0.9",
    ] + legend.flatMap { sample($0) + [page.label(of: $0)] } + [plot]
  }

  private var plot: String {
    let bars = sides.map { side in
      "$\(side.name) using ($1):($3):1:2:3:4 with boxxyerror fc rgb '\(side.colour)' fs solid 1"
        + " border lc rgb '#222222' lw 0.6"
    }
    let errors = sides.filter { side in side.bars.contains { $0.bar.halfWidth != nil } }.flatMap { side in
      ["lc rgb '#ffffff' lw 2.4", ScriptPage.errorBarStyle].map {
        "$\(side.name)_error_bars using 1:2:3:(0) with vectors heads size screen 0.003,90 \($0)"
      }
    }
    return "plot " + (bars + errors).joined(separator: ", \\\n    ")
  }

  // MARK: Legend

  private func sample(_ placed: PlacedEntry<Sample>) -> [String] {
    switch placed.entry.sample {
    case .bar(let colour):
      let place = "from \(page.at(placed.x, placed.y - 4)) to \(page.at(placed.right, placed.y + 4))"
      return [
        "set object rectangle \(place) front fc rgb '\(colour)' fs solid 1 border lc rgb '#222222' lw 0.6"
      ]
    case .errorBar:
      return page.errorBarSample(middle: (placed.x + placed.right) / 2, y: placed.y)
    }
  }
}
