extension RatioFigure {
  /// The gnuplot script that draws the figure; numbers stand in it as blocks of data, so it needs no other file.
  public var script: String {
    let writer = RatioScriptWriter(figure: self, layout: RatioFigureLayout(self))
    return writer.lines.joined(separator: "\n") + "\n"
  }
}

/// Writes the script of a ratio figure, part by part.
private struct RatioScriptWriter {
  let figure: RatioFigure
  let layout: RatioFigureLayout

  /// How the lines across a panel are drawn: at 1, at the mean, at the paper's mean. White below keeps them visible on
  /// dark bars.
  private static let unityStyle = "lc rgb '#000000' lw 1 dt (6,4)"
  private static let meanStyles = ["lc rgb '#ffffff' lw 3", "lc rgb '#000000' lw 1.4"]
  private static let referenceStyles = ["lc rgb '#ffffff' lw 3", "lc rgb '#c00000' lw 1.8 dt (4,2)"]

  private var page: ScriptPage {
    ScriptPage(width: RatioFigureLayout.width, height: layout.height)
  }

  var lines: [String] {
    let data = figure.panels.indices.flatMap { dataLines(panel: $0) }
    let drawing = figure.panels.indices.flatMap { panelLines($0) }.map { "  " + $0 }
    let style = ["set style data boxes", "set boxwidth 0.8 absolute"]
    return page.header(figure.name) + data + page.terminal(figure.name, style: style) + drawing + page.end
  }

  // MARK: Data

  private func dataLines(panel index: Int) -> [String] {
    let panel = figure.panels[index]
    let starts = layout.starts(of: panel)
    let blocks = occupied(index).flatMap { group in
      let rows = panel.values[group].enumerated().map { place, value in
        "\(Decimals.short(starts[group] + Double(place) + 0.5)) \(value)"
      }
      return ["\(block(index, group)) << END"] + rows + ["END"]
    }
    return ["# \(ScriptPage.singleLine(panel.yTitle)): centre of the bar, value"] + blocks + [""]
  }

  private func occupied(_ index: Int) -> [Int] {
    figure.groups.indices.filter { !figure.panels[index].values[$0].isEmpty }
  }

  private func block(_ index: Int, _ group: Int) -> String {
    "$panel\(index + 1)_group\(group + 1)"
  }

  // MARK: Panels

  private func panelLines(_ index: Int) -> [String] {
    let panel = figure.panels[index]
    let isLast = index == figure.panels.count - 1
    let starts = layout.starts(of: panel)
    let tics = occupied(index).map { group in
      let middle = starts[group] + Double(panel.values[group].count) / 2
      let label = "\(figure.groups[group].name) (\(panel.values[group].count))"
      return "\(GnuplotText.ticLiteral(label)) \(Decimals.short(middle))"
    }
    let xTitle = isLast ? "set xlabel \(GnuplotText.literal(figure.wording.xTitle)) offset 0,0.5" : "unset xlabel"
    var lines = [""] + page.margins(layout.panels[index])
    lines += [
      xTitle,
      "set ylabel \(GnuplotText.literal(panel.yTitle)) offset 1,0",
      "set xrange [-1:\(Decimals.short(layout.xMax(of: panel) + 1))]",
      "set yrange [0:\(Decimals.short(layout.yMax(of: panel)))]",
      "set xtics scale 0 font '\(ScriptPage.font(RatioFigureLayout.groupLabelSize))' (\(tics.joined(separator: ", ")))",
      "set ytics scale 0.5 0.5",
      "unset label", "unset object", "unset arrow",
      across(1, Self.unityStyle),
    ]
    if let mean = panel.mean { lines += Self.meanStyles.map { across(mean, $0) } }
    if let mean = panel.reference { lines += Self.referenceStyles.map { across(mean, $0) } }
    if index == 0 { lines += legendLines }
    return lines + [plot(index)]
  }

  private func across(_ height: Double, _ style: String) -> String {
    let y = "first \(Decimals.short(height))"
    return "set arrow from graph 0,\(y) to graph 1,\(y) nohead front \(style)"
  }

  private func plot(_ index: Int) -> String {
    let layers = occupied(index).flatMap { group in
      BarFill.layers(figure.source, colour: figure.groups[group].colour).map {
        "\(block(index, group)) using 1:2 with boxes \($0)"
      }
    }
    return "plot " + (layers.isEmpty ? ["NaN"] : layers).joined(separator: ", \\\n    ")
  }

  // MARK: Legend

  private var legendLines: [String] {
    layout.legend.flatMap { placed -> [String] in
      let (x, y, right) = (placed.x, placed.y, placed.right)
      let line = { (style: String) in
        "set arrow from \(page.at(x, y)) to \(page.at(right, y)) nohead front \(style)"
      }
      let box = { (style: String) in
        "set object rectangle from \(page.at(x, y - 4)) to \(page.at(right, y + 4)) front \(style)"
      }
      let sample =
        switch placed.entry.sample {
        case .group(let colour): BarFill.layers(.ownRun, colour: colour).map(box)
        case .source: BarFill.layers(figure.source, colour: BarFill.legendColour).map(box)
        case .mean: Self.meanStyles.map(line)
        case .reference: Self.referenceStyles.map(line)
        }
      return sample + [page.label(of: placed)]
    }
  }
}
