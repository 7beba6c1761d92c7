/// Gaps between two tokens of an answer that are equally long.
public struct TokenGap: Hashable, Sendable {
  /// The length of each, in nanoseconds.
  public let nanoseconds: Int64
  /// How many there are.
  public var count: Int

  /// Equally long gaps.
  public init(nanoseconds: Int64, count: Int) {
    self.nanoseconds = nanoseconds
    self.count = count
  }
}

extension [TokenGap] {
  /// Adds gaps; ones as long as the last ones are counted with them.
  public mutating func add(nanoseconds: Int64, count: Int = 1) {
    if let last = indices.last, self[last].nanoseconds == nanoseconds {
      self[last].count += count
    } else {
      append(TokenGap(nanoseconds: nanoseconds, count: count))
    }
  }
}
