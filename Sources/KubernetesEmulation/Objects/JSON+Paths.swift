import WireProtocols

/// Reading and changing values inside a JSON value by the names on the way to them.
extension JSON {
  /// The members, if it is an object; none otherwise.
  var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }

  /// The elements, if it is a list; none otherwise.
  var elements: [JSON] {
    if case .array(let elements) = self { elements } else { [] }
  }

  /// The value at the end of a path; `nil` where the path breaks off.
  func at(_ path: String...) -> JSON? {
    at(path[...])
  }

  /// The value at the end of a path; `nil` where the path breaks off.
  func at(_ path: ArraySlice<String>) -> JSON? {
    var value = self
    for name in path {
      guard let next = value[name] else { return nil }
      value = next
    }
    return value
  }

  /// Puts a value at the end of a path, making objects on the way; `nil` takes it away.
  mutating func set(_ value: JSON?, at path: String...) {
    self = setting(value, at: path[...])
  }

  /// This value with another at the end of a path, objects made on the way; `nil` takes it away.
  func setting(_ value: JSON?, at path: ArraySlice<String>) -> JSON {
    guard let name = path.first else { return value ?? .null }
    let rest = path.dropFirst()
    var members = members
    let place = members.lastIndex { $0.name == name }
    if rest.isEmpty, value == nil {
      if let place { members.remove(at: place) }
      return .object(members)
    }
    if value == nil, place == nil { return self }
    let inner = (place.map { members[$0].value } ?? .object([])).setting(value, at: rest)
    if let place { members[place] = Member(name, inner) } else { members.append(Member(name, inner)) }
    return .object(members)
  }

  /// Puts a value at the end of a path unless there is one.
  mutating func setDefault(_ value: JSON, at path: String...) {
    if at(path[...]) == nil { self = setting(value, at: path[...]) }
  }

  /// An object of texts.
  init(texts: [(String, String)]) {
    self = .object(texts.map { Member($0.0, .string($0.1)) })
  }

  /// Whether two values say the same, whatever the order of the members of their objects.
  func means(_ other: JSON) -> Bool {
    switch (self, other) {
    case (.object(let own), .object(let others)):
      guard own.count == others.count else { return false }
      if own == others { return true }
      return own.allSatisfy { member in other[member.name].map { member.value.means($0) } ?? false }
    case (.array(let own), .array(let others)):
      return own.count == others.count && zip(own, others).allSatisfy { $0.means($1) }
    case (.integer(let own), .number(let others)): return Double(own) == others
    case (.number(let own), .integer(let others)): return own == Double(others)
    default: return self == other
    }
  }
}
