import FakeCluster
import Testing
import WireProtocols

/// Shared memory of nodes, and ServerlessLLM's manifests.
@Suite(.serialized) struct ManifestProgramTests {
  private static func kinds(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("kind: ") }.map { String($0.dropFirst("kind: ".count)) }
  }

  @Test func `Jobs for shared memory are printed only when they are asked for, one a GPU node`() async throws {
    let cluster = try await ServedCluster(FakeCluster([:]))
    let line = "prepare-cluster a10 --no-images --no-models --dry-run client"
    let none = try await cluster.run(line)
    #expect(Self.kinds(none.output) == ["Namespace"], "\(none.errors)")
    let both = try await cluster.run("\(line) --shared-memory --clean-shared-memory")
    #expect(Self.kinds(both.output) == ["Namespace"] + Array(repeating: "Job", count: 2 * 4))
    // By hand: nine tenths of 188 GB are 169, less 22 + 4 for the engine of the one GPU.
    #expect(both.output.contains("remount,size=143G"))
    try await cluster.stop()
  }

  @Test func `shared memory is set on the GPU nodes of the backend and on no other`() async throws {
    let fake = FakeCluster([
      FakeNodes.path("n0"): FakeNodes.node("n0", type: "ecs.gn7i-c32g1.8xlarge", shared: 22),
      FakeNodes.path("n1"): FakeNodes.node("n1", type: "ecs.gn6e-c12g1.12xlarge", shared: 128),
      FakeNodes.path("s0"): FakeNodes.node("s0", type: "ecs.c7.32xlarge", labels: []),
    ]) { path, object in
      guard path.contains("/jobs/") else { return nil }
      return object.merging(["status": ["conditions": [["type": "Complete", "status": "True"]]]])
    }
    let cluster = try await ServedCluster(fake)
    let outcome = try await cluster.run(
      "prepare-cluster a10 --no-images --no-models --shared-memory --clean-shared-memory")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("Setting shared memory: shm-limit-0 is done."))
    #expect(outcome.errors.contains("Cleaning shared memory: shm-clean-0 is done."))
    #expect(!outcome.errors.contains("-1 is done"), "n1 has another type, s0 no GPUs")
    try await cluster.stop()
  }

  @Test func `ServerlessLLM is printed as it is deployed, with words for addresses that nobody knows yet`() async throws
  {
    let cluster = try await ServedCluster(FakeCluster([:]))
    let unknown = try await cluster.run("kubernetes-cluster serverlessllm a10")
    #expect(unknown.exitCode == 0, "\(unknown.errors)")
    // By hand: testbed (i) without its four A10 servers are six storage servers, the last of which has the head and the
    // others control nodes; there is one worker.
    let expected = ["Namespace"] + Array(repeating: "Deployment", count: 6 + 1 + 5 + 1) + ["ConfigMap"]
    #expect(Self.kinds(unknown.output) == expected)
    #expect(unknown.output.contains("ADDRESS-OF-sllm-server"))
    #expect(unknown.errors.contains("sllm-serve start --hardware-config /tmp/hardware_config.json"))
    let known = try await cluster.run("kubernetes-cluster serverlessllm a10 --head 10.0.0.1 --storage 1,2,3,4,5,6")
    #expect(known.output.contains("10.0.0.1") && !known.output.contains("ADDRESS-OF"))
    let hour = try await cluster.run("kubernetes-cluster serverlessllm hybrid --end-to-end")
    let workers = hour.output.split(separator: "\n").filter { $0.hasPrefix("  name: sllm-worker-") }
    #expect(workers.count == 6, "testbed (ii) has six GPU servers")
    try await cluster.stop()
  }

  @Test(arguments: [
    ("serverlessllm a10 --end-to-end", "The end-to-end experiment runs on hybrid, not on a10; name that."),
    ("serverlessllm a10 --model-set 1", "Model set 1 does not fit on a10"),
    ("serverlessllm a10 --storage 1,2", "--storage has 2 addresses; needed: one of each of the 6 storage servers."),
    ("serverlessllm a100", "There is no backend `a100`, did you mean `a10`?"),
  ])
  func `what cannot be deployed is refused in a sentence`(line: String, sentence: String) async throws {
    let cluster = try await ServedCluster(FakeCluster([:]))
    let outcome = try await cluster.run("kubernetes-cluster \(line)")
    #expect(outcome.exitCode == 64 && outcome.errors.contains(sentence), "\(outcome.errors)")
    try await cluster.stop()
  }
}
