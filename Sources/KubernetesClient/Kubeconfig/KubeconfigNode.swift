import FoundationEssentials
import WireProtocols
import YAMLReading

/// A mapping of a kubeconfig, read key by key; what is null counts as not there.
struct KubeconfigNode {
  private let node: YAMLNode
  private let key: String

  init(_ node: YAMLNode, key: String) {
    self.node = node
    self.key = key
  }

  /// Where it stands, for messages.
  var place: String { node.place.description }

  private func wrong(_ key: String, _ node: YAMLNode, _ allowed: String) -> KubeconfigError {
    let value =
      switch node.content {
      case .scalar(let scalar): String(scalar.text.prefix(60))
      case .sequence: "a list"
      case .mapping: "a mapping"
      }
    return .badValue(place: node.place.description, key: key, value: value, allowed: allowed)
  }

  func checkIsMapping() throws {
    guard case .mapping = node.content else { throw wrong(key, node, "a mapping") }
  }

  private func value(_ key: String) -> YAMLNode? {
    guard let value = node[key] else { return nil }
    if case .scalar(let scalar) = value.content, scalar.kind == .null { return nil }
    return value
  }

  func has(_ key: String) -> Bool { value(key) != nil }

  func child(_ key: String) -> KubeconfigNode? {
    value(key).map { KubeconfigNode($0, key: key) }
  }

  func text(_ key: String) throws -> String? {
    guard let value = value(key) else { return nil }
    guard case .scalar(let scalar) = value.content, !scalar.text.contains(where: { $0 == "\0" || $0.isNewline }) else {
      throw wrong(key, value, "one line of text")
    }
    return scalar.text
  }

  func flag(_ key: String) throws -> Bool {
    guard let value = value(key) else { return false }
    guard case .scalar(let scalar) = value.content, case .bool(let flag) = scalar.kind else {
      throw wrong(key, value, "true, false")
    }
    return flag
  }

  /// Bytes that stand there as base64.
  func base64(_ key: String) throws -> [UInt8]? {
    guard let value = value(key) else { return nil }
    guard case .scalar(let scalar) = value.content,
      let data = Data(base64Encoded: scalar.text.filter { !$0.isWhitespace })
    else { throw wrong(key, value, "base64") }
    return data.isEmpty ? nil : Array(data)
  }

  func elements(_ key: String) throws -> [KubeconfigNode] {
    guard let value = value(key) else { return [] }
    guard case .sequence(let elements) = value.content else { throw wrong(key, value, "a list") }
    return elements.map { KubeconfigNode($0, key: key) }
  }

  func texts(_ key: String) throws -> [String] {
    guard let value = value(key) else { return [] }
    guard case .sequence(let elements) = value.content else { throw wrong(key, value, "a list") }
    return try elements.map { element in
      guard case .scalar(let scalar) = element.content, !scalar.text.contains("\0") else {
        throw wrong(key, element, "text")
      }
      return scalar.text
    }
  }

  /// A list of `{name: …, <part>: {…}}`; of two with one name, the first counts.
  func named<Value>(
    _ key: String, _ part: String, _ read: (KubeconfigNode, String) throws -> Value
  ) throws -> [Kubeconfig.Named<Value>] {
    var found: [Kubeconfig.Named<Value>] = []
    for element in try elements(key) {
      try element.checkIsMapping()
      let name = try element.text("name") ?? ""
      guard !found.contains(where: { $0.name == name }), let value = element.child(part) else { continue }
      found.append(Kubeconfig.Named(name: name, value: try read(value, name)))
    }
    return found
  }

  /// The whole as JSON.
  var json: JSON { Self.json(node) }

  private static func json(_ node: YAMLNode) -> JSON {
    switch node.content {
    case .sequence(let elements): return .array(elements.map(json))
    case .mapping(let entries): return .object(entries.map { JSON.Member($0.key, json($0.value)) })
    case .scalar(let scalar):
      switch scalar.kind {
      case .null: return .null
      case .bool(let value): return .bool(value)
      case .float(let value): return .number(value)
      case .integer(let isNegative, let digits, let radix):
        return Int64((isNegative ? "-" : "") + digits, radix: radix).map(JSON.integer) ?? .string(scalar.text)
      case .text: return .string(scalar.text)
      }
    }
  }
}
