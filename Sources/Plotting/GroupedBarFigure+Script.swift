extension GroupedBarFigure {
  /// The gnuplot script that draws the figure; numbers stand in it as blocks of data, so it needs no other file.
  ///
  /// Bars are boxes at explicit places: gnuplot's own grouped histograms put labels over the wrong group. The legend is
  /// drawn by hand, since a key wraps at the width of its panel and pads every entry to the widest.
  public var script: String {
    let layout = GroupedBarLayout(self)
    let writer = BarScriptWriter(figure: self, layout: layout)
    return writer.lines.joined(separator: "\n") + "\n"
  }
}

/// Writes the script of a bar figure, part by part.
private struct BarScriptWriter {
  let figure: GroupedBarFigure
  let layout: GroupedBarLayout

  private var page: ScriptPage {
    ScriptPage(width: GroupedBarLayout.width, height: layout.height)
  }

  /// The bars of a panel that are drawn alike.
  private struct Block {
    let name: String
    let series: Int
    let source: GroupedBarFigure.Source
    let rows: [String]
  }

  var lines: [String] {
    let dataBlocks = figure.panels.indices.flatMap { dataLines(panel: $0) }
    let drawing = figure.panels.indices.flatMap { panelLines($0) }.map { "  " + $0 }
    let style = ["set style data boxes", "set boxwidth \(Decimals.short(layout.slot * 0.9)) absolute"]
    return page.header(figure.name) + dataBlocks + page.terminal(figure.name, style: style) + drawing + page.end
  }

  // MARK: Data

  private func dataLines(panel index: Int) -> [String] {
    let bars = blocks(panel: index).flatMap { ["\($0.name) << END"] + $0.rows + ["END"] }
    let marks = markRows(panel: index)
    let title = "# \(ScriptPage.singleLine(figure.panels[index].title)): centre of the bar, value"
    let marked =
      marks.isEmpty ? [] : ["# Left end, value and width of each mark", "\(markBlock(index)) << END"] + marks + ["END"]
    let errors = errorRows(panel: index)
    let comment = "# Centre, lower end and length of each error bar"
    let errorBars = errors.isEmpty ? [] : [comment, "\(errorBlock(index)) << END"] + errors + ["END"]
    return [title] + bars + marked + errorBars + [""]
  }

  private func blocks(panel index: Int) -> [Block] {
    figure.series.indices.flatMap { series in
      GroupedBarFigure.Source.allCases.compactMap { source in
        let rows = placedBars(panel: index).filter { $0.series == series && $0.bar.source == source }.map {
          "\(Decimals.short($0.x)) \($0.bar.value)"
        }
        let name = "$panel\(index + 1)_series\(series + 1)_\(source.rawValue)"
        return rows.isEmpty ? nil : Block(name: name, series: series, source: source, rows: rows)
      }
    }
  }

  private func markRows(panel index: Int) -> [String] {
    let width = layout.slot * 0.84
    return placedBars(panel: index).compactMap { x, _, bar in
      bar.reference.map { "\(Decimals.short(x - width / 2)) \($0) \(Decimals.short(width))" }
    }
  }

  private func errorRows(panel index: Int) -> [String] {
    placedBars(panel: index).compactMap { x, _, bar in
      bar.halfWidth.map { half in
        let low = max(0, bar.value - half)
        return "\(Decimals.short(x)) \(Decimals.short(low)) \(Decimals.short(bar.value + half - low))"
      }
    }
  }

  private func errorBlock(_ index: Int) -> String {
    "$panel\(index + 1)_error_bars"
  }

  private func markBlock(_ index: Int) -> String {
    "$panel\(index + 1)_marks"
  }

  /// The bars of a panel with the middle of each; groups stand at 0, 1, 2 …
  private func placedBars(panel index: Int) -> [(x: Double, series: Int, bar: GroupedBarFigure.Bar)] {
    let middle = Double(figure.series.count - 1) / 2
    return figure.panels[index].groups.enumerated().flatMap { group, content in
      content.bars.enumerated().compactMap { series, bar in
        bar.map { (Double(group) + (Double(series) - middle) * layout.slot, series, $0) }
      }
    }
  }

