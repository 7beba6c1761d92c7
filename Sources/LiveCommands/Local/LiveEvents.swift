import Experiments
import Quantities
import ServingModel
import WireProtocols

/// The decisions that a server wrote down.
struct LiveEvents {
  /// Its lines.
  let lines: [Substring]
  /// The same, read.
  let events: [JSON]

  /// Reads the log of a server, without its first lines.
  init(readingFrom path: String, skipping: Int = 0) throws {
    try self.init(text: try FileStore.read(path), path: path, skipping: skipping)
  }

  /// Reads the text of a log, without its first lines.
  ///
  /// - Parameter path: what an error names.
  init(text: String, path: String, skipping: Int = 0) throws {
    lines = text.split(separator: "\n").dropFirst(skipping).map { $0 }
    events = try lines.enumerated().map { number, line in
      do {
        return try JSON(parsing: Array(line.utf8))
      } catch {
        throw ExperimentError.malformed(path: path, line: skipping + number + 1, expected: "an event of a server")
      }
    }
  }

  /// The lines as a file's text.
  var text: String {
    lines.map { "\($0)\n" }.joined()
  }

  /// The events of a kind.
  func all(_ kind: String) -> [JSON] {
    events.filter { $0["event"]?.string == kind }
  }

  /// Marks the requests that met an instance which could not serve yet when they were sent.
  ///
  /// The server numbers requests as they arrive, which is the order in which they were sent.
  func marking(_ records: [RequestRecord]) -> [RequestRecord] {
    var readyAt: [Int: Double] = [:]
    for event in all("instance_ready") {
      if let instance = event["instance"]?.integer, let time = event["t_s"]?.number { readyAt[instance] = time }
    }
    var instanceOf: [RequestID: Int] = [:]
    for event in all("request_allocated") {
      if let request = event["request"]?.integer { instanceOf[request] = event["instance"]?.integer }
    }
    let numbers = instanceOf.keys.sorted()
    return zip(records.indices, records).map { place, record in
      var record = record
      if numbers.indices.contains(place), let instance = instanceOf[numbers[place]], let ready = readyAt[instance] {
        record.metColdStart = ready > record.sentAt.inSeconds
      }
      return record
    }
  }
}

extension JSON {
  /// The value of a number, whole or not; `nil` for anything else.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
