import Quantities

extension TraceFile {
  /// Reads an Azure LLM inference trace of 2023 or 2024; the first request is at time 0.
  ///
  /// - Throws: ``WorkloadError/trace(path:line:problem:)``.
  public init(azureLLM contents: [UInt8], path: String) throws(WorkloadError) {
    var origin: Int64?
    try self.init(
      contents, columns: ["TIMESTAMP", "ContextTokens", "GeneratedTokens"], path: path
    ) { row throws(WorkloadError) in
      guard let moment = DateAndTime(row.text(0)) else {
        throw row.failure(.notADate(column: "TIMESTAMP", text: row.text(0)))
      }
      let start = origin ?? moment.nanoseconds
      origin = start
      let limit = Int64(TraceLimits.seconds) * 1_000_000_000
      // Four centuries, the span of the dates that are read, are more nanoseconds than the difference can hold.
      let (elapsed, overflow) = moment.nanoseconds.subtractingReportingOverflow(start)
      guard !overflow, elapsed <= limit else {
        throw row.failure(
          .outOfRange(column: "TIMESTAMP", text: row.text(0), allowed: "a time within ten years of the first line"))
      }
      guard elapsed >= 0 else { throw row.failure(.unsorted(column: "TIMESTAMP")) }
      return (
        sendAt: Timestamp(nanoseconds: elapsed), prompt: try row.tokens(1), output: try row.tokens(2), model: nil
      )
    }
  }

  /// Reads a BurstGPT trace, with or without its columns of sessions.
  ///
  /// - Throws: ``WorkloadError/trace(path:line:problem:)``.
  public init(burstGPT contents: [UInt8], path: String) throws(WorkloadError) {
    try self.init(
      contents, columns: ["Timestamp", "Request tokens", "Response tokens", "Model"], path: path
    ) { row throws(WorkloadError) in
      let seconds = try row.number(0, in: 0...TraceLimits.seconds)
      return (
        sendAt: .seconds(seconds), prompt: try row.tokens(1), output: try row.tokens(2), model: try row.name(3)
      )
    }
  }

  private typealias Fields = (sendAt: Timestamp, prompt: Int, output: Int, model: String?)

  private init(
    _ contents: [UInt8], columns: [String], path: String,
    fields: (CSVTrace.Row) throws(WorkloadError) -> Fields
  ) throws(WorkloadError) {
    var rows = try CSVTrace(contents, columns: columns, path: path)
    var records: [TraceRecord] = []
    var failed = 0
    var last = Timestamp.zero
    while let row = try rows.next() {
      let (sendAt, prompt, output, model) = try fields(row)
      guard sendAt >= last else { throw row.failure(.unsorted(column: columns[0])) }
      last = sendAt
      if prompt > 0 && output > 0 {
        records.append(
          TraceRecord(
            id: records.count + 1, sendAt: sendAt, promptTokens: prompt, outputTokens: output, model: model))
      } else {
        failed += 1
      }
    }
    guard !records.isEmpty else { throw .trace(path: path, line: 0, problem: .empty) }
    self.init(records: records, failedRequests: failed)
  }
}
