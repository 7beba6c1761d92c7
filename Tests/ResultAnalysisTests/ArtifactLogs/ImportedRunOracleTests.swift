import GoldenData
import Quantities
import ServingModel
import Testing

@testable import ResultAnalysis

/// The published logs as runs of our own analysis.
@Suite struct ImportedRunOracleTests {
  private func imported(_ item: ArtifactCase) throws -> ImportedRun {
    try ImportedRun(log: item.requestLog, costInputs: item.costInputs, deployments: EndToEndModelSet.deployments)
  }

  /// Cases whose logs name every request and only models of the set.
  private func importable() throws -> [ArtifactCase] {
    let cases = try ArtifactCase.all().filter { !["small-16", "small-18"].contains($0.directory) }
    try #require(!cases.isEmpty)
    return cases
  }

  @Test func `no request is lost, the last one neither`() throws {
    for item in try importable() {
      let run = try imported(item)
      #expect(run.requests.map(\.id) == Array(1...item.sample.count), "\(item.directory)")
      let answered = Set(item.requestLog.results.map(\.request))
      for request in run.requests where !answered.contains(request.id) {
        #expect(request.outcome != .completed && request.timeToFirstToken == nil, "\(item.directory) \(request.id)")
      }
    }
  }

  @Test func `arrivals are taken only from the sample that was sent`() throws {
    for item in try importable() where item.costInputs != nil {
      let run = try imported(item)
      #expect(run.hasArrivals == item.isGeneratedFromSample, "\(item.directory)")
      #expect(run.requests.allSatisfy { ($0.arrival != nil) == item.isGeneratedFromSample }, "\(item.directory)")
    }
  }

  /// Where every request has one whole answer the two analyses mean the same. The published numbers of case 00: 68
  /// requests over their TTFT SLO, 3 over their TPOT SLO, 360 in all.
  @Test func `our attainment of a clean run is the published one`() throws {
    let item = try #require(try ArtifactCase.all().first { $0.directory == "00" })
    let run = try imported(item)
    let total = RunSummary(records: run.records, deployments: EndToEndModelSet.deployments).total
    #expect(total.sent == 360)
    #expect(total.completed == 360)
    #expect(total.withinTTFT == 360 - 68)
    #expect(total.withinTPOT == 360 - 3)
  }

  /// A record's times are whole nanoseconds, so a mean over some hundred tokens agrees within 10⁻⁷.
  @Test func `the mean TPOT of each model of a clean run is the published one`() throws {
    let item = try #require(try ArtifactCase.all().first { $0.directory == "02" })
    let summary = RunSummary(records: try imported(item).records, deployments: EndToEndModelSet.deployments)
    let recorded = try item.lines("result.tpot")
    try #require(recorded.count == summary.models.count)
    for line in recorded {
      let fields = line.split(separator: ",")
      let model = try #require(summary.models.first { $0.name.description == fields[1] })
      let expected = try #require(Double(fields[2]))
      let mean = try #require(model.requests.meanTimePerOutputToken)
      #expect(GoldenData.agree(mean, expected, relative: 1e-7), "\(line)")
    }
  }

  /// Case 14 has no answer to its last request; the published analysis leaves it out, here it counts.
  @Test func `a lost request counts and attains nothing`() throws {
    let item = try #require(try ArtifactCase.all().first { $0.directory == "small-14" })
    let total = RunSummary(records: try imported(item).records, deployments: EndToEndModelSet.deployments).total
    #expect(total.sent == 40)
    #expect(total.completed == 39)
    #expect(total.withinTTFT == 39 - 12)  // result.res: 12 of the 39 answers are over the objective
    #expect(total.withinTPOT == 39 - 3)
  }

  @Test func `costs come with a control-plane log`() throws {
    for item in try importable() {
      #expect((try imported(item).costsPerRequest != nil) == item.hasCostFile, "\(item.directory)")
    }
  }

  @Test(arguments: [
    ("", "r.log:0: the log ends without a single result"),
    ("Generate request [2] for model modelscope/Llama-2-7b-chat-ms/3\n", "r.log: request [1] has neither"),
    (
      "Generate request [1] for model modelscope/Llama-2-7b-chat-ms/3\n"
        + "Generate request [1] for model modelscope/Llama-2-7b-chat-ms/3\n", "r.log:2: request [1] was sent before"
    ),
    ("Generate request [1] for model a/m/777\n", "r.log:1: model `a/m/777` is not deployed"),
    (
      "Generate request [1] for model modelscope/Llama-2-7b-chat-ms/3\n"
        + "[9]: TTFT = 1.0s, TPOT = 1.0 ms, #Tokens = 3 (modelscope/Llama-2-7b-chat-ms/3)\n",
      "r.log:2: request [9] is not among"
    ),
  ])
  func `logs that make no run say why`(text: String, beginning: String) throws {
    let log = try ArtifactRequestLog(parsing: text, file: "r.log")
    let error = #expect(throws: ArtifactLogError.self) {
      try ImportedRun(log: log, costInputs: nil, deployments: EndToEndModelSet.deployments)
    }
    #expect(error?.description.hasPrefix(beginning) == true, "\(error?.description ?? "none")")
  }

  @Test func `answers that are none do not complete`() throws {
    let model = "modelscope/Llama-2-7b-chat-ms/3"
    let log = try ArtifactRequestLog(
      parsing: (1...6).map { "Generate request [\($0)] for model \(model)\n" }.joined() + """
        [1]: TTFT = 1.5s, TPOT = -1.00 ms, #Tokens = 1 (\(model))
        [2]: TTFT = 1.5s, TPOT = -1.00 ms, #Tokens = 0 (\(model))
        [3]: TTFT = 1.5s, TPOT = -9000.00 ms, #Tokens = 5 (\(model))
        [4]: No Token Response!
        [5]: TTFT = -1.5s, TPOT = 20.00 ms, #Tokens = 5 (\(model))
        """, file: "r.log")
    let run = try ImportedRun(log: log, costInputs: nil, deployments: EndToEndModelSet.deployments)
    #expect(
      run.requests.map(\.outcome) == [
        .completed, .failed("The answer had no tokens."),
        .failed("The answer broke off: its last token is older than its first."), .failed("No token came back."),
        .failed("The answer is older than the request."), .unfinished,
      ])
    let first = run.records[0]
    #expect(first.timeToFirstToken == .milliseconds(1500))
    #expect(first.timePerOutputToken == nil)
  }
}
