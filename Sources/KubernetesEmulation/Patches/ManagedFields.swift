import WireProtocols

/// Who owns which fields of an object.
struct ManagedFields {
  enum Operation: String { case apply = "Apply", update = "Update" }

  struct Entry {
    let manager: String
    let operation: Operation
    let subresource: String?
    var time: String
    var fields: FieldSet

    func isOf(_ manager: String, _ operation: Operation, _ subresource: String?) -> Bool {
      self.manager == manager && self.operation == operation && self.subresource == subresource
    }
  }

  var entries: [Entry]

  /// The owners that an object names.
  init(of object: KubernetesObject) {
    entries = (object.json.at("metadata", "managedFields")?.elements ?? []).map { entry in
      Entry(
        manager: entry["manager"]?.string ?? "",
        operation: Operation(rawValue: entry["operation"]?.string ?? "") ?? .update,
        subresource: entry["subresource"]?.string, time: entry["time"]?.string ?? "",
        fields: FieldSet(wire: entry["fieldsV1"] ?? .object([])))
    }
  }

  /// Gives fields that an update has changed to its manager and takes them, and what is gone, from all others.
  mutating func noteUpdate(
    from old: KubernetesObject?, to new: KubernetesObject, by manager: String, subresource: String?, at time: String
  ) {
    let isStatus = subresource == "status"
    let after = FieldSet.ownable(new.json, isStatus: isStatus)
    let before = old.map { FieldSet.ownable($0.json, isStatus: isStatus) }
    let changed = FieldSet.changes(from: before, to: after)
    let whole = FieldSet.ownable(new.json, isStatus: false)
    for index in entries.indices {
      if !entries[index].isOf(manager, .update, subresource) {
        entries[index].fields = entries[index].fields.subtracting(changed)
      }
      let rest = (entries[index].subresource == "status") ? FieldSet.ownable(new.json, isStatus: true) : whole
      entries[index].fields = entries[index].fields.within(rest)
    }
    if !changed.isEmpty { give(changed, to: manager, .update, subresource, at: time, replacing: false) }
    entries.removeAll { $0.fields.isEmpty }
  }

  /// Gives fields to a manager.
  mutating func give(
    _ fields: FieldSet, to manager: String, _ operation: Operation, _ subresource: String?, at time: String,
    replacing: Bool
  ) {
    guard let index = entries.firstIndex(where: { $0.isOf(manager, operation, subresource) }) else {
      return entries.append(
        Entry(manager: manager, operation: operation, subresource: subresource, time: time, fields: fields))
    }
    let new = replacing ? fields : entries[index].fields.union(fields)
    guard new != entries[index].fields else { return }
    entries[index].fields = new
    entries[index].time = time
  }

  /// Puts the owners into an object.
  func write(to object: inout KubernetesObject, apiVersion: String) {
    let list = entries.filter { !$0.fields.isEmpty }.map { entry -> JSON in
      var json: JSON = [
        "manager": .string(entry.manager), "operation": .string(entry.operation.rawValue),
        "apiVersion": .string(apiVersion), "time": .string(entry.time), "fieldsType": "FieldsV1",
        "fieldsV1": entry.fields.wire,
      ]
      if let subresource = entry.subresource { json.set(.string(subresource), at: "subresource") }
      return json
    }
    object.json.set(list.isEmpty ? nil : .array(list), at: "metadata", "managedFields")
  }
}
