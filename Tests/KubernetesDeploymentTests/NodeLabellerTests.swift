import FakeCluster
import KubernetesClient
import ServingModel
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// Switching nodes, waiting for what they offer, and putting back what was there.
@Suite struct NodeLabellerTests {
  private static let type = "ecs.gn7i-c32g1.8xlarge"
  private static let remembered = "hydraserve-repro/before-ack.node.gpu.schedule"

  private static func node(_ name: String, _ labels: (String, String)..., type: String = type) -> JSON {
    let all = [JSON.Member("gpu_server", "true")] + labels.map { JSON.Member($0, .string($1)) }
    return FakeNodes.node(name, type: type, labels: all, whole: 1)
  }

  private static func cluster(_ nodes: JSON...) -> FakeCluster {
    FakeCluster(
      Dictionary(uniqueKeysWithValues: nodes.map { (FakeNodes.path($0["metadata"]?["name"]?.string ?? ""), $0) }),
      controller: FakeNodes.followLabel(memory: 22, gpus: 1))
  }

  private func label(_ cluster: FakeCluster, _ node: String, _ key: String = "ack.node.gpu.schedule") -> String? {
    cluster.object(FakeNodes.path(node))?["metadata"]?["labels"]?[key]?.string
  }

  private func switchAll(_ cluster: FakeCluster, _ isolation: GPUIsolation) async throws {
    let labeller = NodeLabeller(client: try cluster.client())
    let nodes = try await labeller.nodes()
    let changes = NodeLabeller.plan(nodes, isolation, by: try NodeLabeller.detect(nodes))
    for change in changes { try await labeller.apply(change) }
    try await labeller.wait(for: changes, within: .seconds(60)) { _ in }
  }

  private func restore(_ cluster: FakeCluster) async throws {
    let labeller = NodeLabeller(client: try cluster.client())
    let changes = try NodeLabeller.planOfRestoration(try await labeller.nodes())
    for change in changes { try await labeller.apply(change) }
    try await labeller.wait(for: changes, within: .seconds(60)) { _ in }
  }

  @Test func `a switch changes one label and remembers what was there`() async throws {
    let cluster = Self.cluster(Self.node("a", ("ack.node.gpu.schedule", "default")), Self.node("b"))
    try await switchAll(cluster, .shared)
    #expect(label(cluster, "a") == "cgpu")
    #expect(label(cluster, "b") == "cgpu")
    let annotations = ["a", "b"].map { cluster.object(FakeNodes.path($0))?["metadata"]?["annotations"] }
    #expect(annotations == [[Self.remembered: "=default"], [Self.remembered: "absent"]].map { JSON($0) })
    #expect(label(cluster, "a", "gpu_server") == "true")
  }

  @Test func `several switches later the first state comes back`() async throws {
    let cluster = Self.cluster(Self.node("a", ("ack.node.gpu.schedule", "topology")), Self.node("b"))
    for isolation in [GPUIsolation.shared, .exclusive, .shared] { try await switchAll(cluster, isolation) }
    try await restore(cluster)
    #expect(label(cluster, "a") == "topology")
    // Removing the label of Alibaba Cloud would not bring whole GPUs back.
    #expect(label(cluster, "b") == "default")
    for node in ["a", "b"] {
      #expect(cluster.object(FakeNodes.path(node))?["metadata"]?["annotations"]?[Self.remembered] == nil)
    }
    await #expect(throws: DeploymentError.nothingToRestore) { try await restore(cluster) }
  }

  @Test func `the generic label is removed where there was none`() async throws {
    let cluster = Self.cluster(Self.node("a", type: "g5.xlarge"))
    try await switchAll(cluster, .shared)
    #expect(label(cluster, "a", "gpushare") == "true")
    try await restore(cluster)
    #expect(label(cluster, "a", "gpushare") == nil)
  }

  @Test func `a node that is as it should be is left alone`() async throws {
    let cluster = Self.cluster(Self.node("a", ("ack.node.gpu.schedule", "default")))
    try await switchAll(cluster, .exclusive)
    #expect(cluster.changes.isEmpty)
  }

  @Test func `somebody else's change in between is read again`() async throws {
    let cluster = Self.cluster(Self.node("a"))
    cluster.conflict(4)
    try await switchAll(cluster, .shared)
    #expect(label(cluster, "a") == "cgpu")
    cluster.conflict(5)
    await #expect(throws: DeploymentError.contended(node: "a", attempts: 5)) {
      try await switchAll(cluster, .exclusive)
    }
  }

  @Test func `a node that never offers its GPUs is named with what it offers`() async throws {
    let cluster = FakeCluster([FakeNodes.path("a"): Self.node("a")])
    let labeller = NodeLabeller(client: try cluster.client())
    let changes = NodeLabeller.plan(try await labeller.nodes(), .shared, by: .aliyun)
    for change in changes { try await labeller.apply(change) }
    await #expect(
      throws: KubernetesError.notInTime(
        what: "nodes do not offer their GPUs as they should", seconds: 1,
        state: "a (aliyun.com/gpu-mem 0, nvidia.com/gpu 1)")
    ) { try await labeller.wait(for: changes, within: .seconds(1)) { _ in } }
  }

  @Test func `the label is that which nodes carry`() throws {
    func nodes(_ nodes: JSON...) -> [GPUNode] { nodes.map { GPUNode(KubernetesObject($0)) } }
    #expect(try NodeLabeller.detect(nodes(Self.node("a", ("gpushare", "false")))) == .generic)
    #expect(try NodeLabeller.detect(nodes(Self.node("a"))) == .aliyun)
    #expect(try NodeLabeller.detect(nodes(Self.node("a", type: "p3.2xlarge"))) == .generic)
    #expect(throws: DeploymentError.bothLabels(first: "a", second: "b")) {
      try NodeLabeller.detect(
        nodes(Self.node("a", ("ack.node.gpu.schedule", "cgpu")), Self.node("b", ("gpushare", "true"))))
    }
  }

  @Test func `a mode counts once the new resource is there and the old one gone`() {
    func node(_ shared: Int, _ whole: Int) -> GPUNode {
      GPUNode(KubernetesObject(FakeNodes.node("a", type: Self.type, shared: shared, whole: whole)))
    }
    #expect(node(22, 0).offers(.shared))
    #expect(!node(22, 1).offers(.shared))
    #expect(!node(0, 0).offers(.shared))
    #expect(node(0, 4).offers(.exclusive))
    #expect(!node(88, 4).offers(.exclusive))
  }
}

extension JSON {
  /// An object of texts, by name.
  init(_ texts: [String: String]) {
    self = .object(texts.keys.sorted().map { Member($0, .string(texts[$0] ?? "")) })
  }
}
