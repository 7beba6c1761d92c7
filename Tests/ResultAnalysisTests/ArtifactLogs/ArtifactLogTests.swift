import GoldenData
import Testing

@testable import ResultAnalysis

/// Reading logs and traces: what is read, and one sentence with file and line for what cannot be.
@Suite struct ArtifactLogTests {
  @Test func `a request log is read line by line`() throws {
    let log = try ArtifactRequestLog(
      parsing: """
        Load 694 requests in total.\r
        Generate request [1] for model a/m/3\r
        some unrelated line [1]: TTFT
        Meet exception: Connection Reset By Peer. Retry.
        [1]: TTFT = 1.91s, TPOT = -1.00 ms, #Tokens = 1 (a/m/3)
        [2]: No Token Response!
        """, file: "request.log")
    #expect(log.lineCount == 6)
    #expect(log.sent == [.init(request: 1, model: "a/m/3", line: 2)])
    #expect(
      log.results == [.init(request: 1, ttftSeconds: 1.91, tpotMilliseconds: -1, tokens: 1, model: "a/m/3", line: 5)])
    #expect(log.withoutTokens == [2])
    #expect(log.retries == 1)
  }

  @Test func `a control-plane log is read line by line`() throws {
    let log = try ArtifactMainLog(
      parsing: """
        Model a/m/3 allocated to [0, 1]
        scheduler: create instance [4] for a/m/3, allocate_time = 0.5 s, create_pod_time = 1.5 s, init_pod_time = 2.0 s
        GPU Usage: [18, 5]
        Current GPU Resouces: [[22, 22], [22, 22]]
        request [7] allocated to instance [4], waiting time = 8.3 seconds
        scheduler: instance [4] starts to load dest at 5e-05 s
        scheduler: instance [4] starts to load dest at 0.25 s
        scheduler: instance [4] load dest time cost = 4.1 s
        scheduler: scale down instance [4], time cost = 13.9 seconds
        scheduler: create new instance [5] from [4], time cost = 12.5 seconds
        """, file: "main.log")
    #expect(
      log.entries == [
        .init(event: .created(instance: 4, model: "a/m/3", seconds: 4), line: 2),
        .init(event: .memory([18, 5]), line: 3),
        .init(event: .allocated(request: 7, instance: 4, waitedSeconds: 8.3), line: 5),
        .init(event: .loadStarted(instance: 4, waitedSeconds: 0.25), line: 7),
        .init(event: .scaledDown(instance: 4, seconds: 13.9), line: 9),
        .init(event: .child(instance: 5, parent: 4), line: 10),
      ])
  }

  @Test(arguments: [
    "[5]: TTFT = 1.91s, TPOT = 105.39 ms, #Tok", "[5]: TTFT = nans, TPOT = 1.00 ms, #Tokens = 3 (a/m/3)",
    "[5]: TTFT = 1.91s, TPOT = 1.2.3 ms, #Tokens = 3 (a/m/3)", "[5]: TTFT = 1.91s, TPOT = 1.0 ms, #Tokens = 3 (a/m/3",
    "[5]: TTFT = 1.91s, TPOT = 1.0 ms, #Tokens = 99999999999999999999 (a/m/3)",
    "[5]: TTFT = 99999999s, TPOT = 1.0 ms, #Tokens = 3 (a/m/3)", "Generate request [x] for model a/m/3",
    "Generate request [5] for model ",
  ])
  func `a request log that is cut off names the line`(line: String) {
    let error = #expect(throws: ArtifactLogError.self) {
      try ArtifactRequestLog(parsing: "Load 3 requests in total.\n\(line)\n", file: "request.log")
    }
    #expect(error?.description.hasPrefix("request.log:2: this is not `") == true)
  }

  @Test(arguments: [
    "scheduler: create instance [0] for a/m/3, allocate_time = 0.0 s, create_pod", "GPU Usage: []",
    "GPU Usage: [18, ", "request [1] allocated to instance [", "scheduler: instance [2] starts to load dest at soon",
    "scheduler: instance [2] starts to load dest at 5e-05", "scheduler: scale down instance [2], time cost = 4.1",
    "scheduler: create new instance [3] from", "request [1] allocated to instance [0], waiting time = inf seconds",
  ])
  func `a control-plane log that is cut off names the line`(line: String) {
    let error = #expect(throws: ArtifactLogError.self) {
      try ArtifactMainLog(parsing: "Total GPU Resouces: \n\(line)\n", file: "main.log")
    }
    #expect(error?.description.hasPrefix("main.log:2: this is not `") == true)
  }

  @Test func `a trace may have its columns anywhere and quotes around fields`() throws {
    let trace = try ArtifactTrace(
      parsing: "model,prompt,arrival_seconds\r\n"
        + "\"a/m/1\",\"two\nlines, \"\"quoted\"\"\",12.5\r\na/m/2,,0\r\n", file: "t.csv")
    #expect(trace.arrivals == [.init(seconds: 12.5, model: "a/m/1"), .init(seconds: 0, model: "a/m/2")])
  }

  @Test(arguments: [
    ("", "t.csv:1: the header does not name arrival_seconds and model"),
    ("index,model\n", "t.csv:1: the header does not name arrival_seconds and model"),
    ("arrival_seconds,model\n", "t.csv:1: the trace has no requests"),
    ("arrival_seconds,model\n1.0,a/m/1\nx,a/m/1\n", "t.csv:3: this is not a row of 2 fields with a time in seconds"),
    ("arrival_seconds,model\nnan,a/m/1\n", "t.csv:2: this is not a row of 2 fields with a time in seconds"),
    ("arrival_seconds,model\n-1,a/m/1\n", "t.csv:2: this is not a row of 2 fields with a time in seconds"),
    ("arrival_seconds,model\n1.0\n", "t.csv:2: this is not a row of 2 fields with a time in seconds"),
    ("arrival_seconds,model\n1.0,\"a/m/1\n", "t.csv:2: a quote is not closed"),
  ])
  func `a bad trace names the line`(text: String, beginning: String) {
    let error = #expect(throws: ArtifactLogError.self) { try ArtifactTrace(parsing: text, file: "t.csv") }
    #expect(error?.description.hasPrefix(beginning + ";") == true, "\(error?.description ?? "none")")
  }

  /// `cos\nsystem\n(S'…'\ntR.` is the classic pickle that runs a command; 0x63 is its first byte.
  @Test func `a binary trace that names code is refused`() {
    let bytes = Array("cos\nsystem\n(S'true'\ntR.".utf8)
    let error = #expect(throws: ArtifactLogError.self) { try ArtifactTrace(parsingBinary: bytes, file: "t.pkl") }
    #expect(error?.description.hasPrefix("t.pkl:byte 1: opcode 0x63 makes something other than lists") == true)
  }

  @Test func `a binary trace that is cut off anywhere is refused, not trapped on`() throws {
    let bytes = Array(try GoldenData.data("analysis/traces/trace_small-00.pkl"))
    for length in 0..<bytes.count {
      #expect(throws: ArtifactLogError.self) {
        try ArtifactTrace(parsingBinary: Array(bytes.prefix(length)), file: "t.pkl")
      }
    }
  }

  /// C's `%.1f`, from Python's `'%.1f' % x`: halves that a binary number holds exactly go to the even digit.
  @Test(arguments: [
    (91.25, "91.2"), (0.35, "0.3"), (0.25, "0.2"), (0.75, "0.8"), (99.95, "100.0"), (100, "100.0"), (0.05, "0.1"),
    (33.35, "33.4"), (66.65, "66.7"), (12.5, "12.5"), (93.75, "93.8"), (0.15, "0.1"), (0, "0.0"),
  ])
  func `one decimal is rounded as C does`(value: Double, text: String) {
    #expect(oneDecimal(value) == text)
  }
}
