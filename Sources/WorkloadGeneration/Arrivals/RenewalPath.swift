import Quantities

/// The arrivals of a gamma renewal process in a stretch, found without drawing every gap.
///
/// The k-th arrival is the sum of k independent gaps of one scale. Such sums are gamma-distributed themselves
/// (shape k x the gap's), sums over disjoint runs of gaps are independent, and inside a run of known sum the sum of its
/// first gaps is a beta-distributed part. So it is the same law to draw a long run at once, and to cut it in two where
/// more must be known: counting takes about log k draws instead of k. Which run is cut next depends only on what was
/// drawn before, so the choice does not change the law either.
struct RenewalPath: Hashable, Sendable {
  /// The shape of a gap, 1/cv².
  let shape: Double
  /// The length of the stretch in units of the gaps' scale.
  let horizon: Double

  /// An arrival of known time: how many gaps make it up, and their sum in units of their scale.
  struct Point: Hashable, Sendable {
    let rank: Int
    let sum: Double
  }

  /// How many arrivals lie strictly before the horizon.
  ///
  /// - Parameter visit: sees every arrival whose time is drawn on the way.
  func count(using random: inout RandomStream, visit: (Point) -> Void) -> Int {
    var below = Point(rank: 0, sum: 0)
    var step = firstStep
    var above: Point
    repeat {
      above = Point(
        rank: below.rank + step, sum: below.sum + random.gamma(shape: Double(step) * shape, scale: 1))
      visit(above)
      if above.sum < horizon {
        below = above
        step *= 2
      }
    } while above.sum < horizon
    while above.rank - below.rank > 1 {
      let middle = point(at: (below.rank + above.rank) / 2, between: below, and: above, using: &random)
      visit(middle)
      if middle.sum < horizon { below = middle } else { above = middle }
    }
    return below.rank
  }

  /// How many arrivals lie strictly before the horizon.
  func count(using random: inout RandomStream) -> Int {
    count(using: &random) { _ in }
  }

  /// The times of some arrivals, in units of the gaps' scale.
  ///
  /// - Parameters:
  ///   - ranks: which ones, ascending, the first being 1; none above the count.
  ///   - random: a copy of the stream that `count` drew from, so that the same arrivals are met again.
  ///   - refinement: the stream for what `count` did not need to know.
  func times(
    ofRanks ranks: [Int], counting random: RandomStream, refinement: inout RandomStream
  ) -> [Double] {
    var known = [Point(rank: 0, sum: 0)]
    var counting = random
    _ = count(using: &counting) { known.append($0) }
    known.sort { $0.rank < $1.rank }
    var times: [Double] = []
    var next = 0
    var last = known[0]
    for rank in ranks {
      while known[next].rank < rank {
        if known[next].rank > last.rank { last = known[next] }
        next += 1
      }
      if known[next].rank == rank {
        last = known[next]
      } else if last.rank != rank {
        last = point(at: rank, between: last, and: known[next], using: &refinement)
      }
      times.append(last.sum)
    }
    return times
  }

  /// Draws an arrival between two known ones.
  private func point(
    at rank: Int, between first: Point, and last: Point, using random: inout RandomStream
  ) -> Point {
    let part = random.beta(Double(rank - first.rank) * shape, Double(last.rank - rank) * shape)
    // Rounding must not put an arrival after the one that follows it.
    return Point(rank: rank, sum: min(first.sum + part * (last.sum - first.sum), last.sum))
  }

  /// Where counting starts: near the typical count, so that few doublings are needed. Any value gives the same law.
  private var firstStep: Int {
    max(1, Int(min(horizon / shape, 1e6)))
  }
}
