import Quantities
import ServingModel

/// The arrivals of many segments, counted but not written out, ready to be thinned.
///
/// A production trace of two weeks has millions of arrivals, of which a run replays a few thousand. Sampling without
/// replacement needs only the number of arrivals of every segment; the times are needed of the sampled ones alone, and
/// a segment can give them later because the stream it was counted with is kept.
public struct PooledArrivals: Sendable {
  /// One sampled arrival.
  public struct Arrival: Hashable, Sendable {
    /// When it arrives, in seconds of the trace.
    public let time: Double
    /// The deployment that it asks for.
    public let deployment: DeploymentIndex
  }

  /// The number of all arrivals.
  public let count: Int
  private let segments: [ArrivalSegment]
  private let streams: [RandomStream]
  /// For each segment, the number of arrivals up to its end.
  private let countsUpTo: [Int]

  /// Counts the arrivals of some segments.
  public init(segments: [ArrivalSegment], using random: inout RandomStream) {
    var total = 0
    var streams: [RandomStream] = []
    var countsUpTo: [Int] = []
    streams.reserveCapacity(segments.count)
    countsUpTo.reserveCapacity(segments.count)
    for segment in segments {
      streams.append(random)
      total += segment.count(using: &random)
      countsUpTo.append(total)
    }
    self.segments = segments
    self.streams = streams
    self.countsUpTo = countsUpTo
    count = total
  }

  /// Some of the arrivals, every set of that size being as likely as any other, sorted by time.
  ///
  /// - Parameters:
  ///   - size: how many.
  ///   - random: chooses which ones.
  ///   - refinement: draws the times of the chosen ones, as far as counting left them open.
  /// - Throws: ``WorkloadError/tooFewArrivals(wanted:available:)``.
  public func sample(
    _ size: Int, using random: inout RandomStream, refinement: inout RandomStream
  ) throws(WorkloadError) -> [Arrival] {
    guard size <= count else { throw .tooFewArrivals(wanted: size, available: count) }
    let chosen = distinctNumbers(size, below: count, using: &random)
    var arrivals: [Arrival] = []
    arrivals.reserveCapacity(size)
    var next = 0
    var segment = 0
    while next < chosen.count {
      while countsUpTo[segment] <= chosen[next] { segment += 1 }
      let before = segment == 0 ? 0 : countsUpTo[segment - 1]
      var ranks: [Int] = []
      while next < chosen.count && chosen[next] < countsUpTo[segment] {
        ranks.append(chosen[next] - before + 1)
        next += 1
      }
      let times = segments[segment].times(
        ofRanks: ranks, counting: streams[segment], refinement: &refinement)
      arrivals += times.map { Arrival(time: $0, deployment: segments[segment].deployment) }
    }
    // Arrivals at the same instant keep the order of their segments, which is part of the input.
    return arrivals.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }
}

/// Some distinct whole numbers below a bound, ascending, every set being as likely as any other.
///
/// - Source: Floyd's algorithm (Bentley, "Programming pearls: a sample of brilliance", 1987). The set only answers
///   whether a number was chosen before; its order is never seen.
func distinctNumbers(_ size: Int, below bound: Int, using random: inout RandomStream) -> [Int] {
  precondition(size <= bound, "there are not that many numbers")
  var chosen = Set<Int>(minimumCapacity: size)
  var numbers: [Int] = []
  numbers.reserveCapacity(size)
  for candidate in bound - size..<bound {
    let drawn = random.uniform(below: candidate + 1)
    let number = chosen.contains(drawn) ? candidate : drawn
    chosen.insert(number)
    numbers.append(number)
  }
  return numbers.sorted()
}
