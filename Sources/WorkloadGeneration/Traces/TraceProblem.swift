/// What is wrong with a trace file; its description goes on after the file's name and line.
public enum TraceProblem: Error, Hashable, Sendable {
  /// The file has no request that could be replayed.
  case empty
  /// The file has arrivals of functions, which have no lengths.
  case functionTrace
  /// The first line is that of no known format.
  case unknownFormat(firstLine: String)
  /// The header of a CSV file lacks a column.
  case missingColumn(String, header: String)
  /// A line of a CSV file is cut short or has something added.
  case fieldCount(Int, expected: Int)
  /// A field is not a finite number.
  case notANumber(column: String, text: String)
  /// A field is not a whole number.
  case notWhole(column: String, text: String)
  /// A number is too small or too large.
  case outOfRange(column: String, text: String, allowed: String)
  /// A field is not a date with a time of day.
  case notADate(column: String, text: String)
  /// A name is missing.
  case blank(column: String)
  /// A request is earlier than the one before it.
  case unsorted(column: String)
  /// A line is not the expected JSON object.
  case notJSON(expected: String)
  /// The header names another schema.
  case wrongSchema(String, expected: String)
  /// The lines are not those that the header's checksum was computed from.
  case wrongChecksum(String, expected: String)
  /// The header announces another number of requests.
  case requestCount(Int, expected: Int)
  /// Two requests have one number.
  case duplicateID(Int)
  /// A request asks for a model that is not deployed.
  case unknownModel(String)
}

extension TraceProblem: CustomStringConvertible {
  /// The end of a sentence, without its full stop.
  public var description: String {
    switch self {
    case .empty:
      "has no request with a prompt and an answer; give a trace with at least one"
    case .functionTrace:
      "holds arrivals of functions without lengths; give it to the trace-driven generator"
    case .unknownFormat(let firstLine):
      "begins with '\(Self.short(firstLine))', which is no known trace format; "
        + "give one of \(TraceFormat.allCases.map(\.label).joined(separator: ", "))"
    case .missingColumn(let column, let header):
      "lacks the column '\(column)' among '\(Self.short(header))'; give the file with its original header"
    case .fieldCount(let found, let expected):
      "has \(found) fields where the header has \(expected); remove or complete the line"
    case .notANumber(let column, let text):
      "has '\(Self.short(text))' for \(column); give a finite number"
    case .notWhole(let column, let text):
      "has '\(Self.short(text))' for \(column); give a whole number"
    case .outOfRange(let column, let text, let allowed):
      "has \(Self.short(text)) for \(column); give \(allowed)"
    case .notADate(let column, let text):
      "has '\(Self.short(text))' for \(column); give a time like 2023-11-16 18:15:46.6805900"
    case .blank(let column):
      "has nothing for \(column); give a name"
    case .unsorted(let column):
      "is earlier than the line before it; sort the file by \(column)"
    case .notJSON(let expected):
      "is not \(expected); remove or correct the line"
    case .wrongSchema(let found, let expected):
      "names the schema '\(Self.short(found))' instead of '\(expected)'; write the trace with this version"
    case .wrongChecksum(let found, let expected):
      "announces the checksum \(Self.short(expected)), but its lines have \(found); make the trace again"
    case .requestCount(let found, let expected):
      "announces \(expected) requests and has \(found); make the trace again"
    case .duplicateID(let id):
      "has the number \(id) of an earlier request; number requests apart"
    case .unknownModel(let model):
      "asks for '\(Self.short(model))', which is not deployed; correct the name or deploy it"
    }
  }

  /// Keeps a sentence readable when a field is a megabyte long or holds control characters.
  private static func short(_ text: String) -> String {
    let start = text.unicodeScalars.prefix(80).map { $0.properties.generalCategory == .control ? " " : String($0) }
    return start.joined() + (text.unicodeScalars.count > 80 ? "…" : "")
  }
}
