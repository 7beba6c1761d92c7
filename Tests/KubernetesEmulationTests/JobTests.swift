import KubernetesEmulation
import Testing
import WireProtocols

@Suite struct JobTests {
  static let jobs = "/apis/batch/v1/namespaces/default/jobs"

  static func job(_ spec: [(String, JSON)]) -> JSON {
    let template: JSON = ["spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "i"]]]]
    return [
      "metadata": ["name": "j"],
      "spec": .object(spec.map { JSON.Member($0.0, $0.1) } + [.init("template", template)]),
    ]
  }

  @Test func `an indexed job runs every index once and tells each its own`() async throws {
    try await TestCluster.with { settings in
      settings.runner = { pod in
        .ends(exitCode: pod.variable("JOB_COMPLETION_INDEX") == nil ? 1 : 0, after: .milliseconds(1))
      }
    } _: { _, client in
      try await client.create(
        Self.jobs, Self.job([("completions", 5), ("parallelism", 2), ("completionMode", "Indexed")]))
      let job = try await client.wait(Self.jobs) { $0.condition("Complete") != nil }
      #expect(job.at("status", "succeeded") == 5 && job.at("status", "completedIndexes") == "0-4")
      #expect(job.at("status", "failed") == nil)
      let pods = try await client.get("\(TestCluster.pods)?labelSelector=job-name%3Dj")["items"]?.array ?? []
      let indexes = pods.compactMap {
        $0.at("metadata", "annotations", "batch.kubernetes.io/job-completion-index")?.string
      }
      #expect(indexes.sorted() == ["0", "1", "2", "3", "4"])
    }
  }

  @Test func `a job tries again after a failed pod and fails beyond its limit`() async throws {
    try await TestCluster.with { settings in
      settings.runner = { _ in .ends(exitCode: 3, after: .zero) }
    } _: { _, client in
      try await client.create(Self.jobs, Self.job([("backoffLimit", 2)]))
      let job = try await client.wait(Self.jobs) { $0.condition("Failed") != nil }
      #expect(job.condition("Failed")?["reason"] == "BackoffLimitExceeded")
      #expect(job.at("status", "failed") == 3)  // the first try and two more
    }
  }

  @Test func `a lost pod of an indexed job is replaced by one of the same index`() async throws {
    try await TestCluster.with { _, client in
      try await client.create(
        Self.jobs, Self.job([("completions", 2), ("parallelism", 2), ("completionMode", "Indexed")]))
      let pods = try await client.waitForList(TestCluster.pods) { $0.count == 2 }
      _ = try await client.send("DELETE", "\(TestCluster.pods)/\(pods[1].name)")
      let after = try await client.waitForList(TestCluster.pods) { list in
        list.count == 2 && !list.map(\.name).contains(pods[1].name)
      }
      let indexes = after.compactMap { $0.at("metadata", "labels", "batch.kubernetes.io/job-completion-index")?.string }
      #expect(indexes.sorted() == ["0", "1"])
    }
  }
}
