import NIOCore
import WireProtocols

/// Lets objects go after or before those that they belong to.
final class GarbageCollector {
  private let store: ObjectStore
  private let writer: ObjectWriter
  private let eventLoop: any EventLoop
  private lazy var queue = WorkQueue(on: eventLoop) { [unowned self] in look(at: $0) }

  init(_ parts: ClusterParts) {
    store = parts.store
    eventLoop = parts.eventLoop
    writer = parts.writer
    store.observe { [unowned self] in see($0) }
  }

  private func see(_ change: ObjectChange) {
    if change.kind == .deleted {
      for key in store.dependents(of: change.object.uid) { queue.add(key) }
    }
    // An owner that waits for its dependents is looked at when one of them changes or goes.
    for owner in change.object.owners {
      guard let type = ResourceType.of(kind: owner.kind, apiVersion: owner.apiVersion),
        let object = store.get(type, change.object.namespace, owner.name), object.isBeingDeleted
      else { continue }
      queue.add(ObjectKey(resource: type.qualified, namespace: object.namespace, name: object.name))
    }
    if change.kind != .deleted, change.object.isBeingDeleted || !change.object.owners.isEmpty { queue.add(change.key) }
  }

  private func look(at key: ObjectKey) {
    guard let object = store.get(key), let type = ResourceType.qualified(key.resource) else { return }
    if object.isBeingDeleted {
      if object.finalizers.contains(ObjectWriter.orphan) { return orphan(object, type) }
      if object.finalizers.contains(ObjectWriter.foreground) { return deleteDependents(of: object, type) }
      return
    }
    collectIfOrphaned(object, type)
  }

  /// Deletes an object whose owners are all gone.
  private func collectIfOrphaned(_ object: KubernetesObject, _ type: ResourceType) {
    let owners = object.owners
    guard !owners.isEmpty else { return }
    let isOwned = owners.contains { owner in
      let type = ResourceType.of(kind: owner.kind, apiVersion: owner.apiVersion)
      // An owner of a kind that is not served cannot be known to be gone.
      return type.map { store.get($0, object.namespace, owner.name)?.uid == owner.uid } ?? true
    }
    guard !isOwned else { return }
    var options = DeleteOptions(propagation: .background)
    options.uid = object.uid
    _ = try? writer.delete(type, in: object.namespace, object.name, options)  // gone already is as well
  }

  private func deleteDependents(of owner: KubernetesObject, _ type: ResourceType) {
    for key in store.dependents(of: owner.uid) {
      guard let dependent = store.get(key), let kind = ResourceType.qualified(key.resource) else { continue }
      guard !dependent.isBeingDeleted else { continue }
      var options = DeleteOptions(propagation: .foreground)
      if kind == .pod { options.propagation = .background }
      options.uid = dependent.uid
      _ = try? writer.delete(kind, in: key.namespace, key.name, options)  // gone already is as well
    }
    let left = store.dependents(of: owner.uid).compactMap(store.get)
    guard !left.contains(where: { $0.owners.contains { $0.uid == owner.uid && $0.blocksDeletion } }) else { return }
    letGo(of: owner, type, ObjectWriter.foreground)
  }

  private func orphan(_ owner: KubernetesObject, _ type: ResourceType) {
    for key in store.dependents(of: owner.uid) {
      guard let kind = ResourceType.qualified(key.resource) else { continue }
      // Whoever is gone needs no freedom.
      _ = try? writer.change(kind, in: key.namespace, key.name, .everything, by: .cluster) { object in
        var object = object
        let rest = (object.json.at("metadata", "ownerReferences")?.elements ?? []).filter {
          $0["uid"]?.string != owner.uid
        }
        object.json.set(rest.isEmpty ? nil : .array(rest), at: "metadata", "ownerReferences")
        return object
      }
    }
    letGo(of: owner, type, ObjectWriter.orphan)
  }

  private func letGo(of owner: KubernetesObject, _ type: ResourceType, _ finalizer: String) {
    // Somebody may have taken the finalizer away already.
    _ = try? writer.change(type, in: owner.namespace, owner.name, .everything, by: .cluster) { object in
      var object = object
      let rest = object.finalizers.filter { $0 != finalizer }
      object.json.set(rest.isEmpty ? nil : .array(rest.map { .string($0) }), at: "metadata", "finalizers")
      return object
    }
  }
}
