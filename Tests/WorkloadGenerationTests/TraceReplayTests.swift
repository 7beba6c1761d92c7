import Quantities
import Testing

@testable import WorkloadGeneration

@Suite struct TraceReplayTests {
  @Test func `fewer than two gaps in an interval give no arrivals`() {
    let trace = FunctionTrace(functions: [[10, 20], [700, 710, 800], [1300]])
    let replay = TraceReplay(trace: trace, models: 1)
    #expect(replay.parameters(of: 0, cvScale: 1).map(\.interval) == [1])
  }

  @Test func `a trace is as long as its whole days`() {
    #expect(TraceReplay(trace: FunctionTrace(functions: [[5]]), models: 1).durationSeconds == 86_400)
    #expect(TraceReplay(trace: FunctionTrace(functions: [[86_400]]), models: 1).durationSeconds == 172_800)
  }

  @Test func `functions are taken in the order of first appearance`() {
    let trace = FunctionTrace(functions: [[9, 7], [], [3, 800], [7, 8]])
    #expect(trace.functions == [[3, 800], [7, 9], [7, 8]])
    #expect(trace.count == 6)
  }

  @Test func `the rate of a burst is reset and its CV scaled`() throws {
    // Gaps of 1 and 3 s: mean 2, so the fitted rate is 1/2 per second, far above 5 x 3/600.
    let fit = try #require(IntervalParameters(arrivals: [0, 1, 4], intervalSeconds: 600, cvScale: 3))
    #expect(fit.isResetToEmpiricalRate)
    #expect(fit.requestsPerSecond == 0.005)
    let unscaled = try #require(IntervalParameters(arrivals: [0, 1, 4], intervalSeconds: 600, cvScale: 1))
    #expect(abs(fit.cv - 3 * unscaled.cv) < 1e-12)
  }

  @Test(arguments: [1e-5, 0.01, 0.3, 1, 2, 10, 1000, 1e8])
  func `ln x minus digamma has the value that its recurrence and limits give`(x: Double) {
    let here = logMinusDigamma(x)
    // ψ(x + 1) = ψ(x) + 1/x, hence f(x) = f(x + 1) + 1/x - ln(1 + 1/x); bounds 1/(2x) < f(x) < 1/x for all x > 0.
    #expect(here.value > 0.5 / x && here.value < 1 / x)
    #expect(here.slope < 0)
    let width = x * 1e-4
    let difference = (logMinusDigamma(x + width).value - logMinusDigamma(x - width).value) / (2 * width)
    #expect(abs(difference / here.slope - 1) < 1e-5)
  }

  @Test func `digamma has its known values`() {
    // ψ(1) = -0.5772156649015329 (Euler), ψ(1/2) = -1.9635100260214235; ln(1/2) = -0.6931471805599453
    #expect(abs(logMinusDigamma(1).value - 0.5772156649015329) < 3e-14)
    #expect(abs(logMinusDigamma(0.5).value - 1.2703628454614782) < 1e-13)
    // ψ'(1) = π²/6, and the derivative of ln at 1 is 1.
    #expect(abs(logMinusDigamma(1).slope - (1 - Double.pi * Double.pi / 6)) < 1e-13)
  }

  @Test(arguments: [0.01, 0.06, 0.5, 1, 3, 50])
  func `a fit finds the law that gaps were drawn from`(shape: Double) throws {
    var random = RandomStream(seed: 6, purpose: "gaps")
    let gaps = (0..<20_000).map { _ in max(random.gamma(shape: shape, scale: 2), 1e-300) }
    let fit = try #require(GammaFit(gaps: gaps))
    // The relative error of the shape is at most sqrt(2/n) = 0.01 for any shape; 1e-300 stands for smaller numbers.
    #expect(abs(fit.shape / shape - 1) < 0.04)
    #expect(abs(fit.shape * fit.scale / (gaps.reduce(0, +) / 20_000) - 1) < 1e-12)
  }

  @Test func `gaps without a law are not fitted`() {
    #expect(GammaFit(gaps: []) == nil)
    #expect(GammaFit(gaps: [2]) == nil)
    #expect(GammaFit(gaps: [2, 2, 2, 2]) == nil)
    #expect(GammaFit(gaps: [1, 0]) == nil)
    #expect(GammaFit(gaps: [1, .nan]) == nil)
    #expect(GammaFit(gaps: [1, .infinity]) == nil)
  }
}
