import Quantities
import Testing

@testable import WorkloadGeneration

@Suite struct TraceFileTests {
  private static let metadata = WorkloadMetadata(
    generator: "synthetic-production-trace/1", seed: .max, cv: 8, requestsPerSecond: 0.6, durationSeconds: 3600,
    pooledArrivals: 3_400_000, outputPurpose: "outputs")

  private static let records = [
    TraceRecord(
      id: 1, sendAt: Timestamp(nanoseconds: 0), promptTokens: 6758, outputTokens: 500, model: "vendor/model/0",
      application: "chatbot"),
    TraceRecord(
      id: 2, sendAt: Timestamp(nanoseconds: 1_234_567_891), promptTokens: 1, outputTokens: 1, model: "a \"b\"\n/1"),
    TraceRecord(id: 3, sendAt: Timestamp(nanoseconds: 3_599_999_999_999), promptTokens: 280, outputTokens: 1024),
  ]

  static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `what is written is read again`() throws {
    let file = TraceFile(records: Self.records, metadata: Self.metadata)
    let text = try file.jsonLines()
    #expect(try TraceFile(hydraserve: Self.bytes(text), path: "t.jsonl") == file)
    #expect(try TraceFormat.detect(Self.bytes(text), path: "t.jsonl") == .hydraserve)
    #expect(try TraceFile(Self.bytes(text), path: "t.jsonl") == file)
    #expect(try file.jsonLines() == text)
    let bare = TraceFile(records: Self.records)
    #expect(try TraceFile(hydraserve: Self.bytes(bare.jsonLines()), path: "t.jsonl") == bare)
  }

  @Test func `the lines have Mooncake's keys and ours`() throws {
    let lines = try TraceFile(records: Self.records, metadata: Self.metadata).jsonLines().split(separator: "\n")
    #expect(lines.count == 4)
    // Milliseconds, by hand; keys in alphabetical order.
    #expect(
      lines[1]
        == #"{"app":"chatbot","id":1,"input_length":6758,"model":"vendor/model/0","output_length":500,"timestamp":0}"#)
    #expect(
      lines[2]
        == #"{"id":2,"input_length":1,"model":"a \"b\"\n/1","output_length":1,"timestamp":1234.567891}"#)
    for part in [
      #""schema":"hydraserve-trace/1""#, #""seed":18446744073709551615"#,
      #""generator":"synthetic-production-trace/1""#,
      #""checksum":"fnv1a64:"#, #""requests":3"#,
    ] {
      #expect(lines[0].contains(part))
    }
  }

  @Test func `the checksum is FNV-1a`() {
    // The published values of the empty text and of "foobar".
    #expect(LineChecksum.text(of: []) == "fnv1a64:cbf29ce484222325")
    #expect(LineChecksum.text(of: Self.bytes("foobar")[...]) == "fnv1a64:85944171f73967e8")
  }

