extension LineFigure {
  /// The gnuplot script that draws the figure; numbers stand in it as blocks of data, so it needs no other file.
  ///
  /// Lines are drawn piece by piece, since a piece between points of different sources is dashed. The legend is drawn
  /// by hand, as in `GroupedBarFigure`.
  public var script: String {
    let writer = LineScriptWriter(figure: self, layout: LineFigureLayout(self))
    return writer.lines.joined(separator: "\n") + "\n"
  }
}

/// Writes the script of a line figure, part by part.
private struct LineScriptWriter {
  let figure: LineFigure
  let layout: LineFigureLayout

  private static let markerLegendColour = "#555555"

  private var page: ScriptPage {
    ScriptPage(width: LineFigureLayout.width, height: layout.height)
  }

  /// A block of data and the layers in which it is drawn, from below.
  private struct Block {
    /// What lies upon what, over all series.
    enum Level: Int, CaseIterable {
      case lines, errorBars, references, points
    }

    let level: Level
    let name: String
    let rows: [String]
    let styles: [String]
  }

  var lines: [String] {
    let dataBlocks = figure.panels.indices.flatMap { dataLines(panel: $0) }
    let drawing = figure.panels.indices.flatMap { panelLines($0) }.map { "  " + $0 }
    return page.header(figure.name) + dataBlocks + page.terminal(figure.name, style: []) + drawing + page.end
  }

  // MARK: Data

  private func dataLines(panel index: Int) -> [String] {
    let title = ScriptPage.singleLine(figure.panels[index].title)
    let data = blocks(panel: index).flatMap { ["\($0.name) << END"] + $0.rows + ["END"] }
    let comment = [
      "# \(title): x and y of markers; of lines also the way to the other end, of error bars half the length",
      "# Every x is moved a little to the side, so that markers stand clear of one another.",
    ]
    return comment + data + [""]
  }

  private func blocks(panel index: Int) -> [Block] {
    let all = figure.series.indices.flatMap { seriesBlocks(panel: index, series: $0) }
    return Block.Level.allCases.flatMap { level in all.filter { $0.level == level } }
  }

  private func seriesBlocks(panel index: Int, series number: Int) -> [Block] {
    let panel = figure.panels[index]
    let series = figure.series[number]
    let points = panel.lines[number].compactMap { $0 }
    let prefix = "$panel\(index + 1)_series\(number + 1)"
    let x = { (point: LineFigure.Point, shift: Double) in
      point.x + layout.xUnits(points: layout.shifts[number] + shift, in: panel)
    }
    let place = { (point: LineFigure.Point) in "\(Decimals.short(x(point, layout.pointShift))) \(point.value)" }

    let pieces = LineFigure.joined(panel.lines[number])
    let lines = [("line", false), ("dashed", true)].map { name, isMixed in
      let rows = pieces.filter { ($0.from.source != $0.to.source) == isMixed }.map {
        "\(place($0.from)) \(Decimals.short($0.to.x - $0.from.x)) \(Decimals.short($0.to.value - $0.from.value))"
      }
      let styles = Stroke.layers(series.colour, isDashed: isMixed).map { "using 1:2:3:4 with vectors nohead \($0)" }
      return Block(level: .lines, name: "\(prefix)_\(name)", rows: rows, styles: styles)
    }
    let errors = points.compactMap { point in point.halfWidth.map { "\(place(point)) \($0)" } }
    let errorStyle = "using 1:2:3 with yerrorbars pt 0 \(ScriptPage.errorBarStyle)"
    let references = points.compactMap { point in
      point.reference.map { "\(Decimals.short(x(point, layout.referenceShift))) \($0)" }
    }
    let markers = LineFigure.Source.allCases.map { source in
      let rows = points.filter { $0.source == source }.map(place)
      let styles = Marker.of(source, shape: series.shape, colour: series.colour).map { "using 1:2 with points \($0)" }
      return Block(level: .points, name: "\(prefix)_\(source.rawValue)", rows: rows, styles: styles)
    }
    let small = Marker.reference(shape: series.shape, colour: series.colour).map { "using 1:2 with points \($0)" }
    let others = [
      Block(level: .errorBars, name: "\(prefix)_error_bars", rows: errors, styles: [errorStyle]),
      Block(level: .references, name: "\(prefix)_references", rows: references, styles: small),
    ]
    return (lines + others + markers).filter { !$0.rows.isEmpty }
  }

  // MARK: Panels

  private func panelLines(_ index: Int) -> [String] {
    let panel = figure.panels[index]
    let tics = panel.ticks.map { "\(GnuplotText.ticLiteral($0.label)) \(Decimals.short($0.x))" }.joined(separator: ", ")
    let xRange = layout.xRange(of: panel)
    return [""] + page.margins(layout.panels[index]) + [
      "set title \(GnuplotText.literal(panel.title)) offset 0,-0.5",
      "set xlabel \(GnuplotText.literal(figure.wording.xTitle)) offset 0,0.4",
      index == 0 ? "set ylabel \(GnuplotText.literal(layout.yTitle)) offset 1,0" : "unset ylabel",
      "set xrange [\(Decimals.short(xRange.lowerBound)):\(Decimals.short(xRange.upperBound))]",
      "set yrange [\(Decimals.short(layout.yRange.lowerBound)):\(Decimals.short(layout.yRange.upperBound))]",
      "set xtics scale 0.5 font '\(ScriptPage.font(LineFigureLayout.tickLabelSize))' (\(tics))",
      "set ytics scale 0.5 \(Decimals.short(layout.yStep))",
      "set errorbars 0.7",
      "unset label", "unset object", "unset arrow",
    ] + (index == 0 ? legendLines : []) + [plot(index)]
  }

  private func plot(_ index: Int) -> String {
    let layers = blocks(panel: index).flatMap { block in block.styles.map { "\(block.name) \($0)" } }
    return "plot " + (layers.isEmpty ? ["NaN"] : layers).joined(separator: ", \\\n    ")
  }

  // MARK: Legend

  private var legendLines: [String] {
    layout.legend.flatMap { placed -> [String] in
      sample(placed) + [page.label(of: placed)]
    }
  }

  private func sample(_ placed: PlacedEntry<LineFigureLayout.Sample>) -> [String] {
    let (x, y, right) = (placed.x, placed.y, placed.right)
    let middle = (x + right) / 2
    let grey = Self.markerLegendColour
    let line = { (fromX: Double, fromY: Double, toX: Double, toY: Double, style: String) in
      "set arrow from \(page.at(fromX, fromY)) to \(page.at(toX, toY)) nohead back \(style)"
    }
    let marks = { (styles: [String]) in
      styles.map { "set label '' at \(page.at(middle, y)) point \($0) front" }
    }
    switch placed.entry.sample {
    case .series(let series):
      return Stroke.layers(series.colour, isDashed: false).map { line(x, y, right, y, $0) }
        + marks(Marker.of(.ownRun, shape: series.shape, colour: series.colour))
    case .source(let source): return marks(Marker.of(source, shape: .circle, colour: grey))
    case .reference: return marks(Marker.reference(shape: .circle, colour: grey))
    case .mixedLine: return Stroke.layers(grey, isDashed: true).map { line(x, y, right, y, $0) }
    case .errorBar: return page.errorBarSample(middle: middle, y: y)
    }
  }
}
