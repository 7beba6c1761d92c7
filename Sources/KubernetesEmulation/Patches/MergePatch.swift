import WireProtocols

/// A JSON merge patch: what is named is changed, `null` takes away, lists are replaced whole.
///
/// - Source: RFC 7386.
enum MergePatch {
  static func apply(_ patch: JSON, to value: JSON) -> JSON {
    guard case .object(let changes) = patch else { return patch }
    var result = value.members
    for change in changes {
      let place = result.lastIndex { $0.name == change.name }
      if change.value == .null {
        if let place { result.remove(at: place) }
      } else {
        let inner = apply(change.value, to: place.map { result[$0].value } ?? .null)
        if let place { result[place] = .init(change.name, inner) } else { result.append(.init(change.name, inner)) }
      }
    }
    return .object(result)
  }
}
