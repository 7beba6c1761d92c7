import YAMLReading

/// A number or word of the configuration that a sweep sets to another value.
public struct ConfigurationChange: Codable, Hashable, Sendable {
  /// Where it stands: the keys on the way, with points between them, as in `hardware.pod_deletion_s`.
  public let key: String
  /// The value, as it would stand in the file.
  public let value: String

  /// A change.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }

  /// The tree with the value in its place.
  ///
  /// - Throws: ``UsageError`` for a key that the configuration does not have, or that holds more than one value.
  func applied(to root: YAMLNode) throws -> YAMLNode {
    try applied(to: root, below: "", rest: key[...])
  }

  private func applied(to node: YAMLNode, below way: String, rest: Substring) throws -> YAMLNode {
    guard case .mapping(let entries) = node.content else {
      throw UsageError("The key `\(key)` cannot be swept: `\(way.dropLast())` has no keys; name that one.")
    }
    // Names may have points in them, so the longest one that fits is meant.
    let fitting = entries.filter { rest == $0.key || rest.hasPrefix("\($0.key).") }
    guard let entry = fitting.max(by: { $0.key.utf8.count < $1.key.utf8.count }) else {
      throw UsageError.unknown("key of the configuration", key, allowed: entries.map { way + $0.key })
    }
    return YAMLNode(
      .mapping(
        try entries.map { other in
          guard other.key == entry.key else { return other }
          return YAMLEntry(key: other.key, at: other.place, value: try changed(entry, below: way, rest: rest))
        }), at: node.place)
  }

  private func changed(_ entry: YAMLEntry, below way: String, rest: Substring) throws -> YAMLNode {
    guard rest == entry.key else {
      return try applied(
        to: entry.value, below: "\(way)\(entry.key).", rest: rest.dropFirst(entry.key.count + 1))
    }
    switch entry.value.content {
    case .scalar:
      return YAMLNode(.scalar(YAMLScalar(value, isPlain: true)), at: YAMLPlace(file: "--sweep", line: 1, column: 1))
    case .mapping(let entries):
      throw UsageError(
        "The key `\(key)` has keys of its own; name one of them: \(entries.map { "\(key).\($0.key)" }.joined(separator: ", "))."
      )
    case .sequence: throw UsageError("The key `\(key)` is a list, which cannot be swept; change it with --config.")
    }
  }
}
