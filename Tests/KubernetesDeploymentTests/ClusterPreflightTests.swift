import FakeCluster
import KubernetesClient
import Quantities
import ServingModel
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// What is missing, before anything is made.
@Suite struct ClusterPreflightTests {
  private static let a10 = InstanceType(
    name: "ecs.gn7i-c32g1.8xlarge", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 22, network: .gbps(16),
    hostMemoryGB: 188, virtualCPUs: 32)

  private static func needs(_ isolation: GPUIsolation = .shared) -> ClusterPreflight.Needs {
    ClusterPreflight.Needs(
      namespace: "hydra", servers: (0..<2).map { GPUServer(name: "a10-\($0)", type: a10) }, storageServers: 1,
      isolation: isolation)
  }

  private static func cluster(denied: Set<String> = [], _ nodes: JSON...) -> FakeCluster {
    FakeCluster(
      Dictionary(uniqueKeysWithValues: nodes.map { (FakeNodes.path($0["metadata"]?["name"]?.string ?? ""), $0) }),
      denied: denied)
  }

  private static func gpu(_ name: String, shared: Int = 22, whole: Int = 0, isReady: Bool = true) -> JSON {
    FakeNodes.node(name, type: a10.name, shared: shared, whole: whole, isReady: isReady)
  }

  private static func storage(_ name: String) -> JSON { FakeNodes.node(name, type: "ecs.c7.32xlarge", labels: []) }

  private func missing(_ cluster: FakeCluster, _ needs: ClusterPreflight.Needs = needs()) async throws -> [String] {
    try await ClusterPreflight(client: try cluster.client()).run(needs).filter { $0.state == .missing }.map {
      "\($0.subject) | \($0.needed) | \($0.found) | \($0.advice)"
    }
  }

  @Test func `a cluster that has everything passes`() async throws {
    let cluster = Self.cluster(Self.gpu("n0"), Self.gpu("n1"), Self.storage("s0"))
    #expect(try await missing(cluster).isEmpty)
    #expect(cluster.changes.allSatisfy { $0.contains("selfsubjectaccessreviews") })
  }

  @Test func `permissions that are denied are named`() async throws {
    let cluster = Self.cluster(
      denied: ["patch nodes", "create deployments", "get pods/log"], Self.gpu("n0"), Self.gpu("n1"), Self.storage("s0"))
    #expect(
      try await missing(cluster) == [
        "patch nodes | allowed | denied | ask for a role that may patch nodes",
        "create deployments.apps | allowed | denied | ask for a role that may create deployments.apps in namespace hydra",
        "get pods/log | allowed | denied | ask for a role that may get pods/log in namespace hydra",
      ])
  }

  @Test func `without a look at nodes only permissions are told`() async throws {
    let cluster = Self.cluster(denied: ["list nodes"])
    let findings = try await ClusterPreflight(client: try cluster.client()).run(Self.needs())
    #expect(findings.count == ClusterPreflight.permissions(in: "hydra").count)
  }

  @Test func `missing nodes, nodes that are not ready and missing labels are counted by type`() async throws {
    let cluster = Self.cluster(Self.gpu("n0"), Self.gpu("n1", isReady: false), Self.storage("s0"))
    #expect(
      try await missing(cluster) == ["nodes \(Self.a10.name) | 2 ready | 1 ready | add 1 of type \(Self.a10.name)"])
    let unlabelled = FakeNodes.node("n1", type: Self.a10.name, labels: [], shared: 22)
    #expect(
      try await missing(Self.cluster(Self.gpu("n0"), unlabelled)) == [
        "nodes \(Self.a10.name) | 2 ready | 1 ready | label them: kubectl label nodes NAME gpu_server=true"
      ])
  }

  @Test func `the mode and the amount of GPUs are looked at`() async throws {
    let wrongMode = Self.cluster(Self.gpu("n0"), Self.gpu("n1", shared: 0, whole: 1), Self.storage("s0"))
    #expect(
      try await missing(wrongMode) == [
        "GPUs of \(Self.a10.name) | aliyun.com/gpu-mem 22 | n1: aliyun.com/gpu-mem 0, nvidia.com/gpu 1 | "
          + "run label-nodes --cluster kubernetes --share"
      ])
    let small = Self.cluster(Self.gpu("n0"), Self.gpu("n1", shared: 15), Self.storage("s0"))
    #expect(
      try await missing(small) == [
        "GPUs of \(Self.a10.name) | aliyun.com/gpu-mem 22 | n1: aliyun.com/gpu-mem 15, nvidia.com/gpu 0 | "
          + "the nodes have less than the testbed's; take others"
      ])
    let exclusive = Self.cluster(
      Self.gpu("n0", shared: 0, whole: 1), Self.gpu("n1", shared: 0, whole: 1), Self.storage("s"))
    #expect(try await missing(exclusive, Self.needs(.exclusive)).isEmpty)
  }

  @Test func `nodes that are used for their GPUs hold no models`() async throws {
    let cluster = Self.cluster(Self.gpu("n0"), Self.gpu("n1"))
    #expect(
      try await missing(cluster) == [
        "storage nodes | 1 | 0 | add 1 nodes that are not used for their GPUs"
      ])
    #expect(try await missing(Self.cluster(Self.gpu("n0"), Self.gpu("n1"), Self.gpu("n2"))).isEmpty)
  }

  @Test func `an image that nodes do not have yet is slow, by whatever name the kubelet knows it`() async throws {
    func having(_ image: String, _ node: JSON) -> JSON {
      node.merging(["status": ["images": [["names": ["sha", .string(image)]]]]])
    }
    var needs = Self.needs()
    (needs.gpuImages, needs.storageImages) = (["lab/worker:v1"], ["lab/store:v1"])
    let cluster = Self.cluster(
      having("docker.io/lab/worker:v1", Self.gpu("n0")), Self.gpu("n1"), having("lab/store:v1", Self.storage("s0")))
    let findings = try await ClusterPreflight(client: try cluster.client()).run(needs).suffix(2)
    #expect(
      findings.map { "\($0.subject) | \($0.needed) | \($0.found) | \($0.state.rawValue) | \($0.advice)" } == [
        "image lab/worker:v1 | on 2 nodes | on 1 nodes | slow | fetch it before anything is measured: "
          + "prepare-cluster --no-models",
        "image lab/store:v1 | on 1 nodes | on 1 nodes | ok | ",
      ])
  }
}
