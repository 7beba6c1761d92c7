/// Where everything of a line figure goes, in points from its lower left corner (72 points are an inch).
struct LineFigureLayout {
  static let width = 720.0
  static let tickLabelSize = 8.0
  /// The diameter of a marker, about, and of the small one beside it.
  static let markerSize = 9.0
  static let referenceSize = 5.5
  private static let shortestPlot = 210.0
  private static let leftMargin = 48.0
  private static let bottomMargin = 38.0
  private static let panelGap = 30.0
  private static let rightMargin = 6.0
  private static let titleHeight = 18.0

  /// What a sample of the legend shows.
  enum Sample {
    case series(LineFigure.Series)
    case source(LineFigure.Source)
    case reference
    case mixedLine
    case errorBar
  }

  /// The height of the whole drawing.
  let height: Double
  /// One frame per panel, all of the same size.
  let panels: [ScriptPage.Frame]
  /// The legend's entries, laid out in rows.
  let legend: [PlacedEntry<Sample>]
  /// The ends of the y axis.
  let yRange: ClosedRange<Double>
  /// The distance of the y axis' labels.
  let yStep: Double
  /// The title of the y axis, with a note if the axis does not start at 0.
  let yTitle: String
  /// How far to the right each series is moved, in points, the same everywhere: series whose markers would touch at any
  /// place stand beside each other.
  let shifts: [Double]
  /// How far to the right of its series' place a point stands, and the paper's value.
  let pointShift: Double
  let referenceShift: Double
  /// The room between the first and the last place of the x axis and the edges of a panel.
  private let padding: Double

  init(_ figure: LineFigure) {
    let range = Self.yRange(of: figure)
    yRange = range.ends
    yStep = range.step
    let start = range.ends.lowerBound
    let note = start == 0 ? "" : ", \(figure.wording.axisStart) \(Decimals.short(start))"
    yTitle = figure.wording.yTitle + note
    let plotHeight = max(Self.shortestPlot, GnuplotText.width(yTitle, size: ScriptPage.fontSize))

    let count = Double(figure.panels.count)
    let room = Self.width - Self.leftMargin - Self.rightMargin - Self.panelGap * (count - 1)
    let panelWidth = room / count
    let top = Self.bottomMargin + plotHeight
    panels = figure.panels.indices.map { index in
      let left = Self.leftMargin + (panelWidth + Self.panelGap) * Double(index)
      return ScriptPage.Frame(left: left, right: left + panelWidth, bottom: Self.bottomMargin, top: top)
    }

    let hasReferences = figure.points.contains { $0.reference != nil }
    let pair = hasReferences ? Self.markerSize + Self.referenceSize + 2 : Self.markerSize
    pointShift = (Self.markerSize - pair) / 2
    referenceShift = (pair - Self.referenceSize) / 2
    let lanes =
      figure.isExact
      ? figure.series.map { _ in 0 }
      : Self.lanes(of: figure, pointsPerUnit: plotHeight / (range.ends.upperBound - start))
    let last = Double(lanes.max() ?? 0)
    shifts = lanes.map { (Double($0) - last / 2) * (pair + 3) }
    padding = max(24, (last + 1) / 2 * (pair + 3) + 8)

    let rows = Self.legendRows(of: figure, width: Self.width - 12)
    height = top + Self.titleHeight + Double(rows.count) * PlacedEntry<Sample>.rowHeight + 4
    legend = PlacedEntry.placed(rows, under: height, width: Self.width)
  }

  // MARK: Axes

  /// The ends of a panel's x axis.
  func xRange(of panel: LineFigure.Panel) -> ClosedRange<Double> {
    let places = Self.places(of: panel)
    let rest = padding * xUnits(points: 1, in: panel)
    let middle = (places.lowerBound + places.upperBound) / 2
    let half = (places.upperBound - places.lowerBound) / 2 + rest
    return middle - half...middle + half
  }

  /// The length on a panel's x axis that so many points have.
  func xUnits(points: Double, in panel: LineFigure.Panel) -> Double {
    let places = Self.places(of: panel)
    let span = places.upperBound - places.lowerBound
    let width = panels[0].right - panels[0].left
    // A single place has no scale of its own; any will do.
    return span > 0 ? points * span / (width - 2 * padding) : points / width
  }

