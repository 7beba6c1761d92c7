import Testing

@testable import CapacityPlanning

/// The smallest count that reaches a target, on functions whose answer is known.
@Suite struct CountSearchTests {
  /// Asks until the search is over.
  private static func solve(
    _ search: CountSearch, reaches: (Int) -> Bool
  ) -> (answer: Int?, asked: [Int]) {
    var search = search
    var asked: [Int] = []
    while let count = search.next {
      asked.append(count)
      search.record(count, reachesTarget: reaches(count))
    }
    return (search.smallestAccepted, asked)
  }

  @Test(arguments: 1...40)
  func `a threshold is found exactly, with few questions, and its neighbours are known`(threshold: Int) {
    let (answer, asked) = Self.solve(CountSearch(first: 1, limit: 40)) { $0 >= threshold }
    #expect(answer == threshold)
    #expect(Set(asked).count == asked.count, "nothing is asked twice")
    let neighbours = [threshold - 3, threshold - 2, threshold - 1, threshold, threshold + 1].filter {
      (1...40).contains($0)
    }
    #expect(Set(asked).isSuperset(of: neighbours), "\(asked)")
    // Doubling takes 1 + log2 of the answer, halving as much again, and then there are four neighbours.
    let doublings = Int.bitWidth - threshold.leadingZeroBitCount
    #expect(asked.count <= 2 * doublings + 6, "\(asked)")
  }

  @Test func `there is no answer when nothing within the limit reaches the target`() {
    let (answer, asked) = Self.solve(CountSearch(first: 1, limit: 20)) { _ in false }
    #expect(answer == nil)
    #expect(asked == [1, 2, 4, 8, 16, 20])
  }

  @Test func `a lucky count between two that miss the target is not accepted`() {
    // 5 reaches it by luck; from 9 on all do.
    let (answer, asked) = Self.solve(CountSearch(first: 1, limit: 20)) { $0 == 5 || $0 >= 9 }
    #expect(answer == 9)
    #expect(asked.contains(10))
    let lucky = Self.solve(CountSearch(first: 4, limit: 20, start: 5)) { $0 == 5 || $0 >= 9 }
    #expect(lucky.asked.prefix(2) == [5, 4], "5 is taken for an answer at first")
    #expect(lucky.asked.contains(6), "its neighbour gives it away")
    #expect(lucky.answer == 9)
  }

  @Test func `an answer below an unlucky count is found`() {
    // All from 6 on reach the target but 8, where the bracket closes from below.
    let (answer, _) = Self.solve(CountSearch(first: 1, limit: 32)) { $0 >= 6 && $0 != 8 }
    #expect(answer == 6)
  }

  @Test func `a search from its upper end is over at once when that misses the target`() {
    let (answer, asked) = Self.solve(CountSearch(first: 0, limit: 7, start: 7, ceiling: 12)) { $0 >= 8 }
    #expect(answer == nil)
    #expect(asked == [7])
  }

  @Test func `the neighbour of the largest answer is asked for beyond the limit, not beyond the ceiling`() {
    let inside = Self.solve(CountSearch(first: 0, limit: 7, start: 7, ceiling: 12)) { $0 >= 7 }
    #expect(inside.answer == 7)
    #expect(inside.asked.contains(8))
    let outside = Self.solve(CountSearch(first: 0, limit: 7, start: 7)) { $0 >= 7 }
    #expect(outside.answer == 7)
    #expect(!outside.asked.contains(8))
    let unlucky = Self.solve(CountSearch(first: 0, limit: 7, start: 7, ceiling: 12)) { $0 == 7 || $0 > 8 }
    #expect(unlucky.answer == nil)
  }

  @Test func `none at all may be the answer`() {
    let (answer, _) = Self.solve(CountSearch(first: 0, limit: 9)) { _ in true }
    #expect(answer == 0)
  }
}
