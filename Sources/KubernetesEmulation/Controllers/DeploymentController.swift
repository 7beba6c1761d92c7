import NIOCore
import WireProtocols

/// Keeps a replica set for each deployment's template, and moves pods over to it when the template changes.
final class DeploymentController {
  private let store: ObjectStore
  private let writer: ObjectWriter
  private let events: EventRecorder
  private let eventLoop: any EventLoop
  private lazy var queue = WorkQueue(on: eventLoop) { [unowned self] in reconcile($0) }

  private static let hashLabel = "pod-template-hash"
  private static let revision = "deployment.kubernetes.io/revision"

  init(_ parts: ClusterParts) {
    store = parts.store
    eventLoop = parts.eventLoop
    writer = parts.writer
    events = parts.events
    store.observe { [unowned self] change in
      if change.type == .deployment, change.kind != .deleted { queue.add(change.key) }
      if change.type == .replicaSet, let key = change.controllerKey(.deployment) { queue.add(key) }
      // A strategy that replaces everything waits for the last old pod, which its replica set does not count.
      if change.type == .pod, change.kind == .deleted, let key = change.controllerKey(.replicaSet),
        let deployment = store.get(key)?.controller
      {
        queue.add(
          ObjectKey(
            resource: ResourceType.deployment.qualified, namespace: key.namespace, name: deployment.name))
      }
    }
  }

  private func reconcile(_ key: ObjectKey) {
    guard let deployment = store.get(key) else { return }
    let sets = store.controlled(.replicaSet, by: deployment.uid)
    let template = deployment.spec["template"] ?? .object([])
    let hash = PodTemplate.hash(template)
    let current = sets.first { $0.label(Self.hashLabel) == hash }
    let old = sets.filter { $0.uid != current?.uid }
    if !deployment.isBeingDeleted { rollOut(deployment, current, old, hash) }
    updateStatus(deployment)
  }

  private func rollOut(
    _ deployment: KubernetesObject, _ current: KubernetesObject?, _ old: [KubernetesObject], _ hash: String
  ) {
    let wanted = deployment.spec["replicas"]?.integer ?? 1
    let oldPods = old.reduce(0) { $0 + Self.wanted($1) }
    guard deployment.spec.at("strategy", "type")?.string != "Recreate" else {
      for set in old { scale(set, to: 0, deployment) }
      guard old.allSatisfy({ store.controlled(.pod, by: $0.uid).isEmpty }) else { return }
      return grow(current, to: wanted, deployment, hash, old)
    }
    let surge = Self.share(deployment, "maxSurge", of: wanted, roundingUp: true)
    let unavailable = Self.share(deployment, "maxUnavailable", of: wanted, roundingUp: false)
    let room = max(0, wanted + max(surge, surge + unavailable == 0 ? 1 : 0) - oldPods)
    let have = current.map(Self.wanted) ?? 0
    grow(current, to: max(min(wanted, room), min(have, wanted)), deployment, hash, old)
    let ready = current?.status["availableReplicas"]?.integer ?? 0
    let oldReady = old.reduce(0) { $0 + ($1.status["availableReplicas"]?.integer ?? 0) }
    // What is not available may always go; of the rest so much that enough stay.
    var surplus = oldPods - oldReady + max(0, ready + oldReady - (wanted - unavailable))
    for set in old where surplus > 0 && Self.wanted(set) > 0 {
      let less = min(surplus, Self.wanted(set))
      scale(set, to: Self.wanted(set) - less, deployment)
      surplus -= less
    }
    forget(old, deployment)
  }

  private static func wanted(_ set: KubernetesObject) -> Int {
    set.spec["replicas"]?.integer ?? 1
  }

  private static func share(_ deployment: KubernetesObject, _ field: String, of whole: Int, roundingUp: Bool) -> Int {
    switch deployment.spec.at("strategy", "rollingUpdate", field) {
    case .integer(let number): return Int(number)
    case .string(let text):
      let percent = Int(text.filter(\.isNumber)) ?? 25
      return (whole * percent + (roundingUp ? 99 : 0)) / 100
    default: return roundingUp ? 1 : 0
    }
  }

