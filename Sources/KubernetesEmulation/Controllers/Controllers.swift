import NIOCore
import WireProtocols

/// Everything that acts on objects by itself; it lives on the server's event loop.
final class Controllers {
  let kubelet: Kubelet
  let nodes: NodeController
  private let others: [AnyObject]

  /// Starts the controllers on an empty store and makes the nodes and the usual namespaces.
  ///
  /// - Throws: ``KubernetesEmulationError`` when a machine cannot be a node.
  init(_ parts: ClusterParts, _ settings: EmulatedClusterSettings, port: Int) throws(KubernetesEmulationError) {
    let network = settings.network ?? .loopback(port: port)
    let addresses = settings.nodes.indices.map { network.machineAddress($0) }
    if let machine = addresses.firstIndex(of: nil) {
      throw .noAddress(machine: settings.nodes[machine].name, machines: settings.nodes.count)
    }
    others = [
      GarbageCollector(parts), NamespaceController(parts), DeploymentController(parts), ReplicaSetController(parts),
      DaemonSetController(parts), JobController(parts, backOff: settings.jobBackOff), Scheduler(parts),
    ]
    parts.writer.waitsForNodes = settings.podEnd > .zero
    kubelet = Kubelet(
      parts, machines: settings.nodes,
      settings: Kubelet.Settings(
        runner: settings.runner, execute: settings.execute, logs: settings.logs, startDelay: settings.podStart,
        restartDelay: settings.restartDelay, endDelay: settings.podEnd, network: network, started: settings.started))
    nodes = NodeController(parts, settings)
    do throws(APIStatus) {
      for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
        try parts.writer.create(.namespace, in: "", ["metadata": ["name": .string(name)]], by: .cluster)
      }
      try nodes.start { addresses[$0] ?? "" }
    } catch {
      throw .badNode(error.message)
    }
  }
}
