/// Makes a value of a YAML tree, by way of its `Decodable` conformance.
///
/// It is strict, because a configuration file that is half understood runs the wrong experiment: types are those of
/// YAML 1.2, nothing is converted, and a key that the value does not ask for is an error.
public struct YAMLDecoder: Sendable {
  /// A decoder; it has no settings.
  public init() {}

  /// The value that a tree describes.
  ///
  /// An error that an `init(from:)` throws itself is reported as `YAMLError.invalidValue` at the node it was reading,
  /// so a type checks its own rules and need not know about files.
  ///
  /// - Throws: `YAMLError`, with the file, the line, the key and what was expected.
  public func decode<Value: Decodable>(_ type: Value.Type, from node: YAMLNode) throws -> Value {
    try NodeReader(node, path: YAMLPath(), codingPath: []).value(of: type)
  }
}

/// One node being decoded. It is a class because the containers that it hands out note in it which keys they asked for.
final class NodeReader: Decoder {
  let node: YAMLNode
  let path: YAMLPath
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  /// The keys asked for so far, in order; `nil` while nobody has looked at the node as a mapping.
  private(set) var askedKeys: [String]?
  /// Readers of nodes below that were handed out as containers, not as values.
  private var nested: [NodeReader] = []

  init(_ node: YAMLNode, path: YAMLPath, codingPath: [any CodingKey]) {
    self.node = node
    self.path = path
    self.codingPath = codingPath
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .mapping(let entries) = node.content else { throw wrongType(expected: "a mapping of keys") }
    askedKeys = askedKeys ?? []
    return KeyedDecodingContainer(KeyedReader(reader: self, entries: entries))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .sequence(let elements) = node.content else { throw wrongType(expected: "a sequence") }
    return UnkeyedReader(reader: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    SingleValueReader(reader: self)
  }

  func note(asked key: String) {
    askedKeys?.append(key)
  }

  /// Has the keys of a reader below checked together with those of this one.
  func adopt(_ reader: NodeReader) -> NodeReader {
    nested.append(reader)
    return reader
  }

  var isNull: Bool {
    guard case .scalar(let scalar) = node.content else { return false }
    return scalar.kind == .null
  }

  /// The node as a value; every key of it must have been asked for in the end.
  func value<Value: Decodable>(of type: Value.Type) throws -> Value {
    if let readable = type as? any ReadableScalar.Type {
      guard let value = try scalar(of: readable) as? Value else { preconditionFailure("\(type) reads another type") }
      return value
    }
    do {
      let value = try Value(from: self)
      try refuseUnknownKeys()
      return value
    } catch let error as YAMLError {
      throw error
    } catch let error as DecodingError {
      throw located(error, of: type)
    } catch {
      throw YAMLError.invalidValue(at: node.place, path: path, reason: String(describing: error))
    }
  }

  private func scalar<Value: ReadableScalar>(of type: Value.Type) throws -> Value {
    guard case .scalar(let scalar) = node.content else { throw wrongType(expected: Value.expectation) }
    guard let value = Value.read(scalar) else {
      let isUnquoted = type is String.Type && scalar.kind != .null
      throw wrongType(expected: Value.expectation + (isUnquoted ? " (put it in quotes)" : ""))
    }
    return value
  }

  private func refuseUnknownKeys() throws {
    if let askedKeys, case .mapping(let entries) = node.content {
      let known = Set(askedKeys)
      if let entry = entries.first(where: { !known.contains($0.key) }) {
        let free = askedKeys.filter { key in !entries.contains { $0.key == key } }
        throw YAMLError.unknownKey(
          at: entry.place, path: path.appending(key: entry.key), closest: entry.key.closest(among: free))
      }
    }
    for reader in nested { try reader.refuseUnknownKeys() }
  }

  func wrongType(expected: String) -> YAMLError {
    .wrongType(at: node.place, path: path, found: node.inWords, expected: expected)
  }

  /// An error of the standard library or of a hand-written `init(from:)`, with the place it lacks.
  private func located<Value>(_ error: DecodingError, of type: Value.Type) -> YAMLError {
    switch error {
    case .dataCorrupted(let context):
      let (node, path) = descendant(along: context.codingPath)
      if path == self.path, let choices = Self.choices(of: type) {
        return .wrongType(at: node.place, path: path, found: node.inWords, expected: choices)
      }
      return .invalidValue(at: node.place, path: path, reason: context.debugDescription)
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
      let (node, path) = descendant(along: context.codingPath)
      return .invalidValue(at: node.place, path: path, reason: context.debugDescription)
    @unknown default:
      return .invalidValue(at: node.place, path: path, reason: String(describing: error))
    }
  }

  /// The values that an enum with raw values allows, as an error says it; `nil` for other types.
  private static func choices<Value>(of type: Value.Type) -> String? {
    guard let type = type as? any (CaseIterable & RawRepresentable).Type else { return nil }
    return rawValues(of: type)
  }

  private static func rawValues<Choice: CaseIterable & RawRepresentable>(of type: Choice.Type) -> String {
    let values = Choice.allCases.map { "`\($0.rawValue)`" }
    return values.count == 1 ? values[0] : "one of \(values.joined(separator: ", "))"
  }

  private func descendant(along codingPath: [any CodingKey]) -> (YAMLNode, YAMLPath) {
    var node = node
    var path = path
    for key in codingPath.dropFirst(self.codingPath.count) {
      if let index = key.intValue, let element = node[index] {
        (node, path) = (element, path.appending(index: index))
      } else if let value = node[key.stringValue] {
        (node, path) = (value, path.appending(key: key.stringValue))
      }
    }
    return (node, path)
  }
}

extension YAMLNode {
  /// The node as an error names it.
  var inWords: String {
    switch content {
    case .mapping: "a mapping"
    case .sequence: "a sequence"
    case .scalar(let scalar) where scalar.kind == .null: "empty"
    case .scalar(let scalar) where !scalar.isPlain: "the text `\(scalar.text.shortened)`"
    case .scalar(let scalar): "`\(scalar.text.shortened)`"
    }
  }
}
