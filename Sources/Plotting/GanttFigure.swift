/// A figure of panels below one another, each with rows of bars along a time axis: what happened when.
public struct GanttFigure: Hashable, Sendable {
  /// A kind of bar.
  public struct Kind: Hashable, Sendable {
    /// Its name in the legend and in the table.
    public let name: String
    /// Its colour, `#rrggbb`.
    public let colour: String
    /// Its place in a row, from above; bars in one place are drawn over each other where they overlap.
    public let track: Int

    /// A kind of bar.
    ///
    /// - Precondition: `track` is not negative.
    public init(name: String, colour: String, track: Int) {
      precondition(track >= 0, "places are counted from 0")
      self.name = name
      self.colour = colour
      self.track = track
    }
  }

  /// A bar from one moment to another.
  public struct Bar: Hashable, Sendable {
    /// The position of its kind.
    public let kind: Int
    /// Its left end.
    public let start: Double
    /// Its right end.
    public let end: Double

    /// A bar.
    ///
    /// - Precondition: it goes from left to right, between finite places.
    public init(kind: Int, start: Double, end: Double) {
      precondition(start.isFinite && end.isFinite && start <= end, "a bar goes from left to right")
      self.kind = kind
      self.start = start
      self.end = end
    }
  }

  /// A row of bars.
  public struct Row: Hashable, Sendable {
    /// The label to its left.
    public let label: String
    /// Its bars.
    public let bars: [Bar]
    /// What is written to the right of the last bar; `nil` for nothing.
    public let note: String?
    /// A moment that is marked across the row, such as the paper's value; `nil` for none.
    public let mark: Double?

    /// A row.
    public init(label: String, bars: [Bar], note: String? = nil, mark: Double? = nil) {
      self.label = label
      self.bars = bars
      self.note = note
      self.mark = mark
    }
  }

  /// One of the drawings below one another.
  public struct Panel: Hashable, Sendable {
    /// What stands above it.
    public let title: String
    /// Its rows, from above.
    public let rows: [Row]

    /// A panel of rows.
    ///
    /// - Precondition: there is a row.
    public init(title: String, rows: [Row]) {
      precondition(!rows.isEmpty, "a panel has rows")
      self.title = title
      self.rows = rows
    }
  }

  /// The name of the figure's files.
  public let name: String
  /// The kinds of bars.
  public let kinds: [Kind]
  /// The panels, from above.
  public let panels: [Panel]
  /// The title of the time axis, with its unit.
  public let xTitle: String
  /// What the legend calls marks.
  public let markName: String

  /// A figure of these panels.
  ///
  /// - Precondition: there is a panel, and every bar is of a kind.
  public init(name: String, kinds: [Kind], panels: [Panel], xTitle: String, markName: String = "paper") {
    precondition(!panels.isEmpty, "a figure has at least one panel")
    let bars = panels.flatMap { $0.rows.flatMap(\.bars) }
    precondition(bars.allSatisfy { kinds.indices.contains($0.kind) }, "every bar is of a kind of the figure")
    self.name = name
    self.kinds = kinds
    self.panels = panels
    self.xTitle = xTitle
    self.markName = markName
  }

  /// The kinds that occur, by their positions.
  var usedKinds: [Int] {
    let used = Set(panels.flatMap { $0.rows.flatMap { $0.bars.map(\.kind) } })
    return kinds.indices.filter(used.contains)
  }

  /// Whether a row has a mark.
  var hasMarks: Bool {
    panels.contains { $0.rows.contains { $0.mark != nil } }
  }

  /// The right end of the time axis: past the last bar or mark, with room for a note.
  var lastMoment: Double {
    let rows = panels.flatMap(\.rows)
    let ends: [Double] = rows.flatMap(\.bars).map(\.end) + rows.compactMap(\.mark)
    return max(ends.max() ?? 0, 1e-3) * 1.1
  }
}
