/// Whether two sources put the same systems in the same order, pair by pair.
public struct SystemOrder: Hashable, Sendable {
  /// Pairs that both sources order the same way.
  public let agreeing: Int
  /// Pairs that at least one source has within the tie margin: no order, so nothing to agree on.
  public let tied: Int
  /// Pairs that the sources order the other way round, both by the margin or more.
  public let contradicting: Int

  /// Whether no pair contradicts.
  public var isRight: Bool { contradicting == 0 }

  /// Compares two sources' values of the same systems, in the same order of systems.
  ///
  /// - Parameter tieMargin: a difference below it is a tie; 0 makes only equal values one.
  /// - Precondition: both have as many values, and the margin is not negative.
  public init(_ a: [Double], _ b: [Double], tieMargin: Double) {
    precondition(a.count == b.count && tieMargin >= 0, "an order is of the same systems, a margin is not negative")
    var agreeing = 0
    var tied = 0
    var contradicting = 0
    for first in a.indices {
      for second in a.indices.dropFirst(first + 1) {
        let differenceA = a[first] - a[second]
        let differenceB = b[first] - b[second]
        if min(abs(differenceA), abs(differenceB)) < tieMargin || differenceA == 0 || differenceB == 0 {
          tied += 1
        } else if (differenceA > 0) == (differenceB > 0) {
          agreeing += 1
        } else {
          contradicting += 1
        }
      }
    }
    self.agreeing = agreeing
    self.tied = tied
    self.contradicting = contradicting
  }
}
