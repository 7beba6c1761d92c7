/// How bars are drawn.
enum BarFill {
  /// The colour of a legend's samples that stand for bars of any colour.
  static let legendColour = "#555555"

  /// How a source is drawn, one layer upon the other: filled, hatched in white upon the colour, or hollow in a bold
  /// outline.
  static func layers(_ source: FigureSource, colour: String) -> [String] {
    let solid = "fc rgb '\(colour)' fs solid 1 border lc rgb '#222222' lw 0.6"
    switch source {
    case .ownRun: return [solid]
    case .precomputed:
      return [solid, "fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6"]
    case .paperOnly: return ["fc rgb '\(colour)' fs empty border lc rgb '\(colour)' lw 1.6"]
    }
  }
}
