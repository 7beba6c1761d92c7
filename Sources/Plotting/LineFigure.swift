/// A figure of one or more panels side by side, each with a line per series over a numeric x axis.
///
/// All panels share the y axis, which need not start at 0; its title then says so. Points carry a marker in the shape
/// and colour of their series, so that the figure can be read in grey.
public struct LineFigure: Hashable, Sendable {
  /// Where a point's value comes from; the figure shows it by how the marker is filled.
  public typealias Source = FigureSource

  /// The shape of a series' markers.
  public enum Shape: CaseIterable, Hashable, Sendable {
    /// A disc or ring.
    case circle
    /// A square on its side.
    case square
    /// A triangle that points up.
    case triangleUp
    /// A square on its corner.
    case diamond
    /// A triangle that points down.
    case triangleDown
    /// A pentagon.
    case pentagon
  }

  /// One point of a line.
  public struct Point: Hashable, Sendable {
    /// Its place on the x axis.
    public let x: Double
    /// Its height, in the unit of the y axis.
    public let value: Double
    /// Half the length of its error bar; `nil` for none.
    public let halfWidth: Double?
    /// The paper's value, drawn as a small hollow marker beside the point; `nil` for none.
    public let reference: Double?
    /// Where the value comes from.
    public let source: Source

    /// A point.
    ///
    /// - Precondition: all numbers are finite, and `halfWidth` is not negative.
    public init(x: Double, value: Double, halfWidth: Double? = nil, reference: Double? = nil, source: Source) {
      let numbers = [x, value, halfWidth ?? 0, reference ?? 0]
      precondition(numbers.allSatisfy(\.isFinite), "a point lies at a finite place")
      precondition(halfWidth ?? 0 >= 0, "an error bar has a length")
      self.x = x
      self.value = value
      self.halfWidth = halfWidth
      self.reference = reference
      self.source = source
    }
  }

  /// A label of the x axis at its place.
  public struct Tick: Hashable, Sendable {
    /// The place on the x axis.
    public let x: Double
    /// The label below it.
    public let label: String

    /// A label at a place.
    ///
    /// - Precondition: `x` is finite.
    public init(x: Double, label: String) {
      precondition(x.isFinite, "a label lies at a finite place")
      self.x = x
      self.label = label
    }
  }

  /// One of the drawings side by side.
  public struct Panel: Hashable, Sendable {
    /// What stands above it.
    public let title: String
    /// The labels of the x axis, from left to right.
    public let ticks: [Tick]
    /// A line for each of the figure's series, in their order; `nil` breaks a line where a point is missing.
    public let lines: [[Point?]]

    /// A panel of lines.
    ///
    /// - Precondition: there is at least one tick, and ticks and the points of each line go from left to right.
    public init(title: String, ticks: [Tick], lines: [[Point?]]) {
      let rises = { (places: [Double]) in zip(places, places.dropFirst()).allSatisfy { $0 < $1 } }
      precondition(!ticks.isEmpty && rises(ticks.map(\.x)), "a panel has labels from left to right")
      precondition(lines.allSatisfy { rises($0.compactMap { $0?.x }) }, "points of a line go from left to right")
      self.title = title
      self.ticks = ticks
      self.lines = lines
    }
  }

  /// Points of the same kind, joined by a line in each panel.
  public struct Series: Hashable, Sendable {
    /// Its name in the legend.
    public let name: String
    /// Its colour, `#rrggbb`; give a series the same one in every figure, by its index in `Palette`.
    public let colour: String
    /// The shape of its markers; give each series of a figure another one.
    public let shape: Shape

    /// A series with its colour and shape.
    public init(name: String, colour: String, shape: Shape) {
      self.name = name
      self.colour = colour
      self.shape = shape
    }
  }

