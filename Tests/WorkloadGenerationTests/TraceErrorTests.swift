import Testing

@testable import WorkloadGeneration

/// What is wrong with a file is said in one sentence with the file and the line.
@Suite struct TraceErrorTests {
  private static let azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,374,44\n"
  private static let burst = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,GPT-4,1,2,3,API\n"
  private static let functions = "app,func,end_timestamp,duration\na,f,3,1\n"
  private static let mooncake = #"{"timestamp": 5, "input_length": 1, "output_length": 2}"# + "\n"

  private static let sentences: [(String, String)] = [
    ("", "t has no request with a prompt and an answer; give a trace with at least one."),
    ("\n \r\n", "t has no request with a prompt and an answer; give a trace with at least one."),
    (
      "time,tokens\n1,2\n",
      "t:1 begins with 'time,tokens', which is no known trace format; give one of our JSON Lines, Mooncake JSON Lines, "
        + "Azure Functions 2021 CSV, Azure LLM CSV, BurstGPT CSV."
    ),
    (functions, "t holds arrivals of functions without lengths; give it to the trace-driven generator."),
    (
      "TIMESTAMP,ContextTokens\n2023-11-16 18:15:46,374\n",
      "t:1 lacks the column 'GeneratedTokens' among 'TIMESTAMP,ContextTokens'; give the file with its original header."
    ),
    (
      "TIMESTAMP,ContextTokens,GeneratedTokens\n",
      "t has no request with a prompt and an answer; give a trace with at least one."
    ),
    (azure + "2023-11-16 18:15", "t:3 has 1 fields where the header has 3; remove or complete the line."),
    (
      azure + "yesterday,1,2\n",
      "t:3 has 'yesterday' for TIMESTAMP; give a time like 2023-11-16 18:15:46.6805900."
    ),
    (
      azure + "2023-11-16 18:15:46.67,1,2\n",
      "t:3 is earlier than the line before it; sort the file by TIMESTAMP."
    ),
    (
      azure + "2043-11-16 18:15:46.68,1,2\n",
      "t:3 has 2043-11-16 18:15:46.68 for TIMESTAMP; give a time within ten years of the first line."
    ),
    (
      azure + "2023-11-16 18:15:47,-1,2\n",
      "t:3 has -1 for ContextTokens; give a number from 0 to 10000000."
    ),
    (azure + "2023-11-16 18:15:47,1.5,2\n", "t:3 has '1.5' for ContextTokens; give a whole number."),
    (azure + "2023-11-16 18:15:47,nan,2\n", "t:3 has 'nan' for ContextTokens; give a finite number."),
    (azure + "2023-11-16 18:15:47,1e999,2\n", "t:3 has '1e999' for ContextTokens; give a finite number."),
    (azure + "2023-11-16 18:15:47,0x10,2\n", "t:3 has '0x10' for ContextTokens; give a finite number."),
    (
      azure + "2023-11-16 18:15:47,1,99999999999\n",
      "t:3 has 99999999999 for GeneratedTokens; give a number from 0 to 10000000."
    ),
    (burst + "4,GPT-4,1,2,3,API\n", "t:3 is earlier than the line before it; sort the file by Timestamp."),
    (burst + "6,,1,2,3,API\n", "t:3 has nothing for Model; give a name."),
    (burst + "-6,GPT-4,1,2,3,API\n", "t:3 has -6 for Timestamp; give a number from 0 to 315360000."),
    (
      burst.split(separator: "\n")[0] + "\n5,GPT-4,1,0,1,API\n",
      "t has no request with a prompt and an answer; give a trace with at least one."
    ),
    (
      mooncake + mooncake.replacing("5", with: "4"),
      "t:2 is earlier than the line before it; sort the file by timestamp."
    ),
    (
      mooncake + #"{"timestamp": 5, "input_length": 1"#,
      "t:2 is not an object with the numbers timestamp, input_length and output_length; remove or correct the line."
    ),
    (
      mooncake + mooncake.replacing("5", with: "NaN"),
      "t:2 is not an object with the numbers timestamp, input_length and output_length; remove or correct the line."
    ),
    (
      mooncake.replacing("5", with: "-5"),
      "t:1 has -5.0 for timestamp; give milliseconds from 0 to 315360000000."
    ),
    (
      mooncake.replacing(": 1", with: ": 0"),
      "t:1 has 0.0 for input_length; give a whole number of tokens from 1 to 10000000."
    ),
    (mooncake.replacing(": 2", with: ": 2.5"), "t:1 has '2.5' for output_length; give a whole number."),
    (
      #"{"schema":"hydraserve-trace/9","requests":1,"checksum":""}"# + "\n" + mooncake,
      "t:1 names the schema 'hydraserve-trace/9' instead of 'hydraserve-trace/1'; write the trace with this version."
    ),
    (
      #"{"schema":"hydraserve-trace/1","requests":1}"# + "\n" + mooncake,
      "t:1 is not a header with schema, requests and checksum; remove or correct the line."
    ),
    (
      #"{"schema":"hydraserve-trace/1","requests":2,"checksum":""}"# + "\n" + mooncake,
      "t:1 announces 2 requests and has 1; make the trace again."
    ),
    (
      #"{"schema":"hydraserve-trace/1","requests":1,"checksum":"x"}"# + "\n" + mooncake,
      "t:1 announces the checksum x, but its lines have \(LineChecksum.text(of: Array(mooncake.utf8)[...])); "
        + "make the trace again."
    ),
    (
      #"{"schema":"hydraserve-trace/1","requests":1,"checksum":"x","duration_s":-1}"# + "\n" + mooncake,
      "t:1 has -1.0 for duration_s; give seconds above 0 and up to 315360000."
    ),
    (
      mooncake.replacing("}", with: #", "id": 7}"#) + mooncake.replacing("}", with: #", "id": 7}"#),
      "t:2 has the number 7 of an earlier request; number requests apart."
    ),
  ]

  @Test(arguments: sentences)
  func `a bad file is refused in one sentence`(text: String, sentence: String) throws {
    let error = #expect(throws: WorkloadError.self) { try TraceFile(Array(text.utf8), path: "t") }
    #expect(error?.description == sentence)
  }

  @Test(
    arguments: [
      ("", "t has no request with a prompt and an answer; give a trace with at least one."),
      (
        "app,func\na,b\n",
        "t:1 lacks the column 'end_timestamp' among 'app,func'; give the file with its original header."
      ),
      (functions + "a,,3,1\n", "t:3 has nothing for func; give a name."),
      (functions + "a,f,3,-1\n", "t:3 has -1 for duration; give a number from 0 to 31536000."),
      (functions + "a,f,1.7e9,1\n", "t:3 has 1.7e9 for end_timestamp; give a number from 0 to 31536000."),
      (functions + "a,f,3\n", "t:3 has 3 fields where the header has 4; remove or complete the line."),
    ] as [(String, String)])
  func `a bad function trace is refused in one sentence`(text: String, sentence: String) {
    let error = #expect(throws: WorkloadError.self) {
      try FunctionTrace(azureFunctions: Array(text.utf8), path: "t")
    }
    #expect(error?.description == sentence)
  }

  @Test func `a sentence does not repeat a megabyte`() {
    let text = Self.azure + String(repeating: "\u{1}9", count: 1_000_000) + ",1,2\n"
    let error = #expect(throws: WorkloadError.self) { try TraceFile(Array(text.utf8), path: "t") }
    #expect((error?.description.count ?? .max) < 300)
  }

  @Test(
    arguments: [
      (
        WorkloadError.tooFewArrivals(wanted: 5, available: 3),
        "The trace has 3 arrivals, fewer than the 5 requests to replay; lower the request rate."
      ),
      (
        .malformedResource(name: "lengths", reason: "no table"),
        "The built-in lengths cannot be read (no table); build the toolkit from an unchanged copy."
      ),
      (
        .trace(path: "t", line: 4, problem: .unknownModel("m/1")),
        "t:4 asks for 'm/1', which is not deployed; correct the name or deploy it."
      ),
    ] as [(WorkloadError, String)])
  func `other errors are sentences too`(error: WorkloadError, sentence: String) {
    #expect(error.description == sentence)
  }
}
