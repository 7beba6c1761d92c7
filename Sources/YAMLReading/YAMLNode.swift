/// A piece of a YAML file: a scalar, a sequence or a mapping, with the place where it stands.
///
/// Aliases and merge keys are already carried out; what an alias stands for keeps the place where it was written.
public struct YAMLNode: Hashable, Sendable {
  /// What a node can be.
  public enum Content: Hashable, Sendable {
    /// One value, not yet read as a number or a text.
    case scalar(YAMLScalar)
    /// Nodes in the order of the file.
    case sequence([YAMLNode])
    /// Keys and their values in the order of the file; no key occurs twice.
    case mapping([YAMLEntry])
  }

  /// What the node is.
  public let content: Content
  /// Where the node begins.
  public let place: YAMLPlace

  /// A node with its place.
  public init(_ content: Content, at place: YAMLPlace) {
    self.content = content
    self.place = place
  }

  /// The line on which the node begins, counted from 1.
  public var line: Int { place.line }

  /// The column in which the node begins, counted from 1.
  public var column: Int { place.column }

  /// The value of a key; `nil` if the node is not a mapping or has no such key.
  public subscript(key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// An element of a sequence; `nil` if the node is not a sequence or is shorter.
  public subscript(index: Int) -> YAMLNode? {
    guard case .sequence(let elements) = content, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}

/// A key of a mapping and its value.
public struct YAMLEntry: Hashable, Sendable {
  /// The key's text.
  public let key: String
  /// Where the key begins.
  public let place: YAMLPlace
  /// The key's value.
  public let value: YAMLNode

  /// A key with its place and its value.
  public init(key: String, at place: YAMLPlace, value: YAMLNode) {
    self.key = key
    self.place = place
    self.value = value
  }
}
