import WireProtocols

/// Fields of an object, as a manager owns them: a tree whose branches are names of members, keys or values of elements.
struct FieldSet: Hashable {
  /// A step from a value to one inside it.
  enum Step: Hashable {
    case field(String)
    /// An element of a keyed list, by its keys in their order.
    case element([JSON.Member])
    /// An element of a set.
    case value(JSON)
  }

  /// Whether the value itself is owned, with everything inside that has no steps of its own.
  var isOwned = false
  var inner: [Step: FieldSet] = [:]

  var isEmpty: Bool { !isOwned && inner.isEmpty }

  /// Nothing.
  init() {}

  /// Every field of an object that a manager can own.
  init(of object: JSON, isStatus: Bool) {
    self.init(value: Self.ownable(object, isStatus: isStatus), named: "")
  }

  private init(value: JSON, named field: String) {
    switch value {
    case .object(let members) where !members.isEmpty && !ListShape.isAtomicObject(named: field):
      for member in members {
        inner[.field(member.name)] = FieldSet(value: member.value, named: member.name)
      }
    case .array(let elements) where !elements.isEmpty && ListShape.ofList(named: field) != .atomic:
      for element in elements {
        let step = Self.step(to: element, named: field)
        if case .value = step {
          inner[step] = FieldSet(isOwned: true)
        } else {
          inner[step] = FieldSet(value: element, named: "")
          inner[step]?.isOwned = true
        }
      }
    default: isOwned = true
    }
  }

  private init(isOwned: Bool) {
    self.isOwned = isOwned
  }

  /// An object without what the server itself keeps, and without status or with nothing but it.
  static func ownable(_ object: JSON, isStatus: Bool) -> JSON {
    var result = object
    for name in ["apiVersion", "kind"] { result.set(nil, at: name) }
    if isStatus { return ["status": object["status"] ?? .object([])] }
    result.set(nil, at: "status")
    for name in [
      "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink",
      "generateName", "deletionTimestamp", "deletionGracePeriodSeconds",
    ] { result.set(nil, at: "metadata", name) }
    if result["metadata"]?.members.isEmpty == true { result.set(nil, at: "metadata") }
    return result
  }

  /// The step to an element of the list in a field.
  static func step(to element: JSON, named field: String) -> Step {
    guard case .keyed(let keys) = ListShape.ofList(named: field) else { return .value(element) }
    return .element(
      keys.compactMap { key in
        let value = element[key] ?? ListShape.defaultValue(of: key).map { .string($0) }
        return value.map { JSON.Member(key, $0) }
      })
  }

  /// What is in this set and not in another.
  func subtracting(_ other: FieldSet) -> FieldSet {
    var result = FieldSet()
    result.isOwned = isOwned && !other.isOwned
    for (step, set) in inner {
      let rest = other.inner[step].map(set.subtracting) ?? set
      if !rest.isEmpty { result.inner[step] = rest }
    }
    return result
  }

  /// What is in either set.
  func union(_ other: FieldSet) -> FieldSet {
    var result = self
    result.isOwned = isOwned || other.isOwned
    result.inner.merge(other.inner) { $0.union($1) }
    return result
  }

  /// What is in this set and leads to a value of an object.
  func within(_ value: JSON, named field: String = "") -> FieldSet {
    var result = FieldSet(isOwned: isOwned)
    for (step, set) in inner {
      guard let (next, name) = Self.follow(step, from: value, named: field) else { continue }
      let kept = set.within(next, named: name)
      if !kept.isEmpty { result.inner[step] = kept }
    }
    return result
  }

  /// The value that a step leads to, and the field that it stands in.
  static func follow(_ step: Step, from value: JSON, named field: String) -> (JSON, String)? {
    switch step {
    case .field(let name): value[name].map { ($0, name) }
    case .element, .value: value.elements.first { Self.step(to: $0, named: field) == step }.map { ($0, "") }
    }
  }

  /// The fields in which two objects differ: new or changed in the second.
  static func changes(from old: JSON?, to new: JSON, named field: String = "") -> FieldSet {
    guard let old else { return FieldSet(value: new, named: field) }
    var result = FieldSet()
    switch (old, new) {
    case (.object, .object(let members)) where !ListShape.isAtomicObject(named: field):
      for member in members {
        let change = changes(from: old[member.name], to: member.value, named: member.name)
        if !change.isEmpty { result.inner[.field(member.name)] = change }
      }
    case (.array, .array(let elements)) where ListShape.ofList(named: field) != .atomic:
      for element in elements {
        let step = step(to: element, named: field)
        let before = follow(step, from: old, named: field)?.0
        var change = changes(from: before, to: element)
        if before == nil { change.isOwned = true }
        if !change.isEmpty { result.inner[step] = change }
      }
    default: result.isOwned = !old.means(new)
    }
    return result
  }
}
