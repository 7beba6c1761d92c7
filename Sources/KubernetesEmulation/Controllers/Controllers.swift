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
    var addresses = PodAddresses(port: port)
    // Machines beyond half of the loopback addresses get one that leads nowhere: only their pods have to be reached.
    let nodeAddresses = settings.nodes.indices.map { index in
      index < PodAddresses.most / 2 ? addresses.loopback() ?? "127.0.0.1" : addresses.unreachable()
    }
    others = [
      GarbageCollector(parts), NamespaceController(parts), DeploymentController(parts), ReplicaSetController(parts),
      DaemonSetController(parts), JobController(parts, backOff: settings.jobBackOff), Scheduler(parts),
    ]
    kubelet = Kubelet(
      parts, machines: settings.nodes, addresses: addresses,
      settings: Kubelet.Settings(
        runner: settings.runner, execute: settings.execute, logs: settings.logs, startDelay: settings.podStart,
        restartDelay: settings.restartDelay))
    nodes = NodeController(parts, settings)
    do throws(APIStatus) {
      for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
        try parts.writer.create(.namespace, in: "", ["metadata": ["name": .string(name)]], by: .cluster)
      }
      try nodes.start { nodeAddresses[$0] }
    } catch {
      throw .badNode(error.message)
    }
  }
}
