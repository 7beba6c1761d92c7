/// How far predictions are off, in the unit of the values.
public struct PredictionError: Hashable, Sendable {
  /// The mean of the absolute differences.
  public let meanAbsolute: Double
  /// The largest absolute difference.
  public let largest: Double
  /// The position of the value that is off the most; the first of several.
  public let largestAt: Int

  /// The error of predictions against the numbers that they are of, in the same order; `nil` when there are none.
  ///
  /// - Precondition: there are as many predictions as numbers.
  public init?(predicted: [Double], reference: [Double]) {
    precondition(predicted.count == reference.count, "every prediction is of one number")
    let errors = zip(predicted, reference).map { abs($0 - $1) }
    guard let largest = errors.max(), let position = errors.firstIndex(of: largest) else { return nil }
    meanAbsolute = errors.reduce(0, +) / Double(errors.count)
    self.largest = largest
    largestAt = position
  }
}
