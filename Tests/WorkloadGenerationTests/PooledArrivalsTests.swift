import Quantities
import Testing

@testable import WorkloadGeneration

@Suite struct PooledArrivalsTests {
  private static let segments = [
    ArrivalSegment(deployment: 3, start: 0, duration: 10, pattern: .evenlySpaced(count: 4)),
    ArrivalSegment(deployment: 1, start: 5, duration: 10, pattern: .evenlySpaced(count: 2)),
    ArrivalSegment(deployment: 2, start: 20, duration: 10, pattern: .evenlySpaced(count: 0)),
    ArrivalSegment(deployment: 0, start: 10, duration: 1, pattern: .evenlySpaced(count: 1)),
  ]

  private static func sample(
    _ size: Int, of segments: [ArrivalSegment], seed: UInt64
  ) throws -> [PooledArrivals.Arrival] {
    var counting = RandomStream(seed: seed, purpose: "counting")
    var sampling = RandomStream(seed: seed, purpose: "sampling")
    var refinement = RandomStream(seed: seed, purpose: "refinement")
    let pool = PooledArrivals(segments: segments, using: &counting)
    return try pool.sample(size, using: &sampling, refinement: &refinement)
  }

  @Test func `a sample of everything is everything, by time`() throws {
    let all = try Self.sample(7, of: Self.segments, seed: 1)
    // Half a distance from either end, by hand; 7.5 is before 8.75, and so on.
    #expect(all.map(\.time) == [1.25, 3.75, 6.25, 7.5, 8.75, 10.5, 12.5])
    #expect(all.map(\.deployment) == [3, 3, 3, 1, 3, 0, 1])
  }

  @Test func `more requests than arrivals are refused`() {
    #expect(throws: WorkloadError.tooFewArrivals(wanted: 8, available: 7)) {
      try Self.sample(8, of: Self.segments, seed: 1)
    }
  }

  @Test func `every arrival is sampled equally often`() throws {
    var hits = [Double: Int]()
    let rounds = 4000
    for seed in 0..<UInt64(rounds) {
      for arrival in try Self.sample(3, of: Self.segments, seed: seed) { hits[arrival.time, default: 0] += 1 }
    }
    // Each of seven arrivals is in 3/7 of the samples.
    let expected = 3.0 / 7
    let error = (expected * (1 - expected) / Double(rounds)).squareRoot()
    for time in [1.25, 3.75, 6.25, 7.5, 8.75, 10.5, 12.5] {
      #expect(abs(Double(hits[time, default: 0]) / Double(rounds) - expected) < 4 * error)
    }
  }

  @Test(arguments: UInt64(0)..<100)
  func `a sample is sorted and inside its segments`(seed: UInt64) throws {
    let segments = (0..<50).map { index in
      ArrivalSegment(
        deployment: index % 7, start: Double(index / 2) * 600, duration: 600,
        pattern: .renewal(perSecond: 0.05, cv: 12.8))
    }
    let arrivals = try Self.sample(20, of: segments, seed: seed)
    #expect(arrivals.count == 20)
    #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.time <= $1.time })
    #expect(
      arrivals.allSatisfy { arrival in
        segments.contains {
          $0.deployment == arrival.deployment && $0.start <= arrival.time && arrival.time < $0.start + 600
        }
      })
    #expect(try arrivals == Self.sample(20, of: segments, seed: seed))
  }

  @Test func `distinct numbers are distinct`() {
    var random = RandomStream(seed: 1, purpose: "numbers")
    for size in 0...60 {
      let numbers = distinctNumbers(size, below: 60, using: &random)
      #expect(numbers.count == size)
      #expect(Set(numbers).count == size)
      #expect(numbers.allSatisfy { 0..<60 ~= $0 })
    }
  }
}
