/// How markers are drawn, one layer upon the other; a dark edge keeps light colours visible.
///
/// All layers are filled shapes of falling size, since gnuplot's SVG terminal draws every outline equally thin.
enum Marker {
  /// A marker that shows its source: filled, filled with a white dot in the centre, or hollow.
  static func of(_ source: FigureSource, shape: LineFigure.Shape, colour: String) -> [String] {
    let solid = [layer(shape, 1.35, edge), layer(shape, 1.2, colour)]
    switch source {
    case .ownRun: return solid
    case .precomputed: return solid + ["pt 7 ps 0.58 lc rgb '\(edge)'", "pt 7 ps 0.46 lc rgb '#ffffff'"]
    case .paperOnly: return solid + [layer(shape, 1, "#ffffff")]
    }
  }

  /// The small marker of the paper's value.
  static func reference(shape: LineFigure.Shape, colour: String) -> [String] {
    [layer(shape, 0.85, edge), layer(shape, 0.72, colour), layer(shape, 0.42, "#ffffff")]
  }

  /// A small marker without an edge, half transparent.
  static func pale(shape: LineFigure.Shape, colour: String) -> String {
    "pt \(shape.number) ps \(Decimals.short(0.7 * shape.scale)) lc rgb '#80\(colour.dropFirst())'"
  }

  /// A ring around the marker that is drawn upon it.
  static let ring = ["pt 7 ps 2.3 lc rgb '#000000'", "pt 7 ps 1.95 lc rgb '#ffffff'"]

  private static let edge = "#222222"

  private static func layer(_ shape: LineFigure.Shape, _ size: Double, _ colour: String) -> String {
    "pt \(shape.number) ps \(Decimals.short(size * shape.scale)) lc rgb '\(colour)'"
  }
}

extension LineFigure.Shape {
  /// What makes all shapes look equally large, and leaves room for a dot in the narrow ones.
  fileprivate var scale: Double {
    switch self {
    case .circle, .pentagon: 1
    case .square: 0.9
    case .triangleUp, .diamond, .triangleDown: 1.25
    }
  }

  /// gnuplot's number of the shape, filled.
  fileprivate var number: Int {
    switch self {
    case .circle: 7
    case .square: 5
    case .triangleUp: 9
    case .diamond: 13
    case .triangleDown: 11
    case .pentagon: 15
    }
  }
}
