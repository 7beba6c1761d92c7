import WireProtocols

/// A strategic merge patch: a merge patch that knows which lists are merged by a key, and a few directives.
///
/// - Source: the Kubernetes documentation of strategic merge patches: `$patch`, `$retainKeys`, `$setElementOrder` and
///   `$deleteFromPrimitiveList`.
enum StrategicMergePatch {
  /// - Throws: a status 422 for an element without the key of its list.
  static func apply(_ patch: JSON, to value: JSON) throws(APIStatus) -> JSON {
    guard case .object(let changes) = patch else { return patch }
    switch patch["$patch"]?.string {
    case "delete": return .object([])
    case "replace": return patch.setting(nil, at: ["$patch"])
    default: break
    }
    var result = value
    if let kept = patch["$retainKeys"]?.elements.compactMap(\.string) {
      result = .object(result.members.filter { kept.contains($0.name) })
    }
    for change in changes where !change.name.hasPrefix("$") {
      if change.value == .null {
        result.set(nil, at: change.name)
      } else {
        result.set(try merge(change.value, into: result[change.name], named: change.name), at: change.name)
      }
    }
    for change in changes {
      if let field = change.name.directive("$deleteFromPrimitiveList/"), let list = result[field]?.elements {
        result.set(.array(list.filter { !change.value.elements.contains($0) }), at: field)
      }
      if let field = change.name.directive("$setElementOrder/"), let list = result[field]?.elements {
        result.set(.array(ordered(list, by: change.value.elements, named: field)), at: field)
      }
    }
    return result
  }

  private static func merge(_ patch: JSON, into value: JSON?, named field: String) throws(APIStatus) -> JSON {
    guard case .array(let elements) = patch else { return try apply(patch, to: value ?? .object([])) }
    switch ListShape.strategic(named: field) {
    case .atomic: return patch
    case .set:
      let old = value?.elements ?? []
      return .array(old + elements.filter { !old.contains($0) })
    case .keyed(let keys): return .array(try mergeElements(elements, into: value?.elements ?? [], key: keys[0], field))
    }
  }

  private static func mergeElements(
    _ changes: [JSON], into old: [JSON], key: String, _ field: String
  ) throws(APIStatus) -> [JSON] {
    if changes.contains(where: { $0["$patch"]?.string == "replace" }) {
      return changes.filter { $0["$patch"] == nil }
    }
    var result = old
    for change in changes {
      guard let name = change[key] else {
        throw APIStatus(422, "Invalid", "map: \(change.text) in \(field) does not contain declared merge key: \(key)")
      }
      let place = result.firstIndex { $0[key] == name }
      if change["$patch"]?.string == "delete" {
        if let place { result.remove(at: place) }
      } else if let place {
        result[place] = try apply(change, to: result[place])
      } else {
        result.append(try apply(change, to: .object([])))
      }
    }
    return result
  }

  /// The elements that the order names in its order, the others after the one they followed.
  private static func ordered(_ list: [JSON], by order: [JSON], named field: String) -> [JSON] {
    func identity(_ element: JSON) -> JSON {
      if case .keyed(let keys) = ListShape.strategic(named: field) { element[keys[0]] ?? element } else { element }
    }
    let wanted = order.map(identity)
    var named = wanted.compactMap { name in list.first { identity($0) == name } }
    for (index, element) in list.enumerated() where !wanted.contains(identity(element)) {
      let before = list[..<index].last.map(identity)
      let place = before.flatMap { name in named.firstIndex { identity($0) == name } }
      named.insert(element, at: place.map { $0 + 1 } ?? 0)
    }
    return named
  }
}

extension String {
  /// What follows a directive's prefix, if this is one.
  fileprivate func directive(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
