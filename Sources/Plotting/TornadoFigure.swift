/// A figure of one panel with two horizontal bars a row: what a quantity does when a parameter is lowered and raised.
public struct TornadoFigure: Hashable, Sendable {
  /// One bar, from 0.
  public struct Bar: Hashable, Sendable {
    /// Its end.
    public let value: Double
    /// Half the length of its error bar; `nil` for none.
    public let halfWidth: Double?

    /// A bar.
    ///
    /// - Precondition: the numbers are finite, and the length is not negative.
    public init(value: Double, halfWidth: Double? = nil) {
      precondition(value.isFinite, "a bar ends somewhere")
      precondition(halfWidth.map { $0.isFinite && $0 >= 0 } ?? true, "an error bar has a length")
      self.value = value
      self.halfWidth = halfWidth
    }
  }

  /// The bars of one parameter.
  public struct Row: Hashable, Sendable {
    /// The label to the left.
    public let label: String
    /// The bar of the lowered parameter; `nil` where it cannot be lowered.
    public let low: Bar?
    /// The bar of the raised parameter; `nil` where it cannot be raised.
    public let high: Bar?

    /// A row.
    public init(label: String, low: Bar?, high: Bar?) {
      self.label = label
      self.low = low
      self.high = high
    }
  }

  /// What the axis and the legend call things.
  public struct Wording: Hashable, Sendable {
    /// What stands above the panel; say there where the numbers come from.
    public let title: String
    /// The title of the x axis, with its unit.
    public let xTitle: String
    /// What the legend calls bars of lowered parameters.
    public let low: String
    /// What the legend calls bars of raised parameters.
    public let high: String
    /// What the legend calls error bars; say what their length means.
    public let errorBar: String

    /// Words.
    public init(title: String, xTitle: String, low: String, high: String, errorBar: String) {
      self.title = title
      self.xTitle = xTitle
      self.low = low
      self.high = high
      self.errorBar = errorBar
    }
  }

  /// The name of the figure's files.
  public let name: String
  /// The rows, from above.
  public let rows: [Row]
  /// What things are called.
  public let wording: Wording

  /// A figure of rows.
  ///
  /// - Precondition: there is a row.
  public init(name: String, rows: [Row], wording: Wording) {
    precondition(!rows.isEmpty, "a figure has a row")
    self.name = name
    self.rows = rows
    self.wording = wording
  }

  var bars: [Bar] {
    rows.flatMap { [$0.low, $0.high].compactMap { $0 } }
  }
}
