import Quantities
import Testing

@testable import WorkloadGeneration

@Suite struct ArrivalProcessTests {
  @Test func `equal gaps begin one gap after the start and end before the end`() {
    var random = RandomStream(seed: 1, purpose: "arrivals")
    let process = ArrivalProcess.deterministic(perSecond: 4)
    // 10.25, 10.5 and 10.75; 11 is the end itself, by hand.
    #expect(process.arrivals(from: 10, duration: 1, using: &random) == [10.25, 10.5, 10.75])
    #expect(process.arrivals(from: 10, duration: 0.25, using: &random).isEmpty)
  }

  @Test func `a tenth of a second does not drift`() {
    var random = RandomStream(seed: 1, purpose: "arrivals")
    let times = ArrivalProcess.deterministic(perSecond: 10).arrivals(from: 0, duration: 1000, using: &random)
    // 0.1, 0.2 ... 999.9: the ten-thousandth is the end itself.
    #expect(times.count == 9999)
    #expect(times.last == 999.9)
  }

  @Test(arguments: UInt64(0)..<100)
  func `a Poisson process has the Poisson number of arrivals`(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "arrivals")
    let times = ArrivalProcess.poisson(perSecond: 2).arrivals(from: 5, duration: 1000, using: &random)
    #expect(abs(Double(times.count) - 2000) < 5 * 44.8)  // variance = mean = 2000
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(times.allSatisfy { $0 > 5 && $0 < 1005 })
  }

  @Test(arguments: [0.5, 1, 2, 4, 8])
  func `gaps have the rate and CV that were asked for`(cv: Double) {
    var random = RandomStream(seed: 4, purpose: "gaps")
    let process = ArrivalProcess.gamma(perSecond: 0.5, cv: cv)
    let count = 200_000
    let gaps = (0..<count).map { _ in process.gap(using: &random) }
    let mean = gaps.reduce(0, +) / Double(count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean - 2) < 4 * 2 * cv / Double(count).squareRoot())
    // A gamma law of shape k has kurtosis 3 + 6/k, so the variance's relative error is sqrt((2 + 6 cv²) / n).
    #expect(abs(variance / (4 * cv * cv) - 1) < 4 * ((2 + 6 * cv * cv) / Double(count)).squareRoot())
  }
}
