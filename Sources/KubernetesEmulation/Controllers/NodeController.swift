import NIOCore
import WireProtocols

/// Makes the nodes and lets the isolation label of a GPU node decide what it offers, some time after it has changed.
final class NodeController {
  private let store: ObjectStore
  private let writer: ObjectWriter
  private let eventLoop: any EventLoop
  private let machines: [EmulatedNode]
  private let version: APIVersion
  private let scales: (time: Double, bytes: Double)
  private let images: [String]
  /// From a new label to the new resources; never if `nil`.
  private let switching: Duration?
  private var modes: [String: EmulatedNode.GPUMode] = [:]

  init(_ parts: ClusterParts, _ settings: EmulatedClusterSettings) {
    store = parts.store
    writer = parts.writer
    eventLoop = parts.eventLoop
    machines = settings.nodes
    version = settings.version
    scales = (settings.timeScale, settings.byteScale)
    images = settings.images
    switching = settings.gpuModeSwitching
  }

  /// Makes the nodes.
  ///
  /// - Parameter address: the address of each machine, by its number.
  /// - Throws: what the server says of a node that cannot be, for example because of its name.
  func start(address: (Int) -> String) throws(APIStatus) {
    for (number, machine) in machines.enumerated() {
      modes[machine.name] = machine.mode
      let node = machine.node(
        address: address(number), version: version, at: writer.clock.timestamp, scales: scales, images: images)
      try writer.create(.node, in: "", node, by: .cluster)
    }
    store.observe { [unowned self] change in
      guard change.type == .node, change.kind == .modified else { return }
      follow(change.object)
    }
  }

  private func follow(_ node: KubernetesObject) {
    guard let machine = machines.first(where: { $0.name == node.name }), machine.gpuCount > 0,
      let mode = EmulatedNode.GPUMode(labels: node), mode != modes[node.name]
    else { return }
    modes[node.name] = mode
    guard let switching else { return }
    let controller = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: TimeAmount(switching)) { controller.value.offer(mode, on: machine) }
  }

  private func offer(_ mode: EmulatedNode.GPUMode, on machine: EmulatedNode) {
    guard modes[machine.name] == mode else { return }  // changed again meanwhile
    // The node may have gone meanwhile.
    _ = try? writer.change(.node, in: "", machine.name, .everything, by: .cluster) { node in
      var node = node
      for (resource, amount) in machine.gpuResources(mode) {
        for section in ["allocatable", "capacity"] {
          node.json.set(.string("\(amount)"), at: "status", section, resource)
        }
      }
      return node
    }
  }

  /// Lets a node fail or recover.
  func setReady(_ isReady: Bool, node name: String) {
    let time = writer.clock.timestamp
    _ = try? writer.change(.node, in: "", name, .everything, by: .cluster) { node in  // no such node: nothing to do
      var node = node
      node.setCondition(
        "Ready", isReady ? "True" : "Unknown", reason: isReady ? "KubeletReady" : "NodeStatusUnknown",
        message: isReady ? "kubelet is posting ready status" : "Kubelet stopped posting node status.", at: time)
      return node
    }
  }
}
