/// A figure of one or more panels side by side, each with groups of bars, one bar per series.
public struct GroupedBarFigure: Hashable, Sendable {
  /// Where a bar's value comes from; the figure shows it by how the bar is filled.
  public typealias Source = FigureSource

  /// One bar.
  public struct Bar: Hashable, Sendable {
    /// Its height, in the unit of the y axis.
    public let value: Double
    /// Half the length of its error bar; `nil` for none.
    public let halfWidth: Double?
    /// What is written above it.
    public let label: String
    /// The paper's value, marked on the bar; `nil` for no mark.
    public let reference: Double?
    /// Where the value comes from.
    public let source: Source

    /// A bar; without a label its value is written with one digit after the point.
    ///
    /// - Precondition: all numbers are finite and not negative.
    public init(
      value: Double, halfWidth: Double? = nil, label: String? = nil, reference: Double? = nil, source: Source
    ) {
      precondition(value.isFinite && value >= 0, "a bar rises from 0 to a finite height")
      precondition(reference.map { $0.isFinite && $0 >= 0 } ?? true, "a mark lies at a finite height")
      precondition(halfWidth.map { $0.isFinite && $0 >= 0 } ?? true, "an error bar has a length")
      self.value = value
      self.halfWidth = halfWidth
      self.label = label ?? Decimals.tenths(value)
      self.reference = reference
      self.source = source
    }
  }

  /// The bars above one label of the x axis.
  public struct Group: Hashable, Sendable {
    /// The label below the bars.
    public let label: String
    /// The bars in the order of the figure's series; `nil` leaves the place of a missing one empty.
    public let bars: [Bar?]

    /// Bars above a label.
    public init(label: String, bars: [Bar?]) {
      self.label = label
      self.bars = bars
    }
  }

  /// One of the drawings side by side.
  public struct Panel: Hashable, Sendable {
    /// What stands above it.
    public let title: String
    /// Its groups, from left to right.
    public let groups: [Group]

    /// A panel of groups.
    ///
    /// - Precondition: there is at least one group.
    public init(title: String, groups: [Group]) {
      precondition(!groups.isEmpty, "a panel has at least one group")
      self.title = title
      self.groups = groups
    }
  }

  /// Bars of the same kind, one in each group.
  public struct Series: Hashable, Sendable {
    /// Its name in the legend.
    public let name: String
    /// Its colour, `#rrggbb`; give a series the same one in every figure, by its index in `Palette`.
    public let colour: String

    /// A series with its colour.
    public init(name: String, colour: String) {
      self.name = name
      self.colour = colour
    }
  }

  /// What the axes, the legend and the table call things.
  public struct Wording: Hashable, Sendable, SourceWording {
    /// The title of the y axis, with its unit.
    public let yTitle: String
    /// The table's column of values, with its unit, such as `ttft_s`.
    public let valueColumn: String
    /// What the legend calls the marks.
    public let reference: String
    /// What the legend calls filled bars.
    public let ownRun: String
    /// What the legend calls hatched bars.
    public let precomputed: String
    /// What the legend calls hollow bars.
    public let paperOnly: String
    /// What the legend calls error bars; say what their length means.
    public let errorBar: String

    /// Words; only those of the axis and the column have no default.
    public init(
      yTitle: String, valueColumn: String, reference: String = "paper", ownRun: String = "own run",
      precomputed: String = "precomputed run", paperOnly: String = "paper's value, not run",
      errorBar: String = "error bar"
    ) {
      self.yTitle = yTitle
      self.valueColumn = valueColumn
      self.reference = reference
      self.ownRun = ownRun
      self.precomputed = precomputed
      self.paperOnly = paperOnly
      self.errorBar = errorBar
    }
  }

  /// The name of the figure's files.
  public let name: String
  /// The series, in the order of the bars of every group.
  public let series: [Series]
  /// The panels, from left to right.
  public let panels: [Panel]
  /// What things are called.
  public let wording: Wording

  /// A figure of these panels.
  ///
  /// - Precondition: there is a panel, and every group has a place for each series.
  public init(name: String, series: [Series], panels: [Panel], wording: Wording) {
    precondition(!panels.isEmpty && !series.isEmpty, "a figure has at least one panel and one series")
    let fits = panels.allSatisfy { $0.groups.allSatisfy { $0.bars.count == series.count } }
    precondition(fits, "every group has a place for each series")
    self.name = name
    self.series = series
    self.panels = panels
    self.wording = wording
  }

  /// The figure as a script and a table, ready to be drawn.
  public var files: FigureFiles {
    FigureFiles(name: name, script: script, table: table)
  }

  /// The numbers, one row per bar: panel, group, series, value, source, the paper's value.
  public var table: CSVTable {
    let rows = panels.flatMap { panel in
      panel.groups.flatMap { group in
        zip(series, group.bars).compactMap { series, bar in
          bar.map {
            [
              panel.title, group.label, series.name, "\($0.value)", $0.source.rawValue,
              $0.reference.map { "\($0)" } ?? "",
            ]
          }
        }
      }
    }
    return CSVTable(
      header: ["panel", "group", "series", wording.valueColumn, "source", "paper_\(wording.valueColumn)"], rows: rows)
  }

  /// The sources that occur, in the order of their declaration.
  var sources: [Source] {
    Source.allCases.filter { source in bars.contains { $0.source == source } }
  }

  /// Every bar that is there.
  var bars: [Bar] {
    panels.flatMap { $0.groups.flatMap { $0.bars.compactMap { $0 } } }
  }

  /// Whether any bar has an error bar.
  var hasErrorBars: Bool {
    bars.contains { $0.halfWidth != nil }
  }
}
