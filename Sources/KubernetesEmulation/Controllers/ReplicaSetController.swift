import NIOCore
import WireProtocols

/// Keeps as many pods of each replica set as it wants.
final class ReplicaSetController {
  private let store: ObjectStore
  private let writer: ObjectWriter
  private let events: EventRecorder
  private let eventLoop: any EventLoop
  private lazy var queue = WorkQueue(on: eventLoop) { [unowned self] in reconcile($0) }

  init(_ parts: ClusterParts) {
    store = parts.store
    eventLoop = parts.eventLoop
    writer = parts.writer
    events = parts.events
    store.observe { [unowned self] change in
      if change.type == .replicaSet, change.kind != .deleted { queue.add(change.key) }
      if change.type == .pod, let key = change.controllerKey(.replicaSet) { queue.add(key) }
    }
  }

  private func reconcile(_ key: ObjectKey) {
    guard let set = store.get(key) else { return }
    let pods = store.controlled(.pod, by: set.uid)
    let active = pods.filter(PodTemplate.isActive)
    if !set.isBeingDeleted { scale(set, active) }
    let ready = active.count { $0.isTrue("Ready") }
    let count = JSON.integer(Int64(active.count))
    // The object may have gone meanwhile, and is none of ours any more then.
    _ = try? writer.change(.replicaSet, in: key.namespace, key.name, .statusOnly, by: .cluster) { set in
      var set = set
      set.json.set(
        [
          "replicas": count, "fullyLabeledReplicas": count, "readyReplicas": .integer(Int64(ready)),
          "availableReplicas": .integer(Int64(ready)), "observedGeneration": .integer(Int64(set.generation)),
        ], at: "status")
      return set
    }
  }

  private func scale(_ set: KubernetesObject, _ active: [KubernetesObject]) {
    let wanted = set.spec["replicas"]?.integer ?? 1
    for _ in 0..<max(0, wanted - active.count) { create(set) }
    guard active.count > wanted else { return }
    // Those go first that serve least: not scheduled, not ready, youngest.
    let surplus = active.sorted { a, b in
      let (ranks, others) = (Self.rank(a), Self.rank(b))
      return ranks == others ? a.resourceVersion > b.resourceVersion : ranks < others
    }.prefix(active.count - wanted)
    for pod in surplus {
      guard (try? writer.delete(.pod, in: pod.namespace, pod.name)) != nil else { continue }
      record("SuccessfulDelete", "Deleted pod: \(pod.name)", set)
    }
  }

  private static func rank(_ pod: KubernetesObject) -> Int {
    pod.spec["nodeName"] == nil ? 0 : pod.isTrue("Ready") ? 2 : 1
  }

  private func create(_ set: KubernetesObject) {
    let pod = PodTemplate.pod(set.spec["template"] ?? .object([]), ownedBy: set, .replicaSet)
    do throws(APIStatus) {
      let made = try writer.create(.pod, in: set.namespace, pod, by: .cluster)
      record("SuccessfulCreate", "Created pod: \(made.name)", set)
    } catch {
      events.record(
        "FailedCreate", "Error creating: \(error.message)", about: set, .replicaSet, from: "replicaset-controller",
        isWarning: true)
    }
  }

  private func record(_ reason: String, _ message: String, _ set: KubernetesObject) {
    events.record(reason, message, about: set, .replicaSet, from: "replicaset-controller")
  }
}
