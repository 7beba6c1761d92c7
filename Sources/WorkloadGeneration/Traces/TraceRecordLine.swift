import Quantities

/// A request as it stands in a JSON line: Mooncake's keys, so that other load generators read it, and ours.
struct TraceRecordLine: Codable {
  /// Milliseconds from the start of the trace.
  let timestamp: Double
  let inputLength: Double
  let outputLength: Double
  let model: String?
  let app: String?
  let id: Int?

  enum CodingKeys: String, CodingKey {
    case timestamp
    case inputLength = "input_length"
    case outputLength = "output_length"
    case model
    case app
    case id
  }

  init(_ record: TraceRecord) {
    timestamp = Double(record.sendAt.nanoseconds) / 1e6
    inputLength = Double(record.promptTokens)
    outputLength = Double(record.outputTokens)
    model = record.model
    app = record.application
    id = record.id
  }

  /// The request, once its numbers are checked.
  ///
  /// - Parameter number: of the request, where the line has none.
  func record(number: Int) throws(TraceProblem) -> TraceRecord {
    let limit = TraceLimits.seconds * 1e3
    guard timestamp.isFinite, timestamp >= 0, timestamp <= limit else {
      throw .outOfRange(
        column: "timestamp", text: "\(timestamp)", allowed: "milliseconds from 0 to \(TraceLimits.text(limit))")
    }
    let prompt = try Self.tokens(inputLength, column: "input_length")
    let output = try Self.tokens(outputLength, column: "output_length")
    return TraceRecord(
      id: id ?? number, sendAt: Timestamp(nanoseconds: Int64((timestamp * 1e6).rounded())), promptTokens: prompt,
      outputTokens: output, model: model, application: app)
  }

  private static func tokens(_ value: Double, column: String) throws(TraceProblem) -> Int {
    guard value >= 1, value <= Double(TraceLimits.tokens) else {
      throw .outOfRange(
        column: column, text: "\(value)", allowed: "a whole number of tokens from 1 to \(TraceLimits.tokens)")
    }
    guard let whole = Int(exactly: value) else { throw .notWhole(column: column, text: "\(value)") }
    return whole
  }
}

/// The first line of a trace of ours.
struct TraceHeaderLine: Codable {
  let schema: String
  let requests: Int
  let checksum: String
  let generator: String?
  let seed: UInt64?
  let cv: Double?
  let requestsPerSecond: Double?
  let durationSeconds: Double?
  let pooledArrivals: Int?
  let outputPurpose: String?

  enum CodingKeys: String, CodingKey {
    case schema
    case requests
    case checksum
    case generator
    case seed
    case cv
    case requestsPerSecond = "requests_per_second"
    case durationSeconds = "duration_s"
    case pooledArrivals = "pooled_arrivals"
    case outputPurpose = "output_purpose"
  }

  init(requests: Int, checksum: String, metadata: WorkloadMetadata?) {
    schema = TraceFile.schema
    self.requests = requests
    self.checksum = checksum
    generator = metadata?.generator
    seed = metadata?.seed
    cv = metadata?.cv
    requestsPerSecond = metadata?.requestsPerSecond
    durationSeconds = metadata?.durationSeconds
    pooledArrivals = metadata?.pooledArrivals
    outputPurpose = metadata?.outputPurpose
  }

  /// What the requests were drawn from, where the header says all of it.
  var metadata: WorkloadMetadata? {
    guard let generator, let seed, let cv, let requestsPerSecond, let durationSeconds, let pooledArrivals,
      let outputPurpose
    else { return nil }
    return WorkloadMetadata(
      generator: generator, seed: seed, cv: cv, requestsPerSecond: requestsPerSecond,
      durationSeconds: durationSeconds, pooledArrivals: pooledArrivals, outputPurpose: outputPurpose)
  }
}
