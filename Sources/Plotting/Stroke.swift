/// How lines are drawn, one layer upon the other; a dark edge keeps light colours visible.
enum Stroke {
  /// Dashes have no edge: those of a wider line are longer, so they would not lie under the narrow ones.
  static func layers(_ colour: String, isDashed: Bool) -> [String] {
    isDashed
      ? ["lc rgb '\(colour)' lw 2 dt (7,5)"]
      : ["lc rgb '#222222' lw 2.4", "lc rgb '\(colour)' lw 1.6"]
  }
}
