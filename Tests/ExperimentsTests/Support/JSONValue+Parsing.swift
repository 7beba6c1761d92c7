import GoldenData
import WireProtocols

extension JSONValue {
  /// The value of a JSON text that a test has at hand.
  static func parsing(_ text: String) throws -> JSONValue {
    JSONValue(try JSON(parsing: Array(text.utf8)))
  }

  /// The values of a text with one on each line.
  static func parsing(lines text: String) throws -> [JSONValue] {
    try text.split(separator: "\n", omittingEmptySubsequences: true).map { try parsing(String($0)) }
  }
}
