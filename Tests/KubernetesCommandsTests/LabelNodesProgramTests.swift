import FakeCluster
import Testing
import WireProtocols

/// `label-nodes --cluster kubernetes`, from the command line to the nodes and back.
@Suite(.serialized) struct LabelNodesProgramTests {
  private static let type = "ecs.gn7i-c32g1.8xlarge"

  private func served(_ body: (ServedCluster) async throws -> Void) async throws {
    let nodes = ["a", "b"].map { ($0, FakeNodes.node($0, type: Self.type, whole: 1)) }
    let cluster = try await ServedCluster(
      FakeCluster(
        Dictionary(uniqueKeysWithValues: nodes.map { (FakeNodes.path($0.0), $0.1) }),
        controller: FakeNodes.followLabel(memory: 22, gpus: 1)))
    try await body(cluster)
    try await cluster.stop()
  }

  private func labels(_ cluster: ServedCluster) -> [String?] {
    ["a", "b"].map {
      cluster.fake.object(FakeNodes.path($0))?["metadata"]?["labels"]?["ack.node.gpu.schedule"]?.string
    }
  }

  @Test func `nodes are switched, waited for and put back`() async throws {
    try await served { cluster in
      let switched = try await cluster.run("label-nodes --share --cluster kubernetes --timeout-seconds 60")
      #expect(switched.exitCode == 0, "\(switched.errors)")
      #expect(
        switched.output
          == "Label node a ack.node.gpu.schedule=cgpu\nLabel node b ack.node.gpu.schedule=cgpu\n")
      #expect(switched.errors.contains("Node a offers aliyun.com/gpu-mem 22, nvidia.com/gpu 0."))
      #expect(labels(cluster) == ["cgpu", "cgpu"])
      let restored = try await cluster.run(
        "label-nodes --restore --quiet", environment: ["HYDRA_CLUSTER": "kubernetes"])
      #expect(restored.exitCode == 0, "\(restored.errors)")
      #expect(restored.errors.isEmpty)
      #expect(labels(cluster) == ["default", "default"])
    }
  }

  @Test(arguments: ["--dry-run", "--dry-run=client", "--dry-run client", "--dry-run=server"])
  func `a dry run changes nothing`(option: String) async throws {
    try await served { cluster in
      let outcome = try await cluster.run("label-nodes \(option) --cluster kubernetes", environment: ["ALIYUN": "0"])
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      #expect(outcome.output == "Would label node a gpushare=true\nWould label node b gpushare=true\n")
      #expect(labels(cluster) == [nil, nil])
      let sent = cluster.fake.changes
      #expect(sent.count == (option.hasSuffix("server") ? 2 : 0))
      #expect(sent.allSatisfy { $0.contains("dryRun=All") })
    }
  }

  @Test func `the answer as JSON says what changed`() async throws {
    try await served { cluster in
      let outcome = try await cluster.run(
        "label-nodes --no-share --isolation ack --json --no-wait --cluster kubernetes")
      let nodes = try JSON(parsing: Array(outcome.output.utf8))["nodes"]?.array
      #expect(nodes?.map { $0["value"]?.string } == ["default", "default"])
      #expect(nodes?.map { $0["changed"]?.bool } == [true, true])
    }
  }

  @Test(arguments: [
    ("--timeout-seconds 0", "--timeout-seconds is 0; allowed: 1 to 86400."),
    ("--restore --share", "--restore puts back what was there; it takes no --share, --aliyun or --isolation."),
    ("--aliyun --isolation ack", "--isolation and --aliyun say the same; give one of them."),
    ("--namespace A", "The namespace is `A`; allowed: up to 63 of a-z, 0-9 and `-`"),
    ("--isolation mps", "--isolation"), ("--dry-run=twice", "--dry-run"),
  ])
  func `misuse is told in a sentence`(options: String, sentence: String) async throws {
    try await served { cluster in
      let outcome = try await cluster.run("label-nodes --cluster kubernetes \(options)")
      #expect(outcome.exitCode == 64)
      #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    }
  }

  @Test func `an unknown context is told with those that there are`() async throws {
    try await served { cluster in
      let outcome = try await cluster.run("label-nodes --cluster kubernetes --context there")
      #expect(outcome.exitCode == 1)
      #expect(outcome.errors == "Error: The kubeconfig has no context `there`; allowed: here.\n")
    }
  }
}
