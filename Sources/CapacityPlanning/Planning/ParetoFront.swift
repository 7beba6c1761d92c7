/// The candidates that nothing dominates: whatever costs less reaches less.
public enum ParetoFront {
  /// The points on the front, from the cheapest; of equal points the first alone.
  public static func of<Point>(
    _ points: [Point], cost: (Point) -> Double, value: (Point) -> Double
  ) -> [Point] {
    let sorted = points.enumerated().sorted { a, b in
      let (first, second) = (a.element, b.element)
      if cost(first) != cost(second) { return cost(first) < cost(second) }
      if value(first) != value(second) { return value(first) > value(second) }
      return a.offset < b.offset
    }
    var front: [Point] = []
    for (_, point) in sorted where front.last.map({ value(point) > value($0) }) ?? true {
      front.append(point)
    }
    return front
  }
}