  private static func places(of panel: LineFigure.Panel) -> ClosedRange<Double> {
    let places = panel.ticks.map(\.x) + panel.lines.flatMap { $0.compactMap { $0?.x } }
    return (places.min() ?? 0)...(places.max() ?? 0)
  }

  /// The range that was asked for, or as many more steps as hold everything that is drawn, error bars included.
  private static func yRange(of figure: LineFigure) -> (ends: ClosedRange<Double>, step: Double) {
    let asked = figure.yRange
    let step = step(for: asked.upperBound - asked.lowerBound)
    let values = figure.points.map(extent).flatMap { [$0.lowerBound, $0.upperBound] }
    let lowest = values.min().map { $0 < asked.lowerBound ? ($0 / step).rounded(.down) * step : asked.lowerBound }
    let highest = values.max().map { $0 > asked.upperBound ? ($0 / step).rounded(.up) * step : asked.upperBound }
    return ((lowest ?? asked.lowerBound)...(highest ?? asked.upperBound), step)
  }

  /// A step of 1, 2 or 5 times a power of ten that divides a length into about six.
  private static func step(for span: Double) -> Double {
    var power = 1.0
    while power > span / 6 { power /= 10 }
    while power * 10 <= span / 6 { power *= 10 }
    return [10, 5, 2].first { $0 * power <= span / 6 * 1.001 }.map { $0 * power } ?? power
  }

  // MARK: Side by side

  /// A lane for each series, such that no two series of one lane have markers, small ones or error bars that touch.
  private static func lanes(of figure: LineFigure, pointsPerUnit: Double) -> [Int] {
    var lanes: [Int] = []
    for series in figure.series.indices {
      let taken = lanes.indices.filter { touch($0, series, in: figure, pointsPerUnit: pointsPerUnit) }.map { lanes[$0] }
      lanes.append((0...lanes.count).first { !taken.contains($0) } ?? lanes.count)
    }
    return lanes
  }

  private static func touch(_ a: Int, _ b: Int, in figure: LineFigure, pointsPerUnit: Double) -> Bool {
    let margin = (markerSize + 1) / pointsPerUnit
    return figure.panels.contains { panel in
      panel.lines[a].contains { first in
        panel.lines[b].contains { second in
          guard let first, let second, first.x == second.x else { return false }
          let (one, other) = (extent(first), extent(second))
          return one.lowerBound < other.upperBound + margin && other.lowerBound < one.upperBound + margin
        }
      }
    }
  }

  /// From the lowest to the highest that is drawn for a point.
  private static func extent(_ point: LineFigure.Point) -> ClosedRange<Double> {
    let half = point.halfWidth ?? 0
    let reference = point.reference ?? point.value
    return min(point.value - half, reference)...max(point.value + half, reference)
  }

  // MARK: Legend

  /// The legend of a figure: its series, then in rows of their own what fillings, small markers, dashes and error bars
  /// mean, as far as they occur.
  private static func legendRows(of figure: LineFigure, width: Double) -> [[LegendEntry<Sample>]] {
    typealias Entry = LegendEntry<Sample>
    let words = figure.wording
    let series = figure.series.map { Entry(sample: .series($0), name: $0.name) }
    let sources = figure.sources.map { Entry(sample: .source($0), name: words.name(of: $0)) }
    let hasReferences = figure.points.contains { $0.reference != nil }
    let hasErrorBars = figure.points.contains { $0.halfWidth != nil }
    let hasMixedLines = figure.panels.contains { panel in
      panel.lines.contains { LineFigure.joined($0).contains { $0.from.source != $0.to.source } }
    }
    let others = [
      hasReferences ? Entry(sample: .reference, name: words.reference) : nil,
      hasMixedLines ? Entry(sample: .mixedLine, name: words.mixedLine) : nil,
      hasErrorBars ? Entry(sample: .errorBar, name: words.errorBar) : nil,
    ].compactMap { $0 }
    return Entry.wrapped(series, width: width) + Entry.wrapped(sources + others, width: width)
  }
}