  /// What the axes, the legend and the table call things.
  public struct Wording: Hashable, Sendable, SourceWording {
    /// The title of the x axis, with its unit.
    public let xTitle: String
    /// The title of the y axis, with its unit.
    public let yTitle: String
    /// The table's column of places on the x axis, with its unit, such as `requests_per_s`.
    public let xColumn: String
    /// The table's column of values, with its unit, such as `ttft_attainment_percent`.
    public let valueColumn: String
    /// What the y axis' title adds, before the number, when the axis does not start at 0.
    public let axisStart: String
    /// What the legend calls small hollow markers.
    public let reference: String
    /// What the legend calls filled markers.
    public let ownRun: String
    /// What the legend calls markers with a white dot.
    public let precomputed: String
    /// What the legend calls hollow markers.
    public let paperOnly: String
    /// What the legend calls dashed lines.
    public let mixedLine: String
    /// What the legend calls error bars; say what their length means.
    public let errorBar: String

    /// Words; only those of the axes and the columns have no default.
    public init(
      xTitle: String, yTitle: String, xColumn: String, valueColumn: String, axisStart: String = "axis from",
      reference: String = "paper", ownRun: String = "own run", precomputed: String = "precomputed run",
      paperOnly: String = "paper's value, not run", mixedLine: String = "between different sources",
      errorBar: String = "error bar"
    ) {
      self.xTitle = xTitle
      self.yTitle = yTitle
      self.xColumn = xColumn
      self.valueColumn = valueColumn
      self.axisStart = axisStart
      self.reference = reference
      self.ownRun = ownRun
      self.precomputed = precomputed
      self.paperOnly = paperOnly
      self.mixedLine = mixedLine
      self.errorBar = errorBar
    }
  }

  /// The name of the figure's files.
  public let name: String
  /// The series, in the order of the lines of every panel.
  public let series: [Series]
  /// The panels, from left to right.
  public let panels: [Panel]
  /// What things are called.
  public let wording: Wording
  /// What the y axis shows; it shows more when a value or a reference lies outside, so that none is lost. The end of an
  /// error bar may be cut off.
  public let yRange: ClosedRange<Double>
  /// Whether points stand exactly at their places, one over the other where they meet, instead of beside each other.
  public let isExact: Bool

  /// A figure of these panels.
  ///
  /// - Precondition: there is a panel, every panel has a line for each series, and `yRange` is finite and not empty.
  public init(
    name: String, series: [Series], panels: [Panel], wording: Wording, yRange: ClosedRange<Double>,
    isExact: Bool = false
  ) {
    precondition(!panels.isEmpty && !series.isEmpty, "a figure has at least one panel and one series")
    precondition(panels.allSatisfy { $0.lines.count == series.count }, "every panel has a line for each series")
    let span = yRange.upperBound - yRange.lowerBound
    precondition(span.isFinite && span > 0, "an axis has a length")
    self.name = name
    self.series = series
    self.panels = panels
    self.wording = wording
    self.yRange = yRange
    self.isExact = isExact
  }

  /// The figure as a script and a table, ready to be drawn.
  public var files: FigureFiles {
    FigureFiles(name: name, script: script, table: table)
  }

  /// The numbers, one row per point: panel, series, x, value, half the length of the error bar, source, the paper's
  /// value.
  public var table: CSVTable {
    let rows = panels.flatMap { panel in
      zip(series, panel.lines).flatMap { series, line in
        line.compactMap { point in
          point.map {
            [
              panel.title, series.name, "\($0.x)", "\($0.value)", $0.halfWidth.map { "\($0)" } ?? "",
              $0.source.rawValue, $0.reference.map { "\($0)" } ?? "",
            ]
          }
        }
      }
    }
    let value = wording.valueColumn
    return CSVTable(
      header: ["panel", "series", wording.xColumn, value, "half_width_\(value)", "source", "paper_\(value)"],
      rows: rows)
  }

  /// The sources that occur, in the order of their declaration.
  var sources: [Source] {
    Source.allCases.filter { source in points.contains { $0.source == source } }
  }

  /// Every point that is there.
  var points: [Point] {
    panels.flatMap { $0.lines.flatMap { $0.compactMap { $0 } } }
  }

  /// Neighbours on a line with no missing point between them.
  static func joined(_ line: [Point?]) -> [(from: Point, to: Point)] {
    zip(line, line.dropFirst()).compactMap { from, to in
      guard let from, let to else { return nil }
      return (from, to)
    }
  }
}
