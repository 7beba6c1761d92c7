/// A mapping being decoded. It notes every key that it is asked for, found or not.
struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let reader: NodeReader
  let entries: [YAMLEntry]
  private let positions: [String: Int]

  init(reader: NodeReader, entries: [YAMLEntry]) {
    self.reader = reader
    self.entries = entries
    // Sound because the parser refuses a key that occurs twice.
    self.positions = Dictionary(entries.indices.map { (entries[$0].key, $0) }) { first, _ in first }
  }

  var codingPath: [any CodingKey] { reader.codingPath }

  var allKeys: [Key] { entries.compactMap { Key(stringValue: $0.key) } }

  func contains(_ key: Key) -> Bool {
    reader.note(asked: key.stringValue)
    return positions[key.stringValue] != nil
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    try child(key).isNull
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try child(key).value(of: type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try reader.adopt(child(key)).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try reader.adopt(child(key)).unkeyedContainer()
  }

  func superDecoder() -> any Decoder {
    reader
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    try reader.adopt(child(key))
  }

  private func child(_ key: Key) throws -> NodeReader {
    let name = key.stringValue
    reader.note(asked: name)
    let path = reader.path.appending(key: name)
    guard let position = positions[name] else {
      let asked = Set(reader.askedKeys ?? [])
      let free = entries.map(\.key).filter { !asked.contains($0) }
      throw YAMLError.missingKey(at: reader.node.place, path: path, closest: name.closest(among: free))
    }
    return NodeReader(entries[position].value, path: path, codingPath: codingPath + [key])
  }
}

/// A sequence being decoded, element by element.
struct UnkeyedReader: UnkeyedDecodingContainer {
  let reader: NodeReader
  let elements: [YAMLNode]
  private(set) var currentIndex = 0

  init(reader: NodeReader, elements: [YAMLNode]) {
    self.reader = reader
    self.elements = elements
  }

  var codingPath: [any CodingKey] { reader.codingPath }

  var count: Int? { elements.count }

  var isAtEnd: Bool { currentIndex >= elements.count }

  /// Moves on only when the element is null, as the protocol asks.
  mutating func decodeNil() throws -> Bool {
    let isNull = try child().isNull
    currentIndex += isNull ? 1 : 0
    return isNull
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try child().value(of: type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let container = try reader.adopt(child()).container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try reader.adopt(child()).unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try reader.adopt(child())
    currentIndex += 1
    return decoder
  }

  private func child() throws -> NodeReader {
    guard !isAtEnd else {
      throw reader.wrongType(expected: "a sequence of more than \(elements.count) elements")
    }
    let path = reader.path.appending(index: currentIndex)
    return NodeReader(elements[currentIndex], path: path, codingPath: codingPath + [ElementKey(currentIndex)])
  }
}

/// A node being decoded as one value.
struct SingleValueReader: SingleValueDecodingContainer {
  let reader: NodeReader

  var codingPath: [any CodingKey] { reader.codingPath }

  func decodeNil() -> Bool {
    reader.isNull
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try reader.value(of: type)
  }
}

/// The position of an element, in the form that `Codable` wants.
private struct ElementKey: CodingKey {
  let index: Int

  init(_ index: Int) {
    self.index = index
  }

  init?(intValue: Int) {
    self.init(intValue)
  }

  init?(stringValue: String) {
    guard let index = Int(stringValue) else { return nil }
    self.init(index)
  }

  var intValue: Int? { index }

  var stringValue: String { "\(index)" }
}
