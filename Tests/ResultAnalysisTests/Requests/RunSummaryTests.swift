import Quantities
import ServingModel
import Testing

@testable import ResultAnalysis

/// Summaries of hand-made runs, with the expected numbers by hand.
@Suite struct RunSummaryTests {
  private static let slo = SLO(timeToFirstToken: .seconds(2), timePerOutputToken: .milliseconds(100))

  private static let deployments = [
    ModelDeployment(
      name: ModelInstanceName(model: "a/chat", replica: 0), schedulerSizeGB: 13, weights: .gigabytes(13), slo: slo,
      application: "chatbot"),
    ModelDeployment(
      name: ModelInstanceName(model: "a/chat", replica: 1), schedulerSizeGB: 13, weights: .gigabytes(13), slo: slo,
      application: "code"),
    ModelDeployment(
      name: ModelInstanceName(model: "a/chat", replica: 2), schedulerSizeGB: 13, weights: .gigabytes(13), slo: slo,
      application: "chatbot"),
  ]

  private static func record(
    _ id: Int, deployment: Int = 0, sent: Double, first: Double? = nil, end: Double? = nil, tokens: Int,
    outcome: RequestOutcome = .completed, cold: Bool = false
  ) -> RequestRecord {
    var record = RequestRecord(
      request: Request(id: id, deployment: deployment, promptTokens: 10, outputTokens: tokens),
      sentAt: .seconds(sent))
    record.firstTokenAt = first.map { .seconds($0) }
    record.finishedAt = end.map { .seconds($0) }
    record.outcome = outcome
    record.metColdStart = cold
    return record
  }

  /// TTFT 1, 2, 3 and 0.5 s; TPOT 100, 150, 50 ms and none; then a failure, a client that leaves and a lost request,
  /// all three with an early first token.
  private static let records = [
    record(1, sent: 0, first: 1, end: 2, tokens: 11, cold: true),
    record(2, sent: 1, first: 3, end: 3.6, tokens: 5),
    record(3, deployment: 1, sent: 2, first: 5, end: 6, tokens: 21, cold: true),
    record(4, deployment: 1, sent: 3, first: 3.5, end: 3.5, tokens: 1),
    record(5, sent: 4, first: 4.1, end: 4.2, tokens: 5, outcome: .failed("The engine ended.")),
    record(6, deployment: 1, sent: 5, first: 5.1, end: 7, tokens: 5, outcome: .cancelled),
    record(7, sent: 6, first: 6.1, tokens: 5, outcome: .unfinished),
    record(8, sent: 9, first: 9.5, end: 10, tokens: 6),
  ]

  private static let summary = RunSummary(
    records: records, deployments: deployments,
    tokenGaps: [TokenGap(nanoseconds: 10_000_000, count: 1), TokenGap(nanoseconds: 30_000_000, count: 1)],
    gpuMemoryTime: [500, 90, 7])

  @Test func `every request is counted once, by how it ended`() {
    let total = Self.summary.total
    #expect(total.sent == 8)
    #expect([total.completed, total.failed, total.cancelled, total.unfinished] == [5, 1, 1, 1])
    #expect(total.coldStarts == 2)
    #expect(total.inputTokens == 50)
    #expect(total.outputTokens == 44)
  }

  @Test func `times are those of the completed requests`() throws {
    let ttft = try #require(Self.summary.total.timeToFirstToken)
    #expect(ttft.count == 5)
    #expect(ttft.mean == 1400)  // 1000, 2000, 3000, 500, 500
    #expect(ttft.median == 1000)
    let tpot = try #require(Self.summary.total.timePerOutputToken)
    #expect(tpot.count == 4)  // the answer of one token has none
    #expect(tpot.mean == 100)  // 100, 150, 50, 100
    #expect(try #require(Self.summary.total.endToEndLatency).largest == 4000)
    #expect(try #require(Self.summary.interTokenLatency).mean == 20)
  }

  @Test func `a request that did not complete attains nothing`() {
    // TTFT: 1, 2, 4, 8 of 8 within 2 s; TPOT: 1, 3, 4, 8 within 100 ms; both: 1, 4, 8.
    #expect(Self.summary.total.ttftAttainment == 4.0 / 8)
    #expect(Self.summary.total.tpotAttainment == 4.0 / 8)
    #expect(Self.summary.total.sloAttainment == 3.0 / 8)
  }

  @Test func `an objective met exactly is met`() {
    let exact = Self.record(1, sent: 1, first: 3, end: 3.5, tokens: 6)
    #expect(exact.isWithinTTFT(of: Self.slo) && exact.isWithinTPOT(of: Self.slo))
    let late = Self.record(1, sent: 1, first: 3.000000001, end: 3.500000007, tokens: 6)
    #expect(!late.isWithinTTFT(of: Self.slo) && !late.isWithinTPOT(of: Self.slo))
  }

  @Test func `what did not complete is within no objective, however early it was`() {
    for outcome in [RequestOutcome.failed("It broke."), .cancelled, .unfinished] {
      let record = Self.record(1, sent: 1, first: 1.1, end: 1.2, tokens: 2, outcome: outcome)
      #expect(!record.isWithinTTFT(of: Self.slo) && !record.isWithinTPOT(of: Self.slo))
      #expect(record.endToEndLatency == nil)
    }
  }

