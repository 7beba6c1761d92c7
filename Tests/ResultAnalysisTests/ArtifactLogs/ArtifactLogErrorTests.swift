import Testing

@testable import ResultAnalysis

/// The sentences that users read, and which logs lead to them.
@Suite struct ArtifactLogErrorTests {
  @Test(arguments: [
    (
      ArtifactLogError.malformedLine(file: "m.log", line: 3, expected: "GPU Usage: [18, 18]"),
      "m.log:3: this is not `GPU Usage: [18, 18]`; the log is cut off or of another version of the artifact."
    ),
    (
      .unknownInstance(file: "m.log", line: 3, instance: 7),
      "m.log:3: instance [7] was never created; give the log from its first line."
    ),
    (
      .repeatedInstance(file: "m.log", line: 3, instance: 7),
      "m.log:3: instance [7] was created before; give the log of one run."
    ),
    (
      .unknownMemory(file: "m.log", line: 3, instance: 7),
      "m.log:3: instance [7] has no `GPU Usage` line; give the whole log."
    ),
    (
      .unknownRequest(file: "m.log", line: 3, request: 7),
      "m.log:3: request [7] is not among the results; give the logs and the rate of the same run."
    ),
    (
      .unknownModel(file: "m.log", line: 3, model: "a/m/9"),
      "m.log:3: model `a/m/9` is not deployed in this model set; give the model set of the run."
    ),
    (
      .unknownLostRequest(file: "r.log", request: 7),
      "r.log: request [7] has neither a result nor a `Generate request` line; give the whole log."
    ),
    (
      .repeatedRequest(file: "r.log", line: 9, request: 7),
      "r.log:9: request [7] was sent before; give the log of one run."
    ),
    (
      .noResults(file: "r.log", lines: 29),
      "r.log:29: the log ends without a single result; give the log of a run that answered requests."
    ),
    (
      .noTokens(file: "r.log"),
      "r.log: the results have no tokens, so a mean TPOT is undefined; give the log of a run that gave answers."
    ),
    (
      .applicationWithoutRequests(file: "r.log", application: "code"),
      "r.log: no request is for `code`, so its attainment is undefined; give the model set of the run."
    ),
    (
      .undefinedTPOT(file: "r.log", of: "a/m/9"),
      "r.log: no answer of `a/m/9` has a second token, so its TPOT is undefined; leave it out or rerun it."
    ),
    (
      .undefinedCost(file: "m.log", model: "a/m/9"),
      "m.log: `a/m/9` had instances and no request, so its cost per request is undefined; leave it out."
    ),
    (
      .resultCountDiffers(file: "r.log", sampled: 40, results: 39),
      "r.log: 39 results for 40 sampled requests; give the trace and the rate of the same run."
    ),
    (
      .malformedTrace(file: "t.csv", place: "4", problem: "a quote is not closed"),
      "t.csv:4: a quote is not closed; write the trace anew as CSV with the columns index,arrival_seconds,model."
    ),
  ])
  func `errors are one sentence that says what to do`(error: ArtifactLogError, sentence: String) {
    #expect(error.description == sentence)
  }

  private static let creation =
    "scheduler: create instance [0] for a/m/3, allocate_time = 0.0 s, create_pod_time = 1.0 s, init_pod_time = 1.0 s\n"

  @Test(arguments: [
    ("GPU Usage: [18]\n", "m.log:1: this is not `a line that names an instance`"),
    (creation, "m.log:1: instance [0] has no `GPU Usage` line"),
    (creation + "GPU Usage: [18]\n" + creation, "m.log:3: instance [0] was created before"),
    ("scheduler: scale down instance [5], time cost = 4.1 seconds\n", "m.log:1: instance [5] was never created"),
    (
      "scheduler: create new instance [6] from [5], time cost = 4.1 seconds\n",
      "m.log:1: instance [5] was never created"
    ),
    (
      creation + "GPU Usage: [18]\nrequest [1] allocated to instance [2], waiting time = 0.0 seconds\n",
      "m.log:3: instance [2] was never created"
    ),
  ])
  func `a control-plane log that does not add up names the line`(text: String, beginning: String) throws {
    let log = try ArtifactMainLog(parsing: text, file: "m.log")
    let error = #expect(throws: ArtifactLogError.self) { try ArtifactInstance.all(in: log) }
    #expect(error?.description.hasPrefix(beginning) == true, "\(error?.description ?? "none")")
  }
}
