import GoldenData

/// One line of a recorded run, or of a run of ours in the same words.
struct TraceEvent: Hashable, Sendable, CustomStringConvertible {
  let time: Double
  let name: String
  /// Everything else, by key; numbers that are times or spans are compared with a tolerance.
  let fields: [String: JSONValue]

  init(_ time: Double, _ name: String, _ fields: [String: JSONValue] = [:]) {
    self.time = time
    self.name = name
    self.fields = fields
  }

  init(_ json: JSONValue) throws {
    var fields = try json.object
    time = try json["t"].double
    name = try json["ev"].string
    fields["t"] = nil
    fields["ev"] = nil
    self.fields = fields
  }

  /// Fields that are spans: seconds, or milliseconds where the name says so.
  private static let spans: [String: Double] = ["waiting": 1, "ttft": 1, "slo_ms": 1000]

  /// Whether two events are the same: all fields equal, times and spans within a tolerance in seconds.
  func agrees(with other: TraceEvent, within tolerance: Double) -> Bool {
    guard name == other.name, abs(time - other.time) <= tolerance, fields.count == other.fields.count else {
      return false
    }
    return fields.allSatisfy { key, value in
      guard let counterpart = other.fields[key] else { return false }
      if value == counterpart { return true }
      guard case .number(let a) = value, case .number(let b) = counterpart else { return false }
      if let unit = Self.spans[key] { return abs(a - b) <= tolerance * unit + 1e-3 }
      return GoldenData.agree(a, b)
    }
  }

  var description: String {
    let text = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    return "\(time) \(name) \(text)"
  }
}
