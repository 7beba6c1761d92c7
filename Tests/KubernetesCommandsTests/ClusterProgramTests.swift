import FakeCluster
import Testing
import WireProtocols

/// `kubernetes-cluster preflight` and `prepare-cluster`.
@Suite(.serialized) struct ClusterProgramTests {
  @Test func `what is missing is a table and an exit code`() async throws {
    let node = FakeNodes.node("n0", type: "ecs.gn7i-c32g1.8xlarge", shared: 22)
    let cluster = try await ServedCluster(FakeCluster([FakeNodes.path("n0"): node], denied: ["patch nodes"]))
    let outcome = try await cluster.run("kubernetes-cluster preflight a10")
    #expect(outcome.exitCode == 1)
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines[0] == "what needed found state to do")
    #expect(lines.contains("patch nodes allowed denied missing ask for a role that may patch nodes"))
    #expect(
      lines.contains(
        "nodes ecs.gn7i-c32g1.8xlarge 4 ready 1 ready missing add 3 of type ecs.gn7i-c32g1.8xlarge"))
    #expect(lines.contains("GPUs of ecs.gn7i-c32g1.8xlarge aliyun.com/gpu-mem 22 aliyun.com/gpu-mem 22 ok"))
    // The testbed's two storage servers and its four servers with V100 GPUs, which a10 does not use.
    #expect(lines.contains("storage nodes 6 0 missing add 6 nodes that are not used for their GPUs"))
    let json = try await cluster.run("kubernetes-cluster preflight a10 --json")
    #expect(try JSON(parsing: Array(json.output.utf8)).array?.count == lines.count - 2)
    try await cluster.stop()
  }

  @Test func `manifests are printed without asking a cluster, and what it takes is said first`() async throws {
    let cluster = try await ServedCluster(FakeCluster([:]))
    let outcome = try await cluster.run("prepare-cluster a10 --dry-run client --kubeconfig missing")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let kinds = outcome.output.split(separator: "\n").filter { $0.hasPrefix("kind: ") }
    #expect(
      kinds == ["Namespace", "DaemonSet", "DaemonSet"].map { "kind: \($0)" } + Array(repeating: "kind: Job", count: 6))
    // 20 GB at 1 Gb/s are 160 s.
    #expect(outcome.errors.hasPrefix("images: about 2.7 minutes (20 GB a node at 1000 Mb/s, all nodes at once)\n"))
    #expect(outcome.errors.contains("GPU-hours while 4 GPUs wait"))
    try await cluster.stop()
  }

  @Test func `a cluster is prepared step by step, and nothing is left`() async throws {
    let storage = (0..<6).map { ("s\($0)", FakeNodes.node("s\($0)", type: "ecs.c7.32xlarge", labels: [])) }
    let fake = FakeCluster(
      Dictionary(uniqueKeysWithValues: storage.map { (FakeNodes.path($0.0), $0.1) })
    ) { path, object in
      if path.contains("/daemonsets/") {
        return object.merging([
          "metadata": ["generation": 1],
          "status": ["observedGeneration": 1, "desiredNumberScheduled": 1, "numberReady": 1],
        ])
      }
      guard path.contains("/jobs/") else { return nil }
      return object.merging(["status": ["conditions": [["type": "Complete", "status": "True"]]]])
    }
    let cluster = try await ServedCluster(fake)
    let outcome = try await cluster.run("prepare-cluster a10 --namespace hydra --token-secret models")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output == "The cluster is ready for backend a10 and model set 0.\n")
    let made = fake.changes.filter { $0.hasPrefix("PATCH") }.count
    let deleted = fake.changes.filter { $0.hasPrefix("DELETE") }.count
    #expect(made == 9)  // a namespace, two DaemonSets, six Jobs
    #expect(deleted == 8)
    try await cluster.stop()
  }

  @Test func `too few storage nodes stop it before anything is made`() async throws {
    let fake = FakeCluster([:])
    let cluster = try await ServedCluster(fake)
    let outcome = try await cluster.run("prepare-cluster a10 --quiet")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "Error: 0 nodes are ready and not used for their GPUs; 6 are needed to hold models.\n")
    #expect(fake.changes.isEmpty)
    try await cluster.stop()
  }
}
