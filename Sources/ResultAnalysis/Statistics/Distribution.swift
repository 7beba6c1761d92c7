/// How a set of measurements is spread: the numbers that tables print.
///
/// A percentile between two measurements lies on the straight line between them: percentile q of n sorted values is
/// the value at position q·(n − 1), counted from 0. That is the definition of NumPy and so of `vllm bench serve`, whose
/// numbers ours stand beside.
public struct Distribution: Hashable, Sendable {
  /// How many measurements there are, at least one.
  public let count: Int
  /// The arithmetic mean.
  public let mean: Double
  /// The population standard deviation (divided by n, not n − 1), as in `vllm bench serve`.
  public let standardDeviation: Double
  /// The smallest measurement.
  public let smallest: Double
  /// Percentile 50.
  public let median: Double
  /// Percentile 90.
  public let p90: Double
  /// Percentile 99.
  public let p99: Double
  /// The largest measurement.
  public let largest: Double

  /// A spread that was computed elsewhere.
  init(
    count: Int, mean: Double, standardDeviation: Double, smallest: Double, median: Double, p90: Double, p99: Double,
    largest: Double
  ) {
    self.count = count
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.smallest = smallest
    self.median = median
    self.p90 = p90
    self.p99 = p99
    self.largest = largest
  }

  /// The spread of some measurements; `nil` when there are none, since then no number describes them.
  ///
  /// - Precondition: every measurement is finite.
  public init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    precondition(values.allSatisfy(\.isFinite), "a measurement is a finite number")
    count = sorted.count
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = (squares / Double(values.count)).squareRoot()
    smallest = first
    median = percentile(0.5, ofSorted: sorted)
    p90 = percentile(0.9, ofSorted: sorted)
    p99 = percentile(0.99, ofSorted: sorted)
    largest = last
  }
}

/// The value below which a share of the measurements lies, on the straight line between its two neighbours.
///
/// - Precondition: the values are sorted and there is one; the share is within 0...1.
public func percentile(_ share: Double, ofSorted sorted: [Double]) -> Double {
  precondition(!sorted.isEmpty && (0...1).contains(share), "a percentile needs a value and a share of 0 to 1")
  let position = share * Double(sorted.count - 1)
  let below = Int(position)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
}
