import Quantities

/// A walk through the range of all parameters at once: from a random place, one parameter after the other, in random
/// order, moves by two thirds of its range. Each move gives an elementary effect of that parameter.
///
/// - Source: Morris, Factorial Sampling Plans for Preliminary Computational Experiments, 1991, with four levels.
struct MorrisTrajectory: Hashable, Sendable {
  /// Where the walk goes: for each point the level of each parameter, 0 for the lower end of its range, 1 for the upper.
  let points: [[Double]]
  /// Which parameter moves after each point but the last.
  let moved: [Int]

  /// How far a parameter moves, as a share of its range.
  static let step = 2.0 / 3

  /// A walk over some parameters.
  init(parameters: Int, using random: inout RandomStream) {
    var place = (0..<parameters).map { _ in Double(random.uniform(below: 4)) / 3 }
    var order = Array(0..<parameters)
    for index in order.indices.reversed() { order.swapAt(index, random.uniform(below: index + 1)) }
    var points = [place]
    for parameter in order {
      place[parameter] += place[parameter] < 0.5 ? Self.step : -Self.step
      points.append(place)
    }
    self.points = points
    moved = order
  }

  /// The effect of each parameter: how much a value rises when the parameter goes from the lower to the upper end of its
  /// range, as far as its move tells; `nil` where an end of the move has no value.
  ///
  /// - Precondition: there is a place for the value of each point.
  func effects(of values: [Double?]) -> [Double?] {
    precondition(values.count == points.count, "a value for each point")
    var effects = [Double?](repeating: nil, count: moved.count)
    for (index, parameter) in moved.enumerated() {
      guard let before = values[index], let after = values[index + 1] else { continue }
      effects[parameter] = (after - before) / (points[index + 1][parameter] - points[index][parameter])
    }
    return effects
  }
}
