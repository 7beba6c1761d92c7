import WireProtocols

/// The one way to change objects: checks, fills in and stamps them as the API server does.
///
/// It lives on the server's event loop. Clients and the cluster's own controllers write through it.
final class ObjectWriter {
  /// Which part of an object a change may touch.
  enum Scope { case withoutStatus, statusOnly, everything }

  /// For whom an object is changed.
  struct Origin {
    /// The owner of the fields that change; `nil` for the cluster itself, which keeps no record of its own.
    var manager: String?
    /// Whether only the outcome is asked for.
    var isDryRun = false
    /// Whether the change itself has seen to the owners of fields.
    var keepsOwners = false

    /// The cluster's own controllers.
    static let cluster = Origin(manager: nil)
  }

  let store: ObjectStore
  var clock: APIClock
  /// Whether a pod that wants no time for its end stays until its node says that it has ended.
  var waitsForNodes = false

  init(store: ObjectStore, clock: APIClock) {
    self.store = store
    self.clock = clock
  }

  // MARK: Making

  /// Makes an object.
  ///
  /// - Throws: the status that the client gets.
  @discardableResult func create(
    _ type: ResourceType, in namespace: String, _ json: JSON, by origin: Origin
  ) throws(APIStatus) -> KubernetesObject {
    var object = KubernetesObject(json)
    if type.isNamespaced {
      guard object.namespace.isEmpty || object.namespace == namespace else {
        throw .badRequest(
          "the namespace of the provided object does not match the namespace sent on the request")
      }
      object.json.set(.string(namespace), at: "metadata", "namespace")
      try checkNamespace(namespace, for: type)
    } else {
      object.json.set(nil, at: "metadata", "namespace")
    }
    if object.name.isEmpty, let base = object.json.at("metadata", "generateName")?.string {
      object.json.set(.string(base + clock.suffix()), at: "metadata", "name")
    }
    guard !object.name.isEmpty else {
      throw .invalid(type, "", [.required("metadata.name", "name or generateName is required")])
    }
    guard object.json.at("metadata", "resourceVersion")?.string ?? "" == "" else {
      throw .badRequest("resourceVersion should not be set on objects to be created")
    }
    if store.get(type, namespace, object.name) != nil { throw .alreadyExists(type, object.name) }
    if type.hasStatus, origin.manager != nil, type != .node { object.json.set(nil, at: "status") }
    for name in ["deletionTimestamp", "deletionGracePeriodSeconds"] { object.json.set(nil, at: "metadata", name) }
    object.json.set(.string(clock.uid()), at: "metadata", "uid")
    object.json.set(.string(clock.timestamp), at: "metadata", "creationTimestamp")
    if object.json["spec"] != nil, type != .node { object.json.set(1, at: "metadata", "generation") }
    ObjectDefaults.fill(&object, of: type)
    try check(object, type)
    noteOwners(of: &object, before: nil, type, scope: .withoutStatus, origin)
    return origin.isDryRun ? object : store.commit(.added, type, object)
  }

  private func checkNamespace(_ name: String, for type: ResourceType) throws(APIStatus) {
    guard let namespace = store.get(.namespace, "", name) else { throw .notFound(.namespace, name) }
    guard namespace.isBeingDeleted, type != .event else { return }
    let why = "unable to create new content in namespace \(name) because it is being terminated"
    var status = APIStatus(403, "Forbidden", "\(type.qualified) is forbidden: \(why)", about: type)
    status.causes = [
      .init(
        reason: "NamespaceTerminating", message: "namespace \(name) is being terminated", field: "metadata.namespace")
    ]
    throw status
  }

  private func check(_ object: KubernetesObject, _ type: ResourceType) throws(APIStatus) {
    let causes = ObjectValidation.causes(object, of: type)
    guard causes.isEmpty else { throw .invalid(type, object.name, causes) }
  }

  // MARK: Changing

