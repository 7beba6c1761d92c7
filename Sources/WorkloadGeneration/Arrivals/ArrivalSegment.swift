import Quantities
import ServingModel

/// The arrivals at one deployment in one stretch of a trace, before they are drawn.
public struct ArrivalSegment: Hashable, Sendable {
  /// How arrivals lie in a segment.
  public enum Pattern: Hashable, Sendable {
    /// A gamma renewal process that begins with an event at the start.
    case renewal(perSecond: Double, cv: Double)
    /// A number of arrivals at equal distances, half a distance from either end.
    case evenlySpaced(count: Int)
  }

  /// The deployment that the requests ask for.
  public let deployment: DeploymentIndex
  /// The start of the stretch, in seconds of the trace.
  public let start: Double
  /// The length of the stretch in seconds.
  public let duration: Double
  /// How the arrivals lie in it.
  public let pattern: Pattern

  /// A segment of arrivals.
  public init(deployment: DeploymentIndex, start: Double, duration: Double, pattern: Pattern) {
    self.deployment = deployment
    self.start = start
    self.duration = duration
    self.pattern = pattern
  }
}

extension ArrivalSegment {
  /// Draws how many arrivals the segment has.
  func count(using random: inout RandomStream) -> Int {
    switch pattern {
    case .renewal(let rate, let cv): Self.path(rate: rate, cv: cv, duration: duration).count(using: &random)
    case .evenlySpaced(let count): count
    }
  }

  /// The times of some of its arrivals, in seconds of the trace.
  ///
  /// - Parameters:
  ///   - ranks: which ones, ascending, the first being 1; none above the count.
  ///   - random: the stream as it was before `count` drew from it.
  ///   - refinement: the stream for what `count` did not need to know.
  func times(ofRanks ranks: [Int], counting random: RandomStream, refinement: inout RandomStream) -> [Double] {
    switch pattern {
    case .renewal(let rate, let cv):
      let path = Self.path(rate: rate, cv: cv, duration: duration)
      let scale = cv * cv / rate
      // Rounding must not carry an arrival over the end of its segment.
      return path.times(ofRanks: ranks, counting: random, refinement: &refinement).map {
        min(start + $0 * scale, (start + duration).nextDown)
      }
    case .evenlySpaced(let count):
      return ranks.map { start + (Double($0) - 0.5) * duration / Double(count) }
    }
  }

  private static func path(rate: Double, cv: Double, duration: Double) -> RenewalPath {
    RenewalPath(shape: 1 / (cv * cv), horizon: duration * rate / (cv * cv))
  }
}
