extension GanttFigure {
  /// The gnuplot script that draws the figure; numbers stand in it as blocks of data, so it needs no other file.
  public var script: String {
    let writer = GanttScriptWriter(figure: self, layout: GanttLayout(self))
    return writer.lines.joined(separator: "\n") + "\n"
  }
}

/// Where everything of a Gantt chart goes, in points from its lower left corner.
private struct GanttLayout {
  static let width = 720.0
  static let rowHeight = 21.0
  static let labelSize = 8.0
  private static let rightMargin = 8.0
  private static let bottomMargin = 34.0
  private static let titleHeight = 22.0

  let height: Double
  /// One frame per panel, from above.
  let panels: [ScriptPage.Frame]
  let legend: [PlacedEntry<GanttSample>]

  init(_ figure: GanttFigure) {
    let labels = figure.panels.flatMap { $0.rows.map(\.label) }
    let labelWidth = labels.map { GnuplotText.width($0, size: Self.labelSize) }.max() ?? 0
    let left = min(labelWidth + 14, Self.width / 2)
    var bottom = Self.bottomMargin
    var frames: [ScriptPage.Frame] = []
    for panel in figure.panels.reversed() {
      let top = bottom + Self.rowHeight * Double(panel.rows.count)
      frames.append(ScriptPage.Frame(left: left, right: Self.width - Self.rightMargin, bottom: bottom, top: top))
      bottom = top + Self.titleHeight
    }
    panels = frames.reversed()
    typealias Entry = LegendEntry<GanttSample>
    let kinds = figure.usedKinds.map {
      Entry(sample: .bar(colour: figure.kinds[$0].colour), name: figure.kinds[$0].name)
    }
    let marks = figure.hasMarks ? [Entry(sample: .mark, name: figure.markName)] : []
    let rows = Entry.wrapped(kinds + marks, width: Self.width - 12)
    height = bottom + Double(rows.count) * PlacedEntry<GanttSample>.rowHeight + 4
    legend = PlacedEntry.placed(rows, under: height, width: Self.width)
  }
}

/// A sample of a Gantt chart's legend.
private enum GanttSample {
  case bar(colour: String)
  case mark
}

/// Writes the script of a Gantt chart, part by part.
private struct GanttScriptWriter {
  let figure: GanttFigure
  let layout: GanttLayout

  private static let markStyles = ["lc rgb '#ffffff' lw 3.6", "lc rgb '#c00000' lw 1.8"]
  /// The part of a row that its bars take; the rest keeps rows apart.
  private static let filled = 0.74

  private var page: ScriptPage {
    ScriptPage(width: GanttLayout.width, height: layout.height)
  }

  /// How many places a row has.
  private var tracks: Int {
    (figure.usedKinds.map { figure.kinds[$0].track }.max() ?? 0) + 1
  }

  var lines: [String] {
    let data = figure.panels.indices.flatMap { dataLines(panel: $0) }
    let drawing = figure.panels.indices.flatMap { panelLines($0) }.map { "  " + $0 }
    return page.header(figure.name) + data + page.terminal(figure.name, style: []) + drawing + page.end
  }

  // MARK: Data

  private func dataLines(panel index: Int) -> [String] {
    let panel = figure.panels[index]
    let blocks = kinds(of: index).flatMap { kind in
      let rows = panel.rows.enumerated().flatMap { row, content in
        content.bars.filter { $0.kind == kind }.map { "\($0.start) \($0.end) \(place(row: row, kind: kind))" }
      }
      return ["\(block(index, kind)) << END"] + rows + ["END"]
    }
    let marks = panel.rows.enumerated().compactMap { row, content in content.mark.map { "\($0) \(row)" } }
    let marked = marks.isEmpty ? [] : ["# Moment and row of each mark", "\(markBlock(index)) << END"] + marks + ["END"]
    return ["# \(ScriptPage.singleLine(panel.title)): start, end, upper and lower edge"] + blocks + marked + [""]
  }

