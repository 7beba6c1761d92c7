import KubernetesEmulation
import PodEmulation
import Testing
import WireProtocols

/// What jobs make of pods that fail: limits by index and policies.
@Suite struct JobFailureTests {
  private static func indexed(_ more: [(String, JSON)]) -> JSON {
    JobTests.job([("completions", 3), ("parallelism", 3), ("completionMode", "Indexed")] + more)
  }

  /// Index 1 always ends with a code, the others do their work.
  private static func oneFails(with code: Int32) -> PodRunner {
    { pod in .ends(exitCode: pod.variable("JOB_COMPLETION_INDEX") == "1" ? code : 0, after: .milliseconds(1)) }
  }

  @Test func `an index that has used up its tries does not keep the others from ending`() async throws {
    try await TestCluster.with {
      $0.runner = Self.oneFails(with: 3)
    } _: { _, client in
      try await client.create(JobTests.jobs, Self.indexed([("backoffLimitPerIndex", 2)]))
      let job = try await client.wait(JobTests.jobs) { $0.condition("Failed") != nil }
      #expect(job.condition("Failed")?["reason"] == "FailedIndexes")
      #expect(job.at("status", "failedIndexes") == "1" && job.at("status", "completedIndexes") == "0,2")
      #expect(job.at("status", "failed") == 3)  // the first try and two more
    }
  }

  @Test func `too many failed indexes end the job`() async throws {
    try await TestCluster.with {
      $0.runner = { _ in .ends(exitCode: 1, after: .zero) }
    } _: { _, client in
      try await client.create(
        JobTests.jobs, Self.indexed([("backoffLimitPerIndex", 0), ("maxFailedIndexes", 1)]))
      let job = try await client.wait(JobTests.jobs) { $0.condition("Failed") != nil }
      #expect(job.condition("Failed")?["reason"] == "MaxFailedIndexesExceeded")
    }
  }

  @Test func `a rule on exit codes ends the job and says which`() async throws {
    let rule: JSON = ["action": "FailJob", "onExitCodes": ["operator": "In", "values": [42, 64]]]
    try await TestCluster.with {
      $0.runner = Self.oneFails(with: 64)
    } _: { _, client in
      try await client.create(JobTests.jobs, Self.indexed([("podFailurePolicy", ["rules": [rule]])]))
      let job = try await client.wait(JobTests.jobs) { $0.condition("Failed") != nil }
      #expect(job.condition("Failed")?["reason"] == "PodFailurePolicy")
      let message = job.condition("Failed")?["message"]?.string ?? ""
      #expect(message.hasSuffix("failed with exit code 64 matching FailJob rule at index 0"), "\(message)")
    }
  }

  @Test func `a rule on exit codes that are not named fits the others`() async throws {
    let rule: JSON = ["action": "FailIndex", "onExitCodes": ["operator": "NotIn", "values": [7]]]
    try await TestCluster.with {
      $0.runner = Self.oneFails(with: 3)
    } _: { _, client in
      try await client.create(
        JobTests.jobs, Self.indexed([("backoffLimitPerIndex", 5), ("podFailurePolicy", ["rules": [rule]])]))
      let job = try await client.wait(JobTests.jobs) { $0.condition("Failed") != nil }
      #expect(job.at("status", "failed") == 1, "the index is given up at once")
    }
  }

  @Test func `an evicted pod is replaced and counts as no failure where the policy says so`() async throws {
    let rule: JSON = ["action": "Ignore", "onPodConditions": [["type": "DisruptionTarget"]]]
    try await TestCluster.with { _ in
    } _: { cluster, client in
      try await client.create(
        JobTests.jobs, Self.indexed([("backoffLimit", 0), ("podFailurePolicy", ["rules": [rule]])]))
      let pods = try await client.waitForList(TestCluster.pods) {
        $0.count == 3 && $0.allSatisfy { $0.phase == "Running" }
      }
      await cluster.failPod(pods[0].name, in: "default", .evicted)
      let after = try await client.waitForList(TestCluster.pods) { list in
        list.count == 4 && list.filter { $0.phase == "Running" }.count == 3
      }
      let evicted = try #require(after.first { $0.name == pods[0].name })
      #expect(evicted.condition("DisruptionTarget")?["reason"] == "TerminationByKubelet")
      let job = try await client.get("\(JobTests.jobs)/j")
      #expect(job.at("status", "failed") == nil && job.condition("Failed") == nil)
    }
  }
}
