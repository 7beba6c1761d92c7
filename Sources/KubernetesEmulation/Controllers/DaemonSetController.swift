import NIOCore
import WireProtocols

/// Keeps a pod of each daemon set on every node that it selects.
final class DaemonSetController {
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
      switch change.type {
      case .daemonSet where change.kind != .deleted: queue.add(change.key)
      case .pod: if let key = change.controllerKey(.daemonSet) { queue.add(key) }
      case .node where change.previous?.labels != change.object.labels || change.kind != .modified:
        for set in store.list(.daemonSet) {
          queue.add(ObjectKey(resource: ResourceType.daemonSet.qualified, namespace: set.namespace, name: set.name))
        }
      default: break
      }
    }
  }

  private func reconcile(_ key: ObjectKey) {
    guard let set = store.get(key) else { return }
    let template = set.spec["template"] ?? .object([])
    let affinity = NodeAffinity(template["spec"] ?? .object([]))
    let nodes = store.list(.node).filter { affinity.matches($0) }.map(\.name)
    let hash = PodTemplate.hash(template)
    let pods = store.controlled(.pod, by: set.uid)
    if !set.isBeingDeleted { place(set, template, hash, on: nodes, pods) }
    updateStatus(key, nodes: nodes, hash: hash)
  }

  private func place(
    _ set: KubernetesObject, _ template: JSON, _ hash: String, on nodes: [String], _ pods: [KubernetesObject]
  ) {
    var served: Set<String> = []
    for pod in pods {
      let node = NodeAffinity.namedNode(pod.spec) ?? ""
      let isWanted = nodes.contains(node) && PodTemplate.isActive(pod) && pod.label(Self.hashLabel) == hash
      if pod.isBeingDeleted || (isWanted && served.insert(node).inserted) {
        served.insert(node)
        continue
      }
      guard (try? writer.delete(.pod, in: pod.namespace, pod.name)) != nil else { continue }
      served.insert(node)  // another comes when this one has gone
      events.record(
        "SuccessfulDelete", "Deleted pod: \(pod.name)", about: set, .daemonSet, from: "daemonset-controller")
    }
    for node in nodes where !served.contains(node) { create(set, template, hash, on: node) }
  }

  private static let hashLabel = "controller-revision-hash"

  private func create(_ set: KubernetesObject, _ template: JSON, _ hash: String, on node: String) {
    var pod = PodTemplate.pod(template, ownedBy: set, .daemonSet)
    pod.set(.string(hash), at: "metadata", "labels", Self.hashLabel)
    let term: JSON = ["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(node)]]]]
    pod.set(
      [term], at: "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
      "nodeSelectorTerms")
    do throws(APIStatus) {
      let made = try writer.create(.pod, in: set.namespace, pod, by: .cluster)
      events.record(
        "SuccessfulCreate", "Created pod: \(made.name)", about: set, .daemonSet, from: "daemonset-controller")
    } catch {
      events.record(
        "FailedCreate", "Error creating: \(error.message)", about: set, .daemonSet, from: "daemonset-controller",
        isWarning: true)
    }
  }

  private func updateStatus(_ key: ObjectKey, nodes: [String], hash: String) {
    guard let set = store.get(key) else { return }
    let pods = store.controlled(.pod, by: set.uid).filter(PodTemplate.isActive)
    let ready = pods.count { $0.isTrue("Ready") }
    let updated = pods.count { $0.label(Self.hashLabel) == hash }
    func number(_ value: Int) -> JSON { .integer(Int64(value)) }
    // The set may have gone meanwhile.
    _ = try? writer.change(.daemonSet, in: key.namespace, key.name, .statusOnly, by: .cluster) { set in
      var set = set
      set.json.set(
        [
          "currentNumberScheduled": number(pods.count), "numberMisscheduled": 0,
          "desiredNumberScheduled": number(nodes.count), "numberReady": number(ready),
          "observedGeneration": number(set.generation), "updatedNumberScheduled": number(updated),
          "numberAvailable": number(ready), "numberUnavailable": number(nodes.count - ready),
        ], at: "status")
      return set
    }
  }
}
