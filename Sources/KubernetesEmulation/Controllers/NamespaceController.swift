import NIOCore
import WireProtocols

/// Gives every namespace its service account, and empties those that are deleted before they go.
final class NamespaceController {
  private let store: ObjectStore
  private let writer: ObjectWriter
  private let eventLoop: any EventLoop
  private lazy var queue = WorkQueue(on: eventLoop) { [unowned self] in look(at: $0.name) }
  private var emptying: Set<String> = []

  init(_ parts: ClusterParts) {
    store = parts.store
    eventLoop = parts.eventLoop
    writer = parts.writer
    store.observe { [unowned self] change in
      if change.type == .namespace {
        if change.kind == .deleted { emptying.remove(change.object.name) } else { add(change.object.name) }
      } else if change.kind == .deleted, emptying.contains(change.object.namespace) {
        add(change.object.namespace)
      }
    }
  }

  private func add(_ name: String) {
    queue.add(ObjectKey(resource: ResourceType.namespace.qualified, namespace: "", name: name))
  }

  private func look(at name: String) {
    guard let namespace = store.get(.namespace, "", name) else { return }
    guard namespace.isBeingDeleted else {
      let account: JSON = ["metadata": ["name": "default"]]
      if store.get(.serviceAccount, name, "default") == nil {
        _ = try? writer.create(.serviceAccount, in: name, account, by: .cluster)  // somebody may be faster
      }
      return
    }
    emptying.insert(name)
    var isEmpty = true
    for type in ResourceType.all where type.isNamespaced {
      for object in store.list(type, ObjectFilter(namespace: name)) {
        if !object.isBeingDeleted {
          // Gone already is as well.
          _ = try? writer.delete(type, in: name, object.name, DeleteOptions(propagation: .background))
        }
        isEmpty = isEmpty && store.get(type, name, object.name) == nil
      }
    }
    guard isEmpty else { return }
    _ = try? writer.change(.namespace, in: "", name, .everything, by: .cluster) { namespace in  // may be gone
      var namespace = namespace
      namespace.json.set(nil, at: "spec", "finalizers")
      return namespace
    }
  }
}
