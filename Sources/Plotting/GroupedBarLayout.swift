/// Where everything of a bar figure goes, in points from its lower left corner (72 points are an inch).
struct GroupedBarLayout {
  static let groupLabelSize = 8.0
  static let barLabelSize = 6.5
  static let width = 720.0
  private static let plotHeight = 180.0
  private static let leftMargin = 44.0
  private static let panelGap = 30.0
  private static let rightMargin = 6.0
  private static let titleHeight = 18.0

  /// The height of the whole drawing.
  let height: Double
  /// One frame per panel; their widths are in proportion to their groups, so that all bars are equally wide.
  let panels: [ScriptPage.Frame]
  /// The legend's entries, laid out in rows.
  let legend: [PlacedEntry<Sample>]
  /// The width of one bar's place in points.
  let slotWidth: Double
  /// The width of one bar's place where a group is 1 wide; one place between groups stays free.
  let slot: Double
  /// Whether the labels above the bars must be turned upright to keep clear of one another.
  let barLabelsAreUpright: Bool
  /// Whether the labels below the groups must be slanted to keep clear of one another.
  let groupLabelsAreSlanted: Bool

  /// What a sample of the legend shows.
  enum Sample {
    case series(colour: String)
    case source(GroupedBarFigure.Source)
    case mark
    case errorBar
  }

  init(_ figure: GroupedBarFigure) {
    let groups = figure.panels.map(\.groups.count)
    let names = figure.panels.flatMap { $0.groups.map { GnuplotText.width($0.label, size: Self.groupLabelSize) } }
    let nameWidth = names.max() ?? 0
    let widest = Self.groupWidth(groups, leftMargin: Self.leftMargin)
    groupLabelsAreSlanted = nameWidth > widest - 3
    // A slanted name (30°) ends below the middle of its group and reaches far to the left of it.
    let reach = groupLabelsAreSlanted ? nameWidth * 0.87 - widest / 3 : 0
    let leftMargin = max(Self.leftMargin, reach)
    let groupWidth = Self.groupWidth(groups, leftMargin: leftMargin)
    slot = 1 / Double(figure.series.count + 1)
    slotWidth = groupWidth * slot
    let labelWidth = figure.bars.map { GnuplotText.width($0.label, size: Self.barLabelSize) }.max() ?? 0
    barLabelsAreUpright = labelWidth > slotWidth - 1

    let bottom = groupLabelsAreSlanted ? 20 + nameWidth * 0.5 : 20
    let top = bottom + Self.plotHeight
    var left = leftMargin
    var panels: [ScriptPage.Frame] = []
    for count in groups {
      let right = left + groupWidth * Double(count)
      panels.append(ScriptPage.Frame(left: left, right: right, bottom: bottom, top: top))
      left = right + Self.panelGap
    }
    self.panels = panels
    let rows = Self.legendRows(of: figure, width: Self.width - 12)
    height = top + Self.titleHeight + Double(rows.count) * PlacedEntry<Sample>.rowHeight + 4
    legend = PlacedEntry.placed(rows, under: height, width: Self.width)
  }

  /// The width of a group when all panels share what margins and gaps leave.
  private static func groupWidth(_ groups: [Int], leftMargin: Double) -> Double {
    let gaps = panelGap * Double(groups.count - 1)
    return (width - leftMargin - rightMargin - gaps) / Double(groups.reduce(0, +))
  }

  /// The smallest upper end of a panel's y axis that leaves room for the labels above the bars.
  func yMax(of panel: GroupedBarFigure.Panel) -> Double {
    let bars = panel.groups.flatMap { $0.bars.compactMap { $0 } }
    let needed = bars.map { bar in
      let room = barLabelsAreUpright ? GnuplotText.width(bar.label, size: Self.barLabelSize) : Self.barLabelSize
      return Self.labelHeight(of: bar) / (1 - (room + Self.labelGap + 4) / Self.plotHeight)
    }
    let most = needed.max() ?? 0
    return most > 0 ? most : 1
  }

  /// The gap between a bar, or its mark, and the label above, in points.
  static let labelGap = 3.0

  /// Where a bar's label stands, before the gap, in units of the y axis.
  static func labelHeight(of bar: GroupedBarFigure.Bar) -> Double {
    max(bar.value + (bar.halfWidth ?? 0), bar.reference ?? 0)
  }

  /// The height in units of a panel's y axis that so many points have.
  func yUnits(points: Double, yMax: Double) -> Double {
    points / Self.plotHeight * yMax
  }

  /// The legend of a figure: its series, then in rows of their own what the fillings mean, which is where the values
  /// come from, the mark and the error bars.
  private static func legendRows(of figure: GroupedBarFigure, width: Double) -> [[LegendEntry<Sample>]] {
    typealias Entry = LegendEntry<Sample>
    let series = figure.series.map { Entry(sample: .series(colour: $0.colour), name: $0.name) }
    let hasMarks = figure.bars.contains { $0.reference != nil }
    let mark = hasMarks ? [Entry(sample: .mark, name: figure.wording.reference)] : []
    let errorBar = figure.hasErrorBars ? [Entry(sample: .errorBar, name: figure.wording.errorBar)] : []
    let sources = figure.sources.map { Entry(sample: .source($0), name: figure.wording.name(of: $0)) }
    return Entry.wrapped(series, width: width) + Entry.wrapped(sources + mark + errorBar, width: width)
  }
}
