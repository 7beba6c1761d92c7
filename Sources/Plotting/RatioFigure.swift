/// A figure of panels below one another, each with a thin bar for each of many ratios, coloured by group, and a dashed
/// line at 1, where both sides are equal.
public struct RatioFigure: Hashable, Sendable {
  /// Where a panel's values come from; the figure shows it by how the bars are filled.
  public typealias Source = FigureSource

  /// Bars of one colour that stand together.
  public struct Group: Hashable, Sendable {
    /// The name below the bars and in the legend.
    public let name: String
    /// Its colour, `#rrggbb`; give a group the same one in every figure, by its index in `Palette`.
    public let colour: String

    /// A group with its colour.
    public init(name: String, colour: String) {
      self.name = name
      self.colour = colour
    }
  }

  /// One of the drawings below one another.
  public struct Panel: Hashable, Sendable {
    /// The title of the y axis.
    public let yTitle: String
    /// The ratios of each of the figure's groups, from left to right.
    public let values: [[Double]]
    /// The mean of the values, drawn as a line; `nil` for none.
    public let mean: Double?
    /// The paper's mean, drawn as another line; `nil` for none.
    public let reference: Double?

    /// A panel of bars.
    ///
    /// - Precondition: all numbers are finite and not negative.
    public init(yTitle: String, values: [[Double]], mean: Double?, reference: Double?) {
      let numbers = values.flatMap { $0 } + [mean, reference].compactMap { $0 }
      precondition(numbers.allSatisfy { $0.isFinite && $0 >= 0 }, "a ratio is finite and not negative")
      self.yTitle = yTitle
      self.values = values
      self.mean = mean
      self.reference = reference
    }
  }

  /// What the axes and the legend call things.
  public struct Wording: Hashable, Sendable {
    /// The title of the x axis.
    public let xTitle: String
    /// What the legend calls the line at the values' mean.
    public let mean: String
    /// What the legend calls the line at the paper's mean.
    public let reference: String
    /// What the legend calls the bars, which all have one source.
    public let source: String

    /// Words for a figure.
    public init(xTitle: String, mean: String, reference: String, source: String) {
      self.xTitle = xTitle
      self.mean = mean
      self.reference = reference
      self.source = source
    }
  }

  /// The name of the figure's files.
  public let name: String
  /// The groups, from left to right.
  public let groups: [Group]
  /// The panels, from above.
  public let panels: [Panel]
  /// Where the bars come from.
  public let source: Source
  /// What things are called.
  public let wording: Wording

  /// A figure of these panels.
  ///
  /// - Precondition: there is a panel, and every panel has values for each group, if only none.
  public init(name: String, groups: [Group], panels: [Panel], source: Source, wording: Wording) {
    precondition(!panels.isEmpty, "a figure has at least one panel")
    precondition(panels.allSatisfy { $0.values.count == groups.count }, "every panel has values for each group")
    self.name = name
    self.groups = groups
    self.panels = panels
    self.source = source
    self.wording = wording
  }

  /// A bar or line of the legend.
  enum Sample {
    case group(colour: String)
    case source
    case mean
    case reference
  }
}

/// Where everything of a ratio figure goes, in points from its lower left corner (72 points are an inch).
struct RatioFigureLayout {
  static let width = 720.0
  static let groupLabelSize = 8.0
  /// The room between two groups, in bars.
  static let groupGap = 2.0
  private static let plotHeight = 130.0
  private static let panelGap = 26.0
  private static let leftMargin = 44.0
  private static let rightMargin = 6.0
  private static let bottomMargin = 34.0

  /// The height of the whole drawing.
  let height: Double
  /// One frame per panel, from above.
  let panels: [ScriptPage.Frame]
  /// The legend's entries, laid out in rows.
  let legend: [PlacedEntry<RatioFigure.Sample>]

  init(_ figure: RatioFigure) {
    let count = figure.panels.count
    panels = figure.panels.indices.map { index in
      let below = Double(count - 1 - index)
      let bottom = Self.bottomMargin + below * (Self.plotHeight + Self.panelGap)
      return ScriptPage.Frame(
        left: Self.leftMargin, right: Self.width - Self.rightMargin, bottom: bottom, top: bottom + Self.plotHeight)
    }
    typealias Entry = LegendEntry<RatioFigure.Sample>
    let words = figure.wording
    let groups = figure.groups.map { Entry(sample: .group(colour: $0.colour), name: $0.name) }
    let others = [
      Entry(sample: .source, name: words.source),
      figure.panels.contains { $0.mean != nil } ? Entry(sample: .mean, name: words.mean) : nil,
      figure.panels.contains { $0.reference != nil } ? Entry(sample: .reference, name: words.reference) : nil,
    ].compactMap { $0 }
    let rows = Entry.wrapped(groups, width: Self.width - 12) + Entry.wrapped(others, width: Self.width - 12)
    height = (panels.first?.top ?? 0) + 8 + Double(rows.count) * PlacedEntry<RatioFigure.Sample>.rowHeight + 4
    legend = PlacedEntry.placed(rows, under: height, width: Self.width)
  }

  /// The upper end of a panel's y axis: the next quarter that leaves some room above the highest bar, and the line at 1
  /// in any case.
  func yMax(of panel: RatioFigure.Panel) -> Double {
    let highest = (panel.values.flatMap { $0 } + [panel.mean, panel.reference].compactMap { $0 }).max() ?? 1
    return max(1.25, (highest * 4 + 0.1).rounded(.up) / 4)
  }

  /// The left end of each group of a panel, in bars; one place is left free before the first.
  func starts(of panel: RatioFigure.Panel) -> [Double] {
    var next = 0.0
    return panel.values.map { values in
      defer { next += values.isEmpty ? 0 : Double(values.count) + Self.groupGap }
      return next
    }
  }

  /// The length of a panel's x axis, in bars.
  func xMax(of panel: RatioFigure.Panel) -> Double {
    let occupied = panel.values.filter { !$0.isEmpty }
    let gaps = Self.groupGap * Double(max(occupied.count - 1, 0))
    return max(1, Double(occupied.reduce(0) { $0 + $1.count }) + gaps)
  }
}
