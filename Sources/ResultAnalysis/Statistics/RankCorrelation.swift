/// Spearman's rank correlation: whether two series of the same things rise and fall together, whatever their scale.
///
/// The correlation of the ranks; equal values share the mean of the ranks that they take.
///
/// - Returns: a number of −1...1; `nil` when there are fewer than two values or one series is constant.
/// - Precondition: both series have as many values.
public func spearmanCorrelation(_ a: [Double], _ b: [Double]) -> Double? {
  precondition(a.count == b.count, "a correlation is between values of the same things")
  let ranksA = ranks(of: a)
  let ranksB = ranks(of: b)
  let middle = Double(a.count + 1) / 2
  var both = 0.0
  var squaresA = 0.0
  var squaresB = 0.0
  for (x, y) in zip(ranksA, ranksB) {
    both += (x - middle) * (y - middle)
    squaresA += (x - middle) * (x - middle)
    squaresB += (y - middle) * (y - middle)
  }
  guard squaresA > 0, squaresB > 0 else { return nil }
  return both / (squaresA * squaresB).squareRoot()
}

/// The rank of each value from 1; equal values get the mean of the ranks that they take.
func ranks(of values: [Double]) -> [Double] {
  let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  var ranks = Array(repeating: 0.0, count: values.count)
  var start = 0
  while start < order.count {
    let end = order[start...].firstIndex { values[$0] != values[order[start]] } ?? order.count
    for position in start..<end { ranks[order[position]] = Double(start + 1 + end) / 2 }
    start = end
  }
  return ranks
}
