import WireProtocols

/// Server-side apply: an object's fields as a manager wants them, merged into what there is.
///
/// - Source: the Kubernetes documentation of server-side apply: fields that a manager stops to apply go, fields that
///   another manager owns with another value are conflicts, `force` takes them over.
struct ServerSideApply {
  let manager: String
  let isForced: Bool
  let subresource: String?
  let time: String

  /// The object after applying.
  ///
  /// - Parameter live: the object that there is; `nil` to make one.
  /// - Throws: a status 409 that lists the conflicts.
  func apply(
    _ applied: JSON, to live: KubernetesObject?, type: ResourceType
  ) throws(APIStatus) -> KubernetesObject {
    let isStatus = subresource == "status"
    let wanted = FieldSet.ownable(applied, isStatus: isStatus)
    let fields = FieldSet(of: applied, isStatus: isStatus)
    guard let live else {
      var made = KubernetesObject(applied)
      var owners = ManagedFields(of: KubernetesObject(.object([])))
      owners.give(fields, to: manager, .apply, subresource, at: time, replacing: true)
      owners.write(to: &made, apiVersion: type.apiVersion)
      return made
    }
    var owners = ManagedFields(of: live)
    try settleConflicts(wanted, live, fields, &owners, type)
    let former = owners.entries.first { $0.isOf(manager, .apply, subresource) }?.fields ?? FieldSet()
    let others = owners.entries.filter { !$0.isOf(manager, .apply, subresource) }
      .reduce(FieldSet()) { $0.union($1.fields) }
    let dropped = former.subtracting(fields)
    var result = live
    result.json = Self.remove(dropped, unless: others, from: Self.merge(wanted, into: live.json, named: ""), named: "")
    owners.give(fields, to: manager, .apply, subresource, at: time, replacing: true)
    owners.write(to: &result, apiVersion: type.apiVersion)
    return result
  }

  private func settleConflicts(
    _ wanted: JSON, _ live: KubernetesObject, _ fields: FieldSet, _ owners: inout ManagedFields, _ type: ResourceType
  ) throws(APIStatus) {
    let differing = FieldSet.changes(from: live.json, to: wanted)
    var causes: [APIStatus.Cause] = []
    for index in owners.entries.indices where !owners.entries[index].isOf(manager, .apply, subresource) {
      let entry = owners.entries[index]
      let disputed = Self.common(entry.fields, differing)
      guard !disputed.isEmpty else { continue }
      if isForced {
        owners.entries[index].fields = entry.fields.subtracting(disputed)
      } else {
        causes += disputed.paths.map {
          .init(
            reason: "FieldManagerConflict", message: "conflict with \(Self.describe(entry, type.apiVersion))", field: $0
          )
        }
      }
    }
    guard !causes.isEmpty else { return }
    throw Self.conflict(causes)
  }

  private static func describe(_ entry: ManagedFields.Entry, _ apiVersion: String) -> String {
    let subresource = entry.subresource.map { " with subresource \"\($0)\"" } ?? ""
    let since = entry.operation == .update ? " using \(apiVersion)" : ""
    return "\"\(entry.manager)\"\(subresource)\(since)"
  }

  private static func conflict(_ causes: [APIStatus.Cause]) -> APIStatus {
    let list: String
    if causes.count == 1 {
      list = "1 conflict: \(causes[0].message): \(causes[0].field ?? "")"
    } else {
      var lines: [String] = []
      for (index, cause) in causes.enumerated() {
        if index == 0 || causes[index - 1].message != cause.message {
          let sameManager = causes.count { $0.message == cause.message }
          let plural = cause.message.dropFirst("conflict".count)
          lines.append(sameManager == 1 ? "\(cause.message):" : "conflicts\(plural):")
        }
        lines.append("- \(cause.field ?? "")")
      }
      list = "\(causes.count) conflicts: " + lines.joined(separator: "\n")
    }
    var status = APIStatus(409, "Conflict", "Apply failed with \(list)")
    status.causes = causes
    return status
  }

  /// What two sets have in common; a value owned whole holds everything inside.
  private static func common(_ owned: FieldSet, _ changed: FieldSet) -> FieldSet {
    var result = FieldSet()
    result.isOwned = owned.isOwned && changed.isOwned
    for (step, set) in owned.inner {
      guard let other = changed.inner[step] else { continue }
      let both = common(set, other)
      if !both.isEmpty { result.inner[step] = both }
    }
    return result
  }

  static func merge(_ wanted: JSON, into live: JSON, named field: String) -> JSON {
    switch (wanted, live) {
    case (.object(let members), .object) where !ListShape.isAtomicObject(named: field):
      var result = live
      for member in members {
        let old = live[member.name]
        result.set(old.map { merge(member.value, into: $0, named: member.name) } ?? member.value, at: member.name)
      }
      return result
    case (.array(let elements), .array(let old)):
      guard ListShape.ofList(named: field) != .atomic else { return wanted }
      var result = old
      for element in elements {
        let step = FieldSet.step(to: element, named: field)
        if let place = result.firstIndex(where: { FieldSet.step(to: $0, named: field) == step }) {
          result[place] = merge(element, into: result[place], named: "")
        } else {
          result.append(element)
        }
      }
      return .array(result)
    default: return wanted
    }
  }

  /// An object without fields that a manager has dropped and nobody else owns; objects emptied by it go, too.
  private static func remove(
    _ dropped: FieldSet, unless others: FieldSet, from value: JSON, named field: String
  ) -> JSON {
    var result = value
    for (step, set) in dropped.inner {  // in any order: each takes away something of its own
      guard let (inner, name) = FieldSet.follow(step, from: result, named: field) else { continue }
      let rest = remainder(of: inner, named: name, without: set, unless: others.inner[step])
      switch step {
      case .field(let name): result = result.setting(rest, at: [name])
      case .element, .value:
        var elements = result.elements
        guard let place = elements.firstIndex(where: { FieldSet.step(to: $0, named: field) == step }) else { continue }
        if let rest { elements[place] = rest } else { elements.remove(at: place) }
        result = .array(elements)
      }
    }
    return result
  }

  /// What is left of a value; `nil` if nothing is.
  private static func remainder(
    of value: JSON, named field: String, without set: FieldSet, unless others: FieldSet?
  ) -> JSON? {
    if set.isOwned, others == nil { return nil }
    let rest = remove(set, unless: others ?? FieldSet(), from: value, named: field)
    let isEmptied = rest.members.isEmpty && rest.elements.isEmpty && rest != value
    return isEmptied && others == nil ? nil : rest
  }
}
