import FakeCluster
import KubernetesClient
import ServingModel
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// Twelve faults of API servers, 25 seeds each: nodes are switched and put back, and nobody else's are touched.
@Suite struct FaultTests {
  /// Pauses between attempts take no time; deadlines do.
  private static let pacing = Pacing(
    now: Pacing.live.now,
    sleep: { if $0 >= .seconds(60) { try await Task.sleep(for: $0) } else { await Task.yield() } },
    random: { 0.5 })

  private static func cluster() -> FakeCluster {
    let type = "ecs.gn7i-c32g1.8xlarge"
    let labels = [JSON.Member("gpu_server", "a10"), JSON.Member("ack.node.gpu.schedule", "topology")]
    return FakeCluster(
      [
        FakeNodes.path("a"): FakeNodes.node("a", type: type, labels: labels, whole: 1),
        FakeNodes.path("b"): FakeNodes.node("b", type: type, whole: 1),
        FakeNodes.path("foreign"): FakeNodes.node("foreign", type: type, labels: [], whole: 1),
      ], controller: FakeNodes.followLabel(memory: 22, gpus: 1))
  }

  private static let seeds = UInt64(1)...25

  @Test(arguments: APIFault.allCases)
  func `labels come out right whatever the server does`(fault: APIFault) async throws {
    var faults = 0
    for seed in Self.seeds {
      let cluster = Self.cluster()
      let foreign = cluster.object(FakeNodes.path("foreign"))
      let faulty = FaultyTransport(fault, seed: seed, over: cluster.transport)
      let labeller = NodeLabeller(client: try cluster.client(over: faulty.transport, pacing: Self.pacing))
      func label(_ node: String) -> String? {
        cluster.object(FakeNodes.path(node))?["metadata"]?["labels"]?["ack.node.gpu.schedule"]?.string
      }

      let changes = NodeLabeller.plan(try await labeller.nodes(), .shared, by: .aliyun)
      for change in changes { try await labeller.apply(change) }
      try await labeller.wait(for: changes, within: .seconds(120)) { _ in }
      #expect([label("a"), label("b")] == ["cgpu", "cgpu"], "\(fault) with seed \(seed)")

      let back = try NodeLabeller.planOfRestoration(try await labeller.nodes())
      for change in back { try await labeller.apply(change) }
      try await labeller.wait(for: back, within: .seconds(120)) { _ in }
      #expect([label("a"), label("b")] == ["topology", "default"], "\(fault) with seed \(seed)")
      #expect(cluster.object(FakeNodes.path("foreign")) == foreign, "\(fault) with seed \(seed)")
      faults += faulty.count
    }
    #expect(faults > 0, "the fault never happened")
  }
}
