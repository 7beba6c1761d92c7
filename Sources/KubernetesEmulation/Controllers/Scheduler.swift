import NIOCore
import WireProtocols

/// Finds a node for every pod, or says why there is none.
///
/// Pods of GPU memory go to the fullest node and GPU that have room, as the cloud provider's scheduler places them by
/// default; all others to the emptiest node. Ties go by name.
final class Scheduler {
  private let store: ObjectStore
  private let writer: ObjectWriter
  private let events: EventRecorder
  private let eventLoop: any EventLoop
  private lazy var queue = WorkQueue(on: eventLoop) { [unowned self] in schedule($0) }
  /// By name.
  private var nodes: [NodeState] = []
  private var places: [String: Int] = [:]
  /// Pods that fit nowhere, until something changes.
  private var stuck: Set<ObjectKey> = []

  init(_ parts: ClusterParts) {
    store = parts.store
    eventLoop = parts.eventLoop
    writer = parts.writer
    events = parts.events
    store.observe { [unowned self] in see($0) }
  }

  private func see(_ change: ObjectChange) {
    if change.type == .node { return see(node: change) }
    guard change.type == .pod else { return }
    let pod = change.object
    let hasEnded = change.kind == .deleted || ["Succeeded", "Failed"].contains(pod.status["phase"]?.string)
    guard let node = pod.spec["nodeName"]?.string else {
      if hasEnded {
        stuck.remove(change.key)
      } else if change.kind == .added {
        queue.add(change.key)
      }
      return
    }
    if hasEnded {
      if let place = places[node] { nodes[place].remove(uid: pod.uid) }
      retry()
    } else if let place = places[node] {
      nodes[place].add(PodClaim(pod), uid: pod.uid)
    }
  }

  private func see(node change: ObjectChange) {
    let node = change.object
    let place = places[node.name]
    if let place, change.kind != .deleted {
      nodes[place].update(node)
    } else if let place {
      nodes.remove(at: place)
    } else {
      let state = NodeState(node)
      for pod in store.list(.pod) where pod.spec["nodeName"]?.string == node.name && PodTemplate.isActive(pod) {
        state.add(PodClaim(pod), uid: pod.uid)
      }
      nodes.insert(state, at: nodes.firstIndex { $0.name > node.name } ?? nodes.count)
    }
    if change.kind != .modified {
      places = Dictionary(uniqueKeysWithValues: nodes.indices.map { (nodes[$0].name, $0) })
    }
    retry()
  }

  /// Something has changed that may make room.
  private func retry() {
    let keys = stuck.sorted()
    stuck = []
    for key in keys { queue.add(key) }
  }

  private func schedule(_ key: ObjectKey) {
    guard let pod = store.get(key), pod.spec["nodeName"] == nil, PodTemplate.isActive(pod),
      pod.spec["schedulerName"]?.string == "default-scheduler"
    else { return }
    let claim = PodClaim(pod)
    let affinity = NodeAffinity(pod.spec)
    var refusals: [String: Int] = [:]
    var best: Int?
    for place in nodes.indices {
      if let refusal = nodes[place].refusal(of: claim, affinity) {
        refusals[refusal, default: 0] += 1
      } else if best.map({ isBetter(place, than: $0, for: claim) }) ?? true {
        best = place
      }
    }
    if let best { bind(pod, key, to: nodes[best], claim) } else { refuse(pod, key, refusals) }
  }

  private func isBetter(_ place: Int, than other: Int, for claim: PodClaim) -> Bool {
    claim.gpuMemory > 0
      ? nodes[place].gpuMemoryTaken > nodes[other].gpuMemoryTaken : nodes[place].podCount < nodes[other].podCount
  }

  private func bind(_ pod: KubernetesObject, _ key: ObjectKey, to node: NodeState, _ claim: PodClaim) {
    let time = writer.clock.timestamp
    let gpu = node.gpu(for: claim)
    // The pod may have gone or been bound by somebody else meanwhile.
    _ = try? writer.change(.pod, in: key.namespace, key.name, .everything, by: .cluster) { pod in
      var pod = pod
      pod.json.set(.string(node.name), at: "spec", "nodeName")
      if let gpu { pod.json.set(.string("\(gpu)"), at: "metadata", "annotations", PodClaim.gpuAnnotation) }
      pod.setCondition("PodScheduled", "True", at: time)
      return pod
    }
    events.record(
      "Scheduled", "Successfully assigned \(key.namespace)/\(key.name) to \(node.name)", about: pod, .pod,
      from: "default-scheduler")
  }

  private func refuse(_ pod: KubernetesObject, _ key: ObjectKey, _ refusals: [String: Int]) {
    stuck.insert(key)
    let reasons = refusals.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
    let message =
      nodes.isEmpty ? "no nodes available to schedule pods" : "0/\(nodes.count) nodes are available: \(reasons)."
    let time = writer.clock.timestamp
    // The pod may have gone meanwhile.
    _ = try? writer.change(.pod, in: key.namespace, key.name, .statusOnly, by: .cluster) { pod in
      var pod = pod
      pod.setCondition("PodScheduled", "False", reason: "Unschedulable", message: message, at: time)
      return pod
    }
    events.record("FailedScheduling", message, about: pod, .pod, from: "default-scheduler", isWarning: true)
  }
}
