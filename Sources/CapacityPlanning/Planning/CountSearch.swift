/// The smallest count that reaches a target, found by bracketing: sizes are asked for one after the other.
///
/// Attainment grows with the number of servers on average, not always. So a count is accepted only when the next larger
/// one reaches the target, too, and a few smaller ones are looked at before it is the answer; what is found is the
/// smallest accepted count among those that were looked at, not a proof about the others.
///
/// A value: what to ask for next follows from what is known, so that many searches can go on side by side and their
/// order changes nothing.
public struct CountSearch: Sendable {
  /// The smallest count that may be the answer.
  public let first: Int
  /// The largest count that may be the answer.
  public let limit: Int
  /// The largest count that may be asked for, as the neighbour of an answer.
  public let ceiling: Int
  /// How many counts below the bracket are looked at.
  public let verifiedBelow: Int
  private let start: Int
  /// What is known, by count from `first`.
  private var known: [Bool?]

  /// A search from a count on.
  ///
  /// - Parameters:
  ///   - start: what is asked for first; steps upwards from there double.
  ///   - ceiling: the largest count there can be, for the neighbour of the largest answer; `limit` if not given.
  /// - Precondition: `0 ≤ first ≤ start ≤ limit ≤ ceiling`.
  public init(first: Int, limit: Int, start: Int? = nil, ceiling: Int? = nil, verifiedBelow: Int = 2) {
    let (start, ceiling) = (start ?? first, ceiling ?? limit)
    precondition(first >= 0 && first <= start && start <= limit && limit <= ceiling, "a range of counts")
    precondition(verifiedBelow >= 0, "no fewer than no neighbours")
    self.first = first
    self.limit = limit
    self.ceiling = ceiling
    self.start = start
    self.verifiedBelow = verifiedBelow
    known = Array(repeating: nil, count: ceiling - first + 1)
  }

  /// The count to look at next; `nil` when the search is over.
  public var next: Int? {
    guard let high = smallestAccepted else { return nextUpwards }
    let low = (first..<high).last { self[$0] != nil } ?? first - 1
    if high - low > 1 { return low + (high - low) / 2 }
    if high < ceiling, self[high + 1] == nil { return high + 1 }
    return (max(first, low - verifiedBelow)..<max(first, low)).last { self[$0] == nil }
  }

  /// The answer so far: the smallest count that reaches the target and whose next larger one is not known to miss it;
  /// `nil` when there is none.
  public var smallestAccepted: Int? {
    (first...limit).first { isAccepted($0) }
  }

  /// Writes down whether a count reaches the target.
  ///
  /// - Precondition: the count may be asked for.
  public mutating func record(_ count: Int, reachesTarget: Bool) {
    precondition((first...ceiling).contains(count), "a count that may be asked for")
    known[count - first] = reachesTarget
  }

  private subscript(count: Int) -> Bool? {
    known[count - first]
  }

  private func isAccepted(_ count: Int) -> Bool {
    self[count] == true && (count == ceiling || self[count + 1] != false)
  }

  /// Twice as far up as so far, while nothing reaches the target.
  private var nextUpwards: Int? {
    guard let last = (first...limit).last(where: { self[$0] != nil }) else { return start }
    guard last < limit else { return nil }
    return min(limit, max(last + 1, 2 * last))
  }
}