  /// The upper and lower edge of a bar, in rows from above.
  private func place(row: Int, kind: Int) -> String {
    let height = Self.filled / Double(tracks)
    let top = Double(row) + (1 - Self.filled) / 2 + height * Double(figure.kinds[kind].track)
    return "\(Decimals.short(top)) \(Decimals.short(top + height))"
  }

  private func kinds(of panel: Int) -> [Int] {
    let used = Set(figure.panels[panel].rows.flatMap { $0.bars.map(\.kind) })
    return figure.kinds.indices.filter(used.contains)
  }

  private func block(_ panel: Int, _ kind: Int) -> String { "$panel\(panel + 1)_kind\(kind + 1)" }

  private func markBlock(_ panel: Int) -> String { "$panel\(panel + 1)_marks" }

  // MARK: Panels

  private func panelLines(_ index: Int) -> [String] {
    let panel = figure.panels[index]
    let isLast = index == figure.panels.count - 1
    let tics = panel.rows.enumerated().map { row, content in
      "\(GnuplotText.ticLiteral(content.label)) \(Decimals.short(Double(row) + 0.5))"
    }
    let notes = panel.rows.enumerated().compactMap { row, content -> String? in
      guard let note = content.note else { return nil }
      let end = (content.bars.map(\.end) + [content.mark ?? 0]).max() ?? 0
      let place = "first \(Decimals.short(end)), first \(Decimals.short(Double(row) + 0.5))"
      return "set label \(GnuplotText.literal(note)) at \(place) left offset 0.6,0 front "
        + "font '\(ScriptPage.font(GanttLayout.labelSize))'"
    }
    return [""] + page.margins(layout.panels[index]) + [
      "unset label", "unset object", "unset arrow",
      "set title \(GnuplotText.literal(panel.title)) offset 0,-0.6",
      isLast ? "set xlabel \(GnuplotText.literal(figure.xTitle)) offset 0,0.4" : "unset xlabel",
      "set xrange [0:\(Decimals.short(figure.lastMoment))]",
      "set yrange [\(panel.rows.count):0]",
      "set grid xtics noytics lc rgb '#d9d9d9' lw 0.5 dt 1",
      "set xtics scale 0.5 font '\(ScriptPage.font(8))'",
      isLast ? "set format x '%g'" : "set format x ''",
      "set ytics scale 0 font '\(ScriptPage.font(GanttLayout.labelSize))' (\(tics.joined(separator: ", ")))",
    ] + notes + (index == 0 ? legendLines : []) + [plot(index)]
  }

  private func plot(_ index: Int) -> String {
    let bars = kinds(of: index).map { kind in
      "\(block(index, kind)) using (($1+$2)/2):(($3+$4)/2):1:2:3:4 with boxxyerror "
        + "fc rgb '\(figure.kinds[kind].colour)' fs solid 1 noborder"
    }
    let hasMarks = figure.panels[index].rows.contains { $0.mark != nil }
    let marks = Self.markStyles.map { "\(markBlock(index)) using 1:($2+0.04):(0):(0.92) with vectors nohead \($0)" }
    return "plot " + (bars + (hasMarks ? marks : [])).joined(separator: ", \\\n    ")
  }

  // MARK: Legend

  private var legendLines: [String] {
    layout.legend.flatMap { placed -> [String] in
      let (x, y, right) = (placed.x, placed.y, placed.right)
      let sample =
        switch placed.entry.sample {
        case .bar(let colour):
          [
            "set object rectangle from \(page.at(x, y - 4)) to \(page.at(right, y + 4)) front "
              + "fc rgb '\(colour)' fs solid 1 noborder"
          ]
        case .mark:
          Self.markStyles.map { style in
            let middle = (x + right) / 2
            return "set arrow from \(page.at(middle, y - 6)) to \(page.at(middle, y + 6)) nohead front \(style)"
          }
        }
      return sample + [page.label(of: placed)]
    }
  }
}