  @Test func `rates are over the time from the first request to the last end`() {
    #expect(Self.summary.span == .seconds(10))
    #expect(Self.summary.requestThroughput == 0.5)
    #expect(Self.summary.goodput == 0.3)
    #expect(Self.summary.outputThroughput == 4.4)
    let given = RunSummary(records: Self.records, deployments: Self.deployments, span: .seconds(20))
    #expect(given.goodput == 0.15)
  }

  @Test func `applications and models have statistics of their own`() throws {
    #expect(Self.summary.applications.map(\.application) == ["chatbot", "code"])
    #expect(Self.summary.applications.map(\.requests.sent) == [5, 3])
    #expect(Self.summary.applications[1].requests.ttftAttainment == 1.0 / 3)
    #expect(Self.summary.models.map(\.name.replica) == [0, 1])  // nobody asked for replica 2
    let model = Self.summary.models[0]
    // (1 + 0.6 + 0.5) s for 10 + 4 + 5 tokens after the first.
    #expect(abs(try #require(model.requests.meanTimePerOutputToken) - 2100.0 / 19) < 1e-9)
    #expect(model.costPerRequest == 100)
    #expect(Self.summary.models[1].gpuMemoryTime == 90)
    #expect(Self.summary.models[1].costPerRequest == 30)
  }

  @Test func `a run without requests has no numbers and no crash`() {
    let empty = RunSummary(records: [], deployments: Self.deployments)
    #expect(empty.total.ttftAttainment == nil)
    #expect(empty.total.timeToFirstToken == nil)
    #expect(empty.goodput == nil)
    #expect(empty.models.isEmpty)
    #expect(empty.applications.map(\.requests.sent) == [0, 0])
    #expect(empty.models.allSatisfy { $0.costPerRequest == nil })
  }

  @Test func `every printed number has its definition`() {
    let metrics = Self.summary.metrics + Self.summary.models[0].metrics
    #expect(metrics.allSatisfy { MetricDefinition.all.contains($0.definition) })
    #expect(metrics.first { $0.definition == .ttftAttainment }?.value == 50)
    #expect(metrics.first { $0.definition == .ttft && $0.statistic == "median" }?.value == 1000)
    #expect(metrics.first { $0.definition == .costPerRequest }?.value == 100)
    let names = MetricDefinition.all.map(\.name)
    #expect(Set(names).count == names.count)
  }

  /// The field names that `vllm bench serve --save-result` writes.
  @Test func `the fields of the common load generator are there`() {
    let fields = Self.summary.benchServeFields
    #expect(
      fields.map(\.name) == [
        "duration", "completed", "failed", "total_input_tokens", "total_output_tokens", "request_throughput",
        "request_goodput", "output_throughput", "mean_ttft_ms", "median_ttft_ms", "std_ttft_ms", "p99_ttft_ms",
        "mean_tpot_ms", "median_tpot_ms", "std_tpot_ms", "p99_tpot_ms", "mean_itl_ms", "median_itl_ms", "std_itl_ms",
        "p99_itl_ms", "mean_e2el_ms", "median_e2el_ms", "std_e2el_ms", "p99_e2el_ms",
      ])
    func value(_ name: String) -> Double? { fields.first { $0.name == name }?.value }
    #expect(value("completed") == 5)
    #expect(value("failed") == 3)
    #expect(value("mean_ttft_ms") == 1400)
    #expect(value("mean_itl_ms") == 20)
    #expect(value("request_goodput") == 0.3)
  }

  @Test(arguments: UInt64(0)..<100)
  func `parts add up to the whole`(seed: UInt64) {
    let records = Self.randomRecords(seed: seed)
    let summary = RunSummary(records: records, deployments: Self.deployments)
    let total = summary.total
    #expect(total.completed + total.failed + total.cancelled + total.unfinished == total.sent)
    #expect(summary.models.reduce(0) { $0 + $1.requests.sent } == total.sent)
    #expect(summary.applications.reduce(0) { $0 + $1.requests.withinTTFT } == total.withinTTFT)
    #expect(summary.applications.reduce(0) { $0 + $1.requests.withinTPOT } == total.withinTPOT)
    #expect(total.withinBoth <= min(total.withinTTFT, total.withinTPOT))
    #expect(max(total.withinTTFT, total.withinTPOT) <= total.completed)
  }

  private static func randomRecords(seed: UInt64) -> [RequestRecord] {
    var random = RandomStream(seed: seed, purpose: "records")
    return (1...60).map { id in
      let sent = Double.random(in: 0...50, using: &random)
      let first = sent + Double.random(in: 0...4, using: &random)
      let tokens = Int.random(in: 1...20, using: &random)
      let end = tokens == 1 ? first : first + Double.random(in: 0...4, using: &random)
      let outcomes: [RequestOutcome] = [
        .completed, .completed, .completed, .failed("It broke."), .cancelled, .unfinished,
      ]
      return record(
        id, deployment: Int.random(in: 0...2, using: &random), sent: sent, first: first, end: end, tokens: tokens,
        outcome: outcomes[Int.random(in: 0..<outcomes.count, using: &random)])
    }
  }
}
