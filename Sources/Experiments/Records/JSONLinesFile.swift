import FoundationEssentials

/// Reading files of one JSON value a line.
package enum JSONLinesFile {
  /// The values of all lines.
  ///
  /// The text is read as one array, many times faster than line by line; only when that fails is the line looked for.
  ///
  /// - Throws: ``ExperimentError/malformed(path:line:expected:)`` with the line that is something else.
  package static func read<Value: Decodable>(
    _ type: Value.Type, text: String, path: String, expected: String
  ) throws -> [Value] {
    let lines = text.split(separator: "\n")
    let array = "[" + lines.joined(separator: ",") + "]"
    if let values = try? JSONDecoder().decode([Value].self, from: Data(array.utf8)) { return values }
    let bad = lines.firstIndex { (try? JSONDecoder().decode(Value.self, from: Data($0.utf8))) == nil } ?? 0
    throw ExperimentError.malformed(path: path, line: bad + 1, expected: expected)
  }
}
