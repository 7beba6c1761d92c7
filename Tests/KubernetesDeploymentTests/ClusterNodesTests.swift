import FakeCluster
import KubernetesClient
import Quantities
import ServingModel
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// Which nodes of a cluster are the servers of a testbed.
@Suite struct ClusterNodesTests {
  private static let type = InstanceType(
    name: "ecs.a10", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 22, network: .gbps(16), hostMemoryGB: 188,
    virtualCPUs: 32)

  private static func servers(_ names: String...) -> [GPUServer] { names.map { GPUServer(name: $0, type: type) } }
  private static func stores(_ names: String...) -> [StorageServer] {
    names.map { StorageServer(name: $0, network: .gbps(32)) }
  }

  private static func node(
    _ name: String, type: String = "ecs.a10", isGPUServer: Bool = true, isReady: Bool = true,
    scales: (String, String)? = nil
  ) -> GPUNode {
    var node = FakeNodes.node(
      name, type: type, labels: isGPUServer ? [.init("gpu_server", "true")] : [], isReady: isReady)
    if let (time, bytes) = scales {
      node = node.merging([
        "metadata": [
          "annotations": [
            "hydraserve-repro/emulated-time-scale": .string(time),
            "hydraserve-repro/emulated-byte-scale": .string(bytes),
          ]
        ]
      ])
    }
    return GPUNode(KubernetesObject(node))
  }

  @Test(arguments: [("NoSchedule", false), ("NoExecute", false), ("PreferNoSchedule", true)])
  func `a node whose taint keeps pods away is not ready for ours`(effect: String, isReady: Bool) {
    let taints: JSON = ["spec": ["taints": [["key": "node.kubernetes.io/not-ready", "effect": .string(effect)]]]]
    let node = FakeNodes.node("a", type: "ecs.a10").merging(taints)
    #expect(GPUNode(KubernetesObject(node)).isReady == isReady)
  }

  @Test func `servers take ready nodes of their type with the label, by name, and storage the others`() throws {
    let nodes = [
      Self.node("d"), Self.node("b"), Self.node("a", isReady: false), Self.node("c", isGPUServer: false),
      Self.node("e", type: "ecs.v100"),
    ]
    let chosen = try ClusterNodes(of: nodes, servers: Self.servers("x", "y"), storage: Self.stores("s", "t"))
    #expect(chosen.gpuNodes == ["b", "d"])
    #expect(chosen.storageNodes == ["c", "e"], "without GPUs first")
    #expect(chosen.emulation == nil)
  }

  @Test func `a node of a server's own name is that server`() throws {
    let nodes = [Self.node("a10-0"), Self.node("a10-1"), Self.node("store", type: "c7", isGPUServer: false)]
    let chosen = try ClusterNodes(of: nodes, servers: Self.servers("a10-1"), storage: Self.stores("a10-0"))
    #expect(chosen.gpuNodes == ["a10-1"])
    #expect(chosen.storageNodes == ["a10-0"])
  }

  @Test func `too few nodes are told`() {
    #expect(throws: DeploymentError.noNode(type: "ecs.a10", needed: 2)) {
      try ClusterNodes(of: [Self.node("a")], servers: Self.servers("x", "y"), storage: [])
    }
    #expect(throws: DeploymentError.tooFewStorageNodes(found: 0, needed: 1)) {
      try ClusterNodes(of: [Self.node("a")], servers: Self.servers("x"), storage: Self.stores("s"))
    }
  }

  @Test func `nodes that say that they are emulated say how fast, and all the same`() throws {
    let emulated = try ClusterNodes(
      of: [Self.node("a", scales: ("20", "1000")), Self.node("b", scales: ("20.0", "1000.0"))],
      servers: Self.servers("x", "y"), storage: [])
    #expect(emulated.emulation?.timeScale == 20)
    #expect(emulated.emulation?.byteScale == 1000)
    #expect(throws: DeploymentError.mixedNodes(first: "a", second: "b")) {
      try ClusterNodes(
        of: [Self.node("a", scales: ("20", "1000")), Self.node("b")], servers: Self.servers("x", "y"), storage: [])
    }
    #expect(
      try ClusterNodes(of: [Self.node("a", scales: ("fast", "1"))], servers: Self.servers("x"), storage: []).emulation
        == nil)
  }
}