  @Test func `a changed byte is noticed`() throws {
    let text = try TraceFile(records: Self.records, metadata: Self.metadata).jsonLines()
    let changed = text.replacing("\"input_length\":280", with: "\"input_length\":281")
    let error = #expect(throws: WorkloadError.self) {
      try TraceFile(hydraserve: Self.bytes(changed), path: "t.jsonl")
    }
    guard case .trace(path: "t.jsonl", line: 1, problem: .wrongChecksum) = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a file that is cut short is noticed wherever it is cut`() throws {
    let bytes = Self.bytes(try TraceFile(records: Self.records, metadata: Self.metadata).jsonLines())
    for length in 0..<bytes.count {
      #expect(throws: WorkloadError.self, "\(length) of \(bytes.count) bytes") {
        try TraceFile(hydraserve: Array(bytes[..<length]), path: "t.jsonl")
      }
    }
  }

  @Test(arguments: UInt64(0)..<2)
  func `a workload comes back from its file`(seed: UInt64) throws {
    let workload = try ProductionWorkload.generate(cv: 8, requestsPerSecond: 0.05, seed: seed)
    let deployments = ProductionWorkload.deployments.enumerated().map { index, deployment in
      (model: "vendor/\(deployment.billionParameters)b/\(index)", application: String?(deployment.application.rawValue))
    }
    let text = try TraceFile(workload, deployments: deployments).jsonLines()
    let read = try TraceFile(hydraserve: Self.bytes(text), path: "t.jsonl")
    #expect(try read.requests(models: deployments.map(\.model), seed: 0, path: "t.jsonl") == workload.requests)
    #expect(read.metadata == workload.metadata)
    let first = try #require(read.records.first?.model)
    #expect(throws: WorkloadError.self) { try read.requests(models: [first], seed: 0, path: "t.jsonl") }
  }
}

@Suite struct ForeignTraceTests {
  @Test func `Mooncake's lines are read, with keys that nobody needs`() throws {
    let text = """
      {"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1, 2]}
      {"timestamp": 27.5, "input_length": 7322, "output_length": 490, "hash_ids": []}

      """
    let file = try TraceFile(TraceFileTests.bytes(text), path: "m.jsonl")
    #expect(file.records.map(\.sendAt) == [.zero, Timestamp(nanoseconds: 27_500_000)])
    #expect(file.records.map(\.promptTokens) == [6758, 7322])
    #expect(file.records.map(\.outputTokens) == [500, 490])
    #expect(file.records.map(\.id) == [1, 2])
  }

  @Test func `Azure's LLM traces of both years are read`() throws {
    let text = """
      TIMESTAMP,ContextTokens,GeneratedTokens
      2023-11-16 23:59:59.6805900,374,44
      2023-11-17 00:00:01.0000001,396,109
      2024-02-29T00:00:00+00:00,5,0
      2024-03-01 00:00:00.009930+00:00,5,7
      """
    let file = try TraceFile(TraceFileTests.bytes("\u{FEFF}" + text.replacing("\n", with: "\r\n")), path: "a.csv")
    // 1.0000001 + (60 - 59.68059) s. The last line is 14 + 31 + 31 + 29 = 105 days and 0.31941 + 0.00993 s later.
    #expect(file.records.map(\.sendAt.nanoseconds) == [0, 1_319_410_100, 9_072_000_329_340_000])
    #expect(file.records.map(\.promptTokens) == [374, 396, 5])
    #expect(file.failedRequests == 1)
  }

  @Test func `BurstGPT is read with and without sessions`() throws {
    let old = """
      Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
      5,ChatGPT,472,18,490,Conversation log
      45,GPT-4,1087,0,1087,Conversation log
      118.5,GPT-4,417,276,693,API log
      """
    let new = """
      Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type
      5,1,2.5,ChatGPT,472,18,490,Conversation log
      """
    let file = try TraceFile(TraceFileTests.bytes(old), path: "b.csv")
    #expect(file.records.map(\.sendAt) == [.seconds(5), .seconds(118.5)])
    #expect(file.records.map(\.model) == ["ChatGPT", "GPT-4"])
    #expect(file.failedRequests == 1)
    #expect(try TraceFile(TraceFileTests.bytes(new), path: "b.csv").records == [file.records[0]])
  }

  @Test func `Azure's function trace gives the start of each invocation by function`() throws {
    let text = """
      app,func,end_timestamp,duration
      a1,f1,0.079,0.25
      a1,f2,3,1
      a2,f1,10,9.5
      a1,f2,11.5,0.5
      """
    let trace = try FunctionTrace(azureFunctions: TraceFileTests.bytes(text), path: "f.csv")
    // End - duration, by hand: the first began before the trace did, a2/f1 at 0.5, a1/f2 at 2 and 11.
    #expect(trace.functions == [[0], [0.5], [2, 11]])
    #expect(try TraceFormat.detect(TraceFileTests.bytes(text), path: "f.csv") == .azureFunctions)
  }

  @Test func `dates are those of the calendar`() {
    // 2000-03-01 is day 11017 of 1970, and 11017 x 86400 = 951868800, by any calendar program.
    #expect(DateAndTime("1970-01-01 00:00:00")?.nanoseconds == 0)
    #expect(DateAndTime("2000-03-01 00:00:00.5")?.nanoseconds == 951_868_800_500_000_000)
    #expect(DateAndTime("1969-12-31T23:59:59Z")?.nanoseconds == -1_000_000_000)
    for text in [
      "", "2023", "2023-11-16", "2023-11-16 18:15", "2023-02-29 00:00:00", "2023-13-01 00:00:00", "2023-00-01 00:00:00",
      "2023-04-31 00:00:00", "2023-11-16 24:00:00", "2023-11-16 18:60:00", "2023-11-16 18:15:60",
      "2023-11-16 18:15:46.", "2023-11-16 18:15:46+01:00", "2023-11-16 18:15:46 ", "-023-11-16 18:15:46",
      "9999-11-16 18:15:46",
    ] {
      #expect(DateAndTime(text) == nil, "\(text)")
    }
  }
}