  private func grow(
    _ current: KubernetesObject?, to count: Int, _ deployment: KubernetesObject, _ hash: String,
    _ old: [KubernetesObject]
  ) {
    if let current { return scale(current, to: count, deployment) }
    let revision = 1 + (old.compactMap { $0.annotation(Self.revision).flatMap { Int($0) } }.max() ?? 0)
    var template = deployment.spec["template"] ?? .object([])
    template.set(.string(hash), at: "metadata", "labels", Self.hashLabel)
    var selector = deployment.spec["selector"] ?? .object([])
    selector.set(.string(hash), at: "matchLabels", Self.hashLabel)
    let set: JSON = [
      "metadata": [
        "name": .string("\(deployment.name)-\(hash)"),
        "labels": template.at("metadata", "labels") ?? .object([]),
        "annotations": JSON.object([.init(Self.revision, .string("\(revision)"))]),
        "ownerReferences": [PodTemplate.reference(to: deployment, .deployment)],
      ],
      "spec": ["replicas": .integer(Int64(count)), "selector": selector, "template": template],
    ]
    do throws(APIStatus) {
      let made = try writer.create(.replicaSet, in: deployment.namespace, set, by: .cluster)
      record("Scaled up replica set \(made.name) from 0 to \(count)", deployment)
      try writer.change(.deployment, in: deployment.namespace, deployment.name, .everything, by: .cluster) { object in
        var object = object
        object.json.set(.string("\(revision)"), at: "metadata", "annotations", Self.revision)
        return object
      }
    } catch {
      events.record(
        "ReplicaSetCreateError", "Failed to create new replica set: \(error.message)", about: deployment, .deployment,
        from: "deployment-controller", isWarning: true)
    }
  }

  private func scale(_ set: KubernetesObject, to count: Int, _ deployment: KubernetesObject) {
    let before = Self.wanted(set)
    guard before != count else { return }
    let changed = try? writer.change(.replicaSet, in: set.namespace, set.name, .everything, by: .cluster) { set in
      var set = set
      set.json.set(.integer(Int64(count)), at: "spec", "replicas")
      return set
    }
    guard changed != nil else { return }  // gone meanwhile
    record("Scaled \(count > before ? "up" : "down") replica set \(set.name) from \(before) to \(count)", deployment)
  }

  /// Deletes the oldest sets without pods, but for so many as the deployment keeps to go back to.
  private func forget(_ old: [KubernetesObject], _ deployment: KubernetesObject) {
    let limit = deployment.spec["revisionHistoryLimit"]?.integer ?? 10
    let empty = old.filter { Self.wanted($0) == 0 && ($0.status["replicas"]?.integer ?? 0) == 0 }
      .sorted { $0.resourceVersion < $1.resourceVersion }
    for set in empty.prefix(max(0, empty.count - limit)) {
      _ = try? writer.delete(.replicaSet, in: set.namespace, set.name)  // gone already is as well
    }
  }

  private func record(_ message: String, _ deployment: KubernetesObject) {
    events.record("ScalingReplicaSet", message, about: deployment, .deployment, from: "deployment-controller")
  }

  private func updateStatus(_ deployment: KubernetesObject) {
    let sets = store.controlled(.replicaSet, by: deployment.uid)
    let hash = PodTemplate.hash(deployment.spec["template"] ?? .object([]))
    func sum(_ field: String, _ sets: [KubernetesObject]) -> Int {
      sets.reduce(0) { $0 + ($1.status[field]?.integer ?? 0) }
    }
    let wanted = deployment.spec["replicas"]?.integer ?? 1
    let total = sum("replicas", sets)
    let updated = sum("replicas", sets.filter { $0.label(Self.hashLabel) == hash })
    let available = sum("availableReplicas", sets)
    let least = wanted - Self.share(deployment, "maxUnavailable", of: wanted, roundingUp: false)
    let time = writer.clock.timestamp
    // The deployment may have gone meanwhile.
    _ = try? writer.change(.deployment, in: deployment.namespace, deployment.name, .statusOnly, by: .cluster) {
      object in
      var object = object
      var status: JSON = ["observedGeneration": .integer(Int64(object.generation))]
      for (field, value) in [
        ("replicas", total), ("updatedReplicas", updated), ("readyReplicas", sum("readyReplicas", sets)),
        ("availableReplicas", available), ("unavailableReplicas", max(0, max(wanted, total) - available)),
      ] where value > 0 { status.set(.integer(Int64(value)), at: field) }
      if let conditions = object.status["conditions"] { status.set(conditions, at: "conditions") }
      object.json.set(status, at: "status")
      let isAvailable = available >= least
      object.setCondition(
        "Available", isAvailable ? "True" : "False",
        reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: "Deployment \(isAvailable ? "has" : "does not have") minimum availability.", at: time)
      let isDone = updated == wanted && total == wanted && available == wanted
      let name = "\(object.name)-\(hash)"
      object.setCondition(
        "Progressing", "True", reason: isDone ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
        message: "ReplicaSet \"\(name)\" \(isDone ? "has successfully progressed" : "is progressing").", at: time)
      return object
    }
  }
}
