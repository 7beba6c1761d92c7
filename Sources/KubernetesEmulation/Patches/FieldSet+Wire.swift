import WireProtocols

/// The form in which sets of fields are kept in objects: `FieldsV1`.
extension FieldSet {
  /// The set that a `fieldsV1` says.
  init(wire: JSON) {
    self.init()
    for member in wire.members {
      if member.name == "." {
        isOwned = true
        continue
      }
      guard let step = Step(wire: member.name) else { continue }
      var set = FieldSet(wire: member.value)
      if member.value.members.isEmpty { set.isOwned = true }
      inner[step] = set
    }
  }

  /// The `fieldsV1` of the set, its members in a fixed order.
  var wire: JSON {
    var members: [JSON.Member] = []
    if isOwned, !inner.isEmpty { members.append(.init(".", .object([]))) }
    let steps = inner.map { ($0.key.wire, $0.value) }.sorted { $0.0 < $1.0 }
    return .object(members + steps.map { .init($0.0, $0.1.wire) })
  }

  /// The paths of all values that are owned and have none inside, in the form of messages, sorted.
  var paths: [String] {
    if inner.isEmpty { return isOwned ? [""] : [] }
    return inner.flatMap { step, set in set.paths.map { step.path + $0 } }.sorted()
  }
}

extension FieldSet.Step {
  fileprivate init?(wire: String) {
    let text = String(wire.dropFirst(2))
    switch wire.prefix(2) {
    case "f:": self = .field(text)
    case "k:":
      guard let keys = try? JSON(parsing: Array(text.utf8)) else { return nil }
      self = .element(keys.members.sorted { $0.name < $1.name })
    case "v:":
      guard let value = try? JSON(parsing: Array(text.utf8)) else { return nil }
      self = .value(value)
    default: return nil
    }
  }

  fileprivate var wire: String {
    switch self {
    case .field(let name): "f:\(name)"
    case .element(let keys): "k:\(JSON.object(keys).text)"
    case .value(let value): "v:\(value.text)"
    }
  }

  fileprivate var path: String {
    switch self {
    case .field(let name): ".\(name)"
    case .element(let keys): "[" + keys.map { "\($0.name)=\($0.value.text)" }.joined(separator: ",") + "]"
    case .value(let value): "[=\(value.text)]"
    }
  }
}
