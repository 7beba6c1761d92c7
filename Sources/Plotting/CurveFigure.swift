/// A figure of panels side by side, each with axes of its own and curves of many points, without markers.
public struct CurveFigure: Hashable, Sendable {
  /// One curve.
  public struct Curve: Hashable, Sendable {
    /// A place on a curve.
    public struct Point: Hashable, Sendable {
      /// Its place on the x axis.
      public let x: Double
      /// Its height.
      public let y: Double

      /// A point.
      ///
      /// - Precondition: both numbers are finite.
      public init(x: Double, y: Double) {
        precondition(x.isFinite && y.isFinite, "a point lies at a finite place")
        self.x = x
        self.y = y
      }
    }

    /// Its name in the panel's legend and in the table.
    public let name: String
    /// Its colour, `#rrggbb`.
    public let colour: String
    /// Its points, from left to right.
    public let points: [Point]

    /// A curve of points.
    ///
    /// - Precondition: there is a point.
    public init(name: String, colour: String, points: [Point]) {
      precondition(!points.isEmpty, "a curve has points")
      self.name = name
      self.colour = colour
      self.points = points
    }
  }

  /// How neighbours are joined.
  public enum Join: Hashable, Sendable {
    /// By straight lines.
    case lines
    /// By a step in the middle between them, as the outline of a histogram.
    case steps
  }

  /// One of the drawings side by side.
  public struct Panel: Hashable, Sendable {
    /// What stands above it.
    public let title: String
    /// The title of the x axis, with its unit.
    public let xTitle: String
    /// The title of the y axis, with its unit.
    public let yTitle: String
    /// The curves; a legend names them where there are several.
    public let curves: [Curve]
    /// How the points of a curve are joined.
    public let join: Join

    /// A panel of curves.
    ///
    /// - Precondition: there is a curve.
    public init(title: String, xTitle: String, yTitle: String, curves: [Curve], join: Join = .lines) {
      precondition(!curves.isEmpty, "a panel has curves")
      self.title = title
      self.xTitle = xTitle
      self.yTitle = yTitle
      self.curves = curves
      self.join = join
    }
  }

  /// The name of the figure's files.
  public let name: String
  /// The panels, from left to right.
  public let panels: [Panel]

  /// A figure of these panels.
  ///
  /// - Precondition: there is a panel.
  public init(name: String, panels: [Panel]) {
    precondition(!panels.isEmpty, "a figure has at least one panel")
    self.name = name
    self.panels = panels
  }

  /// The figure as a script and a table, ready to be drawn.
  public var files: FigureFiles {
    FigureFiles(name: name, script: script, table: table)
  }

  /// The numbers, one row a point.
  public var table: CSVTable {
    CSVTable(
      header: ["panel", "curve", "x", "y"],
      rows: panels.flatMap { panel in
        panel.curves.flatMap { curve in
          curve.points.map { [panel.title, curve.name, "\($0.x)", "\($0.y)"] }
        }
      })
  }

  /// The gnuplot script that draws the figure; numbers stand in it as blocks of data, so it needs no other file.
  public var script: String {
    let page = ScriptPage(width: Self.width, height: Self.height)
    let data = panels.indices.flatMap { dataLines(panel: $0) }
    let drawing = panels.indices.flatMap { panelLines($0, on: page) }.map { "  " + $0 }
    let lines = page.header(name) + data + page.terminal(name, style: []) + drawing + page.end
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Drawing

  private static let width = 720.0
  private static let height = 210.0
  private static let leftMargin = 48.0
  private static let rightMargin = 10.0
  private static let panelGap = 56.0

  private static func block(_ panel: Int, _ curve: Int) -> String {
    "$panel\(panel + 1)_curve\(curve + 1)"
  }

  private func dataLines(panel index: Int) -> [String] {
    let panel = panels[index]
    var lines = ["# \(ScriptPage.singleLine(panel.title)): x, y"]
    for (number, curve) in panel.curves.enumerated() {
      lines.append("\(Self.block(index, number)) << END")
      lines += curve.points.map { "\($0.x) \($0.y)" }
      lines.append("END")
    }
    return lines + [""]
  }

  private func panelLines(_ index: Int, on page: ScriptPage) -> [String] {
    let panel = panels[index]
    let gaps = Self.panelGap * Double(panels.count - 1)
    let width = (Self.width - Self.leftMargin - Self.rightMargin - gaps) / Double(panels.count)
    let left = Self.leftMargin + (width + Self.panelGap) * Double(index)
    let frame = ScriptPage.Frame(left: left, right: left + width, bottom: 38, top: Self.height - 22)
    let style = panel.join == .steps ? "histeps" : "lines"
    let curves = panel.curves.enumerated().map { number, curve in
      let title = panel.curves.count > 1 ? "title \(GnuplotText.literal(curve.name))" : "notitle"
      return "\(Self.block(index, number)) using 1:2 with \(style) lc rgb '\(curve.colour)' lw 1.6 \(title)"
    }
    return [""] + page.margins(frame) + [
      "set title \(GnuplotText.literal(panel.title)) offset 0,-0.5",
      "set xlabel \(GnuplotText.literal(panel.xTitle)) offset 0,0.4",
      "set ylabel \(GnuplotText.literal(panel.yTitle)) offset 1,0",
      "set xrange [\(Decimals.short(xRange(of: panel).lowerBound)):\(Decimals.short(xRange(of: panel).upperBound))]",
      "set yrange [0:*]",
      "set xtics scale 0.5 font '\(ScriptPage.font(8))'",
      "set ytics scale 0.5 font '\(ScriptPage.font(8))'",
      "set key bottom right samplen 2 font '\(ScriptPage.font(8))'",
      "plot " + curves.joined(separator: ", \\\n    "),
    ]
  }

  /// From 0, or the leftmost point below it, to the rightmost point.
  private func xRange(of panel: Panel) -> ClosedRange<Double> {
    let places = panel.curves.flatMap { $0.points.map(\.x) }
    let first = min(0, places.min() ?? 0)
    let last = places.max() ?? 0
    return first...(last > first ? last : first + 1)
  }
}
