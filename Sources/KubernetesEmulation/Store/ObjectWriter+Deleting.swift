import WireProtocols

/// What a deletion asks for.
struct DeleteOptions {
  enum Propagation: String { case background = "Background", foreground = "Foreground", orphan = "Orphan" }

  var gracePeriodSeconds: Int?
  var propagation: Propagation?
  var uid: String?
  var resourceVersion: String?
  var isDryRun = false
}

extension ObjectWriter {
  /// What a deletion came to.
  enum Deletion {
    /// The object is gone; this is how it was.
    case gone(KubernetesObject)
    /// The object is marked and waits for its finalizers or its kubelet.
    case marked(KubernetesObject)
  }

  /// Deletes an object, or marks it for those who have to let go of it first.
  ///
  /// - Throws: the status that the client gets.
  @discardableResult func delete(
    _ type: ResourceType, in namespace: String, _ name: String, _ options: DeleteOptions = DeleteOptions()
  ) throws(APIStatus) -> Deletion {
    guard var object = store.get(type, namespace, name) else { throw .notFound(type, name) }
    if type == .namespace, ["default", "kube-system", "kube-public"].contains(name) {
      throw APIStatus(
        403, "Forbidden", "namespaces \"\(name)\" is forbidden: this namespace may not be deleted", about: type,
        name: name)
    }
    if let uid = options.uid, uid != object.uid {
      throw .conflict(
        type, name, "Precondition failed: UID in precondition: \(uid), UID in object meta: \(object.uid)")
    }
    if let version = options.resourceVersion, version != "\(object.resourceVersion)" {
      throw .conflict(
        type, name,
        "Precondition failed: ResourceVersion in precondition: \(version), ResourceVersion in object meta: "
          + "\(object.resourceVersion)")
    }
    let before = object
    let grace = gracePeriod(of: object, type, options)
    let given = object.json.at("metadata", "deletionGracePeriodSeconds")?.integer ?? .max
    object.json.setDefault(.string(clock.timestamp), at: "metadata", "deletionTimestamp")
    object.json.set(.integer(Int64(min(grace, given))), at: "metadata", "deletionGracePeriodSeconds")
    setFinalizers(of: &object, type, options)
    if type == .namespace { object.json.set("Terminating", at: "status", "phase") }
    let waits =
      !object.finalizers.isEmpty || (type == .pod && min(grace, given) > 0)
      || (type == .namespace && !(object.spec["finalizers"]?.elements.isEmpty ?? true))
    if options.isDryRun { return waits ? .marked(object) : .gone(before) }
    guard waits else { return .gone(store.commit(.deleted, type, object)) }
    return .marked(object.json.means(before.json) ? before : store.commit(.modified, type, object))
  }

  /// How long the kubelet may take; nothing for what no kubelet runs.
  private func gracePeriod(of object: KubernetesObject, _ type: ResourceType, _ options: DeleteOptions) -> Int {
    guard type == .pod, object.spec["nodeName"]?.string != nil else { return 0 }
    guard !["Succeeded", "Failed"].contains(object.status["phase"]?.string) else { return 0 }
    if let grace = options.gracePeriodSeconds { return grace < 0 ? 1 : grace }
    let grace = object.spec["terminationGracePeriodSeconds"]?.integer ?? 30
    return grace < 0 || (grace == 0 && waitsForNodes) ? 1 : grace
  }

  /// The garbage collector lets go of an object after its dependents, if that is wanted.
  private func setFinalizers(of object: inout KubernetesObject, _ type: ResourceType, _ options: DeleteOptions) {
    var finalizers = object.finalizers
    let own = finalizers.filter { [Self.foreground, Self.orphan].contains($0) }
    if options.propagation == nil, !own.isEmpty { return }
    finalizers.removeAll(where: own.contains)
    switch options.propagation ?? (type == .job ? .orphan : .background) {
    case .foreground: finalizers.append(Self.foreground)
    case .orphan where !store.dependents(of: object.uid).isEmpty: finalizers.append(Self.orphan)
    case .orphan, .background: break
    }
    object.json.set(finalizers.isEmpty ? nil : .array(finalizers.map { .string($0) }), at: "metadata", "finalizers")
  }

  /// The finalizer of an object that goes after its dependents.
  static let foreground = "foregroundDeletion"
  /// The finalizer of an object that leaves its dependents alone.
  static let orphan = "orphan"
}