  /// Changes an object.
  ///
  /// - Returns: the object afterwards; the same version when nothing has changed.
  /// - Throws: the status that the client gets.
  @discardableResult func change(
    _ type: ResourceType, in namespace: String, _ name: String, _ scope: Scope, by origin: Origin,
    _ body: (KubernetesObject) throws(APIStatus) -> KubernetesObject
  ) throws(APIStatus) -> KubernetesObject {
    guard let old = store.get(type, namespace, name) else { throw .notFound(type, name) }
    var new = try body(old)
    // The cluster's own parts know what they change.
    if origin.manager == nil { return finish(&new, old, type, scope) }
    try checkIdentity(of: new, old, type)
    restrict(&new, to: scope, of: old, type)
    if scope != .statusOnly {
      ObjectDefaults.fill(&new, of: type)
      try check(new, type)
      let causes = ObjectValidation.changeCauses(from: old, to: new, of: type)
      guard causes.isEmpty else { throw .invalid(type, name, causes) }
    }
    noteOwners(of: &new, before: old, type, scope: scope, origin)
    if origin.isDryRun { return new }
    return finish(&new, old, type, scope)
  }

  /// Keeps an object that has changed.
  private func finish(
    _ new: inout KubernetesObject, _ old: KubernetesObject, _ type: ResourceType, _ scope: Scope
  ) -> KubernetesObject {
    if new.json == old.json || new.json.means(old.json) { return old }
    if scope != .statusOnly, old.json["spec"] != nil, type != .node, !old.spec.means(new.spec) {
      new.json.set(.integer(Int64(old.generation + 1)), at: "metadata", "generation")
    }
    return isFinished(new, type) ? store.commit(.deleted, type, new) : store.commit(.modified, type, new)
  }

  private func checkIdentity(of new: KubernetesObject, _ old: KubernetesObject, _ type: ResourceType) throws(APIStatus)
  {
    guard new.name == old.name else {
      throw .badRequest("the name of the object (\(new.name)) does not match the name on the URL (\(old.name))")
    }
    guard new.namespace.isEmpty || new.namespace == old.namespace else {
      throw .badRequest("the namespace of the object (\(new.namespace)) does not match the namespace on the request")
    }
    if !new.uid.isEmpty, new.uid != old.uid {
      throw .conflict(
        type, old.name, "Precondition failed: UID in precondition: \(new.uid), UID in object meta: \(old.uid)")
    }
    let version = new.json.at("metadata", "resourceVersion")?.string ?? ""
    guard version.isEmpty || version == "\(old.resourceVersion)" else { throw .modified(type, old.name) }
  }

  /// Undoes what a change must not touch.
  private func restrict(
    _ new: inout KubernetesObject, to scope: Scope, of old: KubernetesObject, _ type: ResourceType
  ) {
    if scope == .statusOnly {
      let status = new.json["status"]
      let owners = new.json.at("metadata", "managedFields")
      new = old
      new.json.set(status, at: "status")
      if let owners { new.json.set(owners, at: "metadata", "managedFields") }
      return
    }
    if scope == .withoutStatus, type.hasStatus { new.json.set(old.json["status"], at: "status") }
    for name in [
      "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
      "deletionGracePeriodSeconds", "generateName",
    ] where scope != .everything || ["uid", "resourceVersion", "generation", "creationTimestamp"].contains(name) {
      new.json.set(old.json.at("metadata", name), at: "metadata", name)
    }
    if new.json.at("metadata", "managedFields") == nil {
      new.json.set(old.json.at("metadata", "managedFields"), at: "metadata", "managedFields")
    }
  }

  private func noteOwners(
    of new: inout KubernetesObject, before old: KubernetesObject?, _ type: ResourceType, scope: Scope, _ origin: Origin
  ) {
    guard let manager = origin.manager, !origin.keepsOwners else { return }
    var owners = ManagedFields(of: new)
    owners.noteUpdate(
      from: old, to: new, by: manager, subresource: scope == .statusOnly ? "status" : nil, at: clock.timestamp)
    owners.write(to: &new, apiVersion: type.apiVersion)
  }

  /// Whether a deleted object has nothing left to wait for.
  private func isFinished(_ object: KubernetesObject, _ type: ResourceType) -> Bool {
    guard object.isBeingDeleted, object.finalizers.isEmpty else { return false }
    switch type {
    case .pod: return object.json.at("metadata", "deletionGracePeriodSeconds")?.integer == 0
    case .namespace: return object.spec["finalizers"]?.elements.isEmpty ?? true
    default: return true
    }
  }
}
