/// A figure of one panel: choices by what they cost and what they reach, with the front of each series as steps and a
/// target as a dashed line.
public struct FrontFigure: Hashable, Sendable {
  /// One choice.
  public struct Point: Hashable, Sendable {
    /// What it costs.
    public let x: Double
    /// What it reaches.
    public let value: Double
    /// Half the length of its error bar; `nil` for none.
    public let halfWidth: Double?
    /// Whether no other choice of its series costs no more and reaches as much: a marker, joined to its neighbours on the
    /// front. The others are small and pale.
    public let isOnFront: Bool
    /// Whether it is the one that is recommended: a marker in a ring.
    public let isChosen: Bool

    /// A choice.
    ///
    /// - Precondition: all numbers are finite, and costs and lengths are not negative.
    public init(x: Double, value: Double, halfWidth: Double? = nil, isOnFront: Bool, isChosen: Bool = false) {
      precondition(x.isFinite && x >= 0 && value.isFinite, "a choice lies at a finite place")
      precondition(halfWidth.map { $0.isFinite && $0 >= 0 } ?? true, "an error bar has a length")
      self.x = x
      self.value = value
      self.halfWidth = halfWidth
      self.isOnFront = isOnFront
      self.isChosen = isChosen
    }

    /// Whether it has a marker of full size.
    var isMarked: Bool {
      isOnFront || isChosen
    }
  }

  /// Choices of the same kind.
  public struct Series: Hashable, Sendable {
    /// Its name in the legend.
    public let name: String
    /// Its colour, `#rrggbb`.
    public let colour: String
    /// The shape of its markers.
    public let shape: LineFigure.Shape
    /// Its points; those on the front from the cheapest.
    public let points: [Point]

    /// A series of choices.
    public init(name: String, colour: String, shape: LineFigure.Shape, points: [Point]) {
      self.name = name
      self.colour = colour
      self.shape = shape
      self.points = points
    }
  }

  /// What the axes and the legend call things.
  public struct Wording: Hashable, Sendable {
    /// What stands above the panel; say there where the numbers come from.
    public let title: String
    /// The title of the x axis, with its unit.
    public let xTitle: String
    /// The title of the y axis, with its unit.
    public let yTitle: String
    /// What the legend calls the dashed line.
    public let target: String
    /// What the legend calls a marker in a ring.
    public let chosen: String
    /// What the legend calls small pale markers.
    public let dominated: String
    /// What the legend calls error bars; say what their length means.
    public let errorBar: String

    /// Words.
    public init(
      title: String, xTitle: String, yTitle: String, target: String, chosen: String, dominated: String,
      errorBar: String
    ) {
      self.title = title
      self.xTitle = xTitle
      self.yTitle = yTitle
      self.target = target
      self.chosen = chosen
      self.dominated = dominated
      self.errorBar = errorBar
    }
  }

  /// The name of the figure's files.
  public let name: String
  /// The series, in the order of the legend.
  public let series: [Series]
  /// Where the dashed line is.
  public let target: Double
  /// What things are called.
  public let wording: Wording

  /// A figure of series of choices.
  ///
  /// - Precondition: there is a choice.
  public init(name: String, series: [Series], target: Double, wording: Wording) {
    precondition(series.contains { !$0.points.isEmpty }, "a figure has a point")
    self.name = name
    self.series = series
    self.target = target
    self.wording = wording
  }

  var points: [Point] {
    series.flatMap(\.points)
  }
}
