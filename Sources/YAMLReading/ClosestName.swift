extension String {
  /// The name among `names` that the text most likely misspells; `nil` when none comes near.
  ///
  /// Near means at most one edit for every three letters, or one, and not every letter. Of equally near names the first
  /// wins.
  public func closest(among names: [String]) -> String? {
    let tolerance = max(1, count / 3)
    let best = names.map { (name: $0, edits: edits(to: $0)) }.min { $0.edits < $1.edits }
    return best.flatMap { $0.edits <= tolerance && $0.edits < count ? $0.name : nil }
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn the text into another (optimal string
  /// alignment), letter case ignored.
  func edits(to other: String) -> Int {
    let a = Array(lowercased())
    let b = Array(other.lowercased())
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = Swift.min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = Swift.min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
