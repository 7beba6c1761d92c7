import CSVReading

/// The arrivals of one day that the published generator and analysis both start from.
public struct ArtifactTrace: Hashable, Sendable {
  /// One request of the trace.
  public struct Arrival: Hashable, Sendable {
    /// Seconds since the day began.
    public let seconds: Double
    /// The model that it asks for, `vendor/name/k`.
    public let model: String
  }

  /// The name of the file, for errors.
  public let file: String
  /// The requests in the file's order, which is not sorted by time; at least one.
  public let arrivals: [Arrival]

  /// Reads the CSV form: a header that names the columns `arrival_seconds` and `model` among any others.
  ///
  /// - Throws: `ArtifactLogError.malformedTrace`.
  public init(parsing text: String, file: String) throws(ArtifactLogError) {
    let arrivals: [Arrival]
    do {
      arrivals = try Self.arrivals(in: text)
    } catch {
      throw .malformedTrace(file: file, place: "\(error.line)", problem: error.problem)
    }
    try self.init(arrivals: arrivals, file: file)
  }

  private static func arrivals(in text: String) throws(CSVError) -> [Arrival] {
    var rows = CSVReader(text)
    let header = try rows.nextRow() ?? []
    guard let time = header.firstIndex(of: "arrival_seconds"), let model = header.firstIndex(of: "model") else {
      throw CSVError(line: 1, problem: "the header does not name arrival_seconds and model")
    }
    var arrivals: [Arrival] = []
    while true {
      let line = rows.line
      guard let row = try rows.nextRow() else { break }
      guard row.count == header.count, let seconds = Double(row[time]), seconds.isFinite, seconds >= 0 else {
        throw CSVError(line: line, problem: "this is not a row of \(header.count) fields with a time in seconds")
      }
      arrivals.append(Arrival(seconds: seconds, model: row[model]))
    }
    return arrivals
  }

  /// A trace of some arrivals.
  ///
  /// - Throws: `ArtifactLogError.malformedTrace` when there are none.
  init(arrivals: [Arrival], file: String) throws(ArtifactLogError) {
    guard !arrivals.isEmpty else {
      throw .malformedTrace(file: file, place: "1", problem: "the trace has no requests")
    }
    self.file = file
    self.arrivals = arrivals
  }
}
