import Quantities
import Testing

@testable import WorkloadGeneration

/// The short cut against closed forms and against drawing every gap.
@Suite struct RenewalPathTests {
  @Test(arguments: [0.3, 5, 60])
  func `exponential gaps give Poisson counts`(horizon: Double) {
    let path = RenewalPath(shape: 1, horizon: horizon)
    var random = RandomStream(seed: 1, purpose: "counts")
    let size = 20_000
    let counts = (0..<size).map { _ in Double(path.count(using: &random)) }
    let mean = counts.reduce(0, +) / Double(size)
    let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
    #expect(abs(mean - horizon) < 4 * (horizon / Double(size)).squareRoot())
    #expect(abs(variance - horizon) < 4 * ((2 * horizon * horizon + horizon) / Double(size)).squareRoot())
  }

  @Test func `gaps of shape two leave the horizon empty as often as the closed form says`() {
    // P(first gap > 1) = (1 + 1) / e = 0.735759
    let path = RenewalPath(shape: 2, horizon: 1)
    var random = RandomStream(seed: 2, purpose: "counts")
    let empty = (0..<40_000).count { _ in path.count(using: &random) == 0 }
    #expect(abs(Double(empty) / 40_000 - 0.735759) < 4 * (0.735759 * 0.264241 / 40_000).squareRoot())
  }

  @Test(arguments: [(0.006, 0.02), (0.006, 2), (0.1, 0.5), (0.4, 30)])
  func `times and counts are distributed as those of every gap drawn`(shape: Double, horizon: Double) {
    let path = RenewalPath(shape: shape, horizon: horizon)
    var random = RandomStream(seed: 3, purpose: "counts")
    var refinement = RandomStream(seed: 3, purpose: "refinement")
    var gaps = RandomStream(seed: 3, purpose: "gaps")
    let cv = 1 / shape.squareRoot()
    let process = ArrivalProcess.gamma(perSecond: 1 / shape, cv: cv)  // scale 1
    var short = Moments()
    var shortSums = Moments()
    var full = Moments()
    var fullSums = Moments()
    for _ in 0..<4000 {
      let before = random
      let count = path.count(using: &random)
      let times = path.times(
        ofRanks: Array(0..<count).map { $0 + 1 }, counting: before, refinement: &refinement)
      short.add(Double(count))
      // The mean time in a stretch, and how unevenly arrivals lie in it: half of them, and their squares.
      shortSums.add(times.reduce(0) { $0 + $1 * $1 } / horizon / horizon)
      let drawn = process.arrivals(from: 0, duration: horizon, using: &gaps)
      full.add(Double(drawn.count))
      fullSums.add(drawn.reduce(0) { $0 + $1 * $1 } / horizon / horizon)
    }
    #expect(abs(short.mean - full.mean) < 4 * short.error(against: full))
    #expect(abs(shortSums.mean - fullSums.mean) < 4 * shortSums.error(against: fullSums))
  }

  @Test func `times of exponential gaps are uniform given their number`() {
    let path = RenewalPath(shape: 1, horizon: 50)
    var random = RandomStream(seed: 4, purpose: "counts")
    var refinement = RandomStream(seed: 4, purpose: "refinement")
    var times: [Double] = []
    for _ in 0..<1000 {
      let before = random
      let count = path.count(using: &random)
      times += path.times(ofRanks: Array(1...max(count, 1)), counting: before, refinement: &refinement)
    }
    for level in stride(from: 0.1, through: 0.9, by: 0.1) {
      let share = Double(times.count { $0 < 50 * level }) / Double(times.count)
      #expect(abs(share - level) < 4 * (level * (1 - level) / Double(times.count)).squareRoot())
    }
  }

  @Test(arguments: UInt64(0)..<200)
  func `arrivals ascend, lie before the horizon, and are met again`(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "case")
    let path = RenewalPath(
      shape: random.uniform(in: 0.0005..<3), horizon: random.uniform(in: 0.001..<20))
    let before = random
    let count = path.count(using: &random)
    var refinement = RandomStream(seed: seed, purpose: "refinement")
    let all = path.times(ofRanks: Array(0..<count).map { $0 + 1 }, counting: before, refinement: &refinement)
    #expect(all.count == count)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(all.allSatisfy { $0 >= 0 && $0 < path.horizon })

    var again = before
    #expect(path.count(using: &again) == count)
    #expect(again == random)
  }
}

private struct Moments {
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    sum += value
    squares += value * value
  }

  var mean: Double { sum / count }

  /// The standard error of the difference of two means.
  func error(against other: Moments) -> Double {
    (variance / count + other.variance / other.count).squareRoot()
  }

  private var variance: Double { squares / count - mean * mean }
}
