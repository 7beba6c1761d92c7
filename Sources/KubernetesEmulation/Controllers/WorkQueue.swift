import NIOCore

/// Objects that a controller has to look at, each at most once at a time; it lives on the server's event loop.
///
/// Controllers are told of changes and look at things after whatever caused them, so a chain of controllers never nests.
final class WorkQueue {
  private let eventLoop: any EventLoop
  private let body: (ObjectKey) -> Void
  private var keys: [ObjectKey] = []
  private var waiting: Set<ObjectKey> = []
  private var isScheduled = false

  init(on eventLoop: any EventLoop, _ body: @escaping (ObjectKey) -> Void) {
    self.eventLoop = eventLoop
    self.body = body
  }

  /// Has an object looked at soon.
  func add(_ key: ObjectKey) {
    guard waiting.insert(key).inserted else { return }
    keys.append(key)
    schedule()
  }

  private func schedule() {
    guard !isScheduled else { return }
    isScheduled = true
    let queue = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.execute { queue.value.work() }
  }

  private func work() {
    isScheduled = false
    // What is added meanwhile has to wait, so that clients get their turn.
    let batch = keys
    keys = []
    for key in batch {
      waiting.remove(key)
      body(key)
    }
  }
}

extension ObjectChange {
  /// The key of the object.
  var key: ObjectKey {
    ObjectKey(resource: type.qualified, namespace: object.namespace, name: object.name)
  }

  /// The key of the object's controller, if it is of a kind.
  func controllerKey(_ type: ResourceType) -> ObjectKey? {
    guard let owner = (object.controller ?? previous?.controller), owner.kind == type.kind else { return nil }
    return ObjectKey(resource: type.qualified, namespace: object.namespace, name: owner.name)
  }
}
