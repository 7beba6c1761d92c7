import Quantities
import Testing

@testable import WorkloadGeneration

@Suite struct TraceStatisticsTests {
  private static func trace(
    _ requests: [(seconds: Double, model: String?, tokens: Int)], durationSeconds: Double? = nil
  ) -> TraceFile {
    TraceFile(
      records: requests.enumerated().map { index, request in
        TraceRecord(
          id: index + 1, sendAt: .seconds(request.seconds), promptTokens: request.tokens, outputTokens: 2,
          model: request.model, application: request.model.map { "app of \($0)" })
      },
      metadata: durationSeconds.map {
        WorkloadMetadata(
          generator: "test", seed: 0, cv: 1, requestsPerSecond: 1, durationSeconds: $0, pooledArrivals: 1,
          outputPurpose: "outputs")
      })
  }

  @Test func `the numbers of a small trace are those worked out by hand`() throws {
    let statistics = TraceStatistics(
      Self.trace(
        [(0, "b", 10), (10, "a", 20), (20, "b", 30), (50, "b", 40), (60, "c", 50)], durationSeconds: 120))
    #expect(statistics.requests == 5)
    #expect(statistics.requestsPerSecond == 5.0 / 120)
    // Gaps 10, 10, 30, 10: mean 15, variance (3 x 25 + 225) / 4 = 75, so the CV is sqrt(75) / 15 = 1 / sqrt(3).
    #expect(abs(try #require(statistics.gapCV) - 0.5773502691896258) < 1e-15)
    #expect(statistics.models == 3)
    #expect(statistics.requestsByModel.map(\.name) == ["b", "a", "c"])
    #expect(statistics.requestsByApplication.map(\.name) == ["app of a", "app of b", "app of c"])
    #expect(statistics.requestsByApplication.map(\.requests) == [1, 3, 1])
    #expect(statistics.share(ofBusiest: 1) == 0.6)
    #expect(statistics.share(ofBusiest: 10) == 1)
    #expect(statistics.promptTokens.mean == 30)
    #expect(statistics.promptTokens.median == 30)
    #expect(abs(statistics.promptTokens.p90 - 46) < 1e-12)  // 40 + 0.6 x 10
    #expect(statistics.promptTokens.min == 10 && statistics.promptTokens.max == 50)
    // Windows 0-30, 30-60, 60-90, 90-120 hold 3, 1, 1 and 0 requests; the mean is 1.25.
    #expect(abs(statistics.peakOverMean - 2.4) < 1e-12)
  }

  @Test func `a trace without models, length or gaps has no such numbers`() {
    let single = TraceStatistics(Self.trace([(0, nil, 7)]))
    #expect(single.gapCV == nil)
    #expect(single.requestsPerSecond == 0)
    #expect(single.models == 0)
    #expect(single.share(ofBusiest: 1) == 0)
    #expect(single.peakOverMean == 1)
    #expect(TraceStatistics(Self.trace([(3, nil, 7), (3, nil, 7), (3, nil, 7)])).gapCV == nil)
  }

  @Test func `equal gaps have no variation`() {
    let requests = (0..<100).map { (seconds: Double($0), model: String?.none, tokens: 1) }
    #expect(TraceStatistics(Self.trace(requests)).gapCV == 0)
  }
}
