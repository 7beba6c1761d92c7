import ServingModel

extension Distribution {
  /// The spread of gaps between tokens in milliseconds, each counted as often as it occurred; `nil` when there are none.
  init?(of gaps: [TokenGap]) {
    let sorted = gaps.sorted { $0.nanoseconds < $1.nanoseconds }
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let count = sorted.reduce(0) { $0 + $1.count }
    let milliseconds = { (gap: TokenGap) in Double(gap.nanoseconds) / 1e6 }
    let mean = sorted.reduce(0) { $0 + milliseconds($1) * Double($1.count) } / Double(count)
    let squares = sorted.reduce(0) { sum, gap in
      sum + (milliseconds(gap) - mean) * (milliseconds(gap) - mean) * Double(gap.count)
    }
    self.init(
      count: count, mean: mean, standardDeviation: (squares / Double(count)).squareRoot(),
      smallest: milliseconds(first), median: sorted.percentile(0.5, of: count), p90: sorted.percentile(0.9, of: count),
      p99: sorted.percentile(0.99, of: count), largest: milliseconds(last))
  }
}

extension [TokenGap] {
  /// The value, in milliseconds, below which a share of all gaps lies, on the straight line between its two neighbours.
  ///
  /// - Precondition: the gaps are sorted.
  fileprivate func percentile(_ share: Double, of count: Int) -> Double {
    let position = share * Double(count - 1)
    let below = Int(position)
    let (low, high) = (milliseconds(at: below), milliseconds(at: Swift.min(below + 1, count - 1)))
    return low + (high - low) * (position - Double(below))
  }

  private func milliseconds(at position: Int) -> Double {
    var before = 0
    for gap in self {
      before += gap.count
      if position < before { return Double(gap.nanoseconds) / 1e6 }
    }
    preconditionFailure("a position is one of the gaps")
  }
}