  // MARK: Panels

  private func panelLines(_ index: Int) -> [String] {
    let panel = figure.panels[index]
    let frame = layout.panels[index]
    let tics = panel.groups.enumerated().map { "\(GnuplotText.ticLiteral($1.label)) \($0)" }.joined(separator: ", ")
    let slant = layout.groupLabelsAreSlanted ? "rotate by 30 right " : ""
    return [""] + page.margins(frame) + [
      "set title \(GnuplotText.literal(panel.title)) offset 0,-0.5",
      index == 0 ? "set ylabel \(GnuplotText.literal(figure.wording.yTitle)) offset 1,0" : "unset ylabel",
      "set xrange [-0.5:\(Decimals.short(Double(panel.groups.count) - 0.5))]",
      "set yrange [0:\(Decimals.short(layout.yMax(of: panel)))]",
      "set xtics \(slant)scale 0 font '\(ScriptPage.font(GroupedBarLayout.groupLabelSize))' (\(tics))",
      "set ytics scale 0.5",
      "unset label", "unset object", "unset arrow",
    ] + barLabels(index) + (index == 0 ? legendLines : []) + [plot(index)]
  }

  private func barLabels(_ index: Int) -> [String] {
    let yMax = layout.yMax(of: figure.panels[index])
    let turn = layout.barLabelsAreUpright ? "rotate by 90 left" : "center"
    // Text that is not turned is centred on its place, so half its height comes on top of the gap.
    let half = layout.barLabelsAreUpright ? 0 : GroupedBarLayout.barLabelSize / 2
    let gap = layout.yUnits(points: GroupedBarLayout.labelGap + half, yMax: yMax)
    let font = ScriptPage.font(GroupedBarLayout.barLabelSize)
    return placedBars(panel: index).map { x, _, bar in
      let place = "\(Decimals.short(x)),\(Decimals.short(GroupedBarLayout.labelHeight(of: bar) + gap))"
      return "set label \(GnuplotText.literal(bar.label)) at \(place) \(turn) font '\(font)' front"
    }
  }

  private func plot(_ index: Int) -> String {
    let bars = blocks(panel: index).flatMap { block in
      BarFill.layers(block.source, colour: figure.series[block.series].colour).map {
        "\(block.name) using 1:2 with boxes \($0)"
      }
    }
    // A white line under the black one keeps the mark visible on a dark bar.
    let marks =
      markRows(panel: index).isEmpty
      ? []
      : ["#ffffff' lw 4", "#000000' lw 1.5"].map {
        "\(markBlock(index)) using 1:2:3:(0) with vectors nohead lc rgb '\($0)"
      }
    // Arrows with flat heads: gnuplot's error bars leave a white disc in the middle, even without a point there.
    let errorBars =
      errorRows(panel: index).isEmpty
      ? []
      : ["lc rgb '#ffffff' lw 2.4", ScriptPage.errorBarStyle].map {
        "\(errorBlock(index)) using 1:2:(0):3 with vectors heads size screen 0.003,90 \($0)"
      }
    let layers = bars + marks + errorBars
    return "plot " + (layers.isEmpty ? ["NaN"] : layers).joined(separator: ", \\\n    ")
  }

  // MARK: Legend

  private var legendLines: [String] {
    layout.legend.flatMap { placed -> [String] in
      let (x, y, right) = (placed.x, placed.y, placed.right)
      let label = page.label(of: placed)
      let line = { (style: String) in
        "set arrow from \(page.at(x, y)) to \(page.at(right, y)) nohead front \(style)"
      }
      let box = { (style: String) in
        "set object rectangle from \(page.at(x, y - 4)) to \(page.at(right, y + 4)) front \(style)"
      }
      switch placed.entry.sample {
      case .mark: return [line("lc rgb '#000000' lw 1.5"), label]
      case .errorBar: return page.errorBarSample(middle: (x + right) / 2, y: y) + [label]
      case .series(let colour):
        return BarFill.layers(.ownRun, colour: colour).map(box) + [label]
      case .source(let source):
        return BarFill.layers(source, colour: BarFill.legendColour).map(box) + [label]
      }
    }
  }
}
