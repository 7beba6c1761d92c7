/// How far apart two samples are as distributions: the largest difference of their shares up to any value.
///
/// 0 means the same distribution, 1 that one sample lies wholly below the other. Equal values count at once, so ties
/// within or between the samples do not enlarge the distance.
///
/// - Returns: a number of 0...1; `nil` when a sample is empty.
public func kolmogorovSmirnovDistance(_ a: [Double], _ b: [Double]) -> Double? {
  guard !a.isEmpty, !b.isEmpty else { return nil }
  let a = a.sorted()
  let b = b.sorted()
  var belowA = 0
  var belowB = 0
  var largest = 0.0
  // Where one sample is used up, the other's share only closes the gap that is then open.
  while belowA < a.count, belowB < b.count {
    let value = min(a[belowA], b[belowB])
    while belowA < a.count, a[belowA] <= value { belowA += 1 }
    while belowB < b.count, b[belowB] <= value { belowB += 1 }
    largest = max(largest, abs(Double(belowA) / Double(a.count) - Double(belowB) / Double(b.count)))
  }
  return largest
}
