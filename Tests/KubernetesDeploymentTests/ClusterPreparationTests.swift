import FakeCluster
import KubernetesClient
import Synchronization
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// Preparing waits for what the cluster does, says what goes wrong, and leaves nothing behind.
@Suite struct ClusterPreparationTests {
  private static let settings = ManifestTests.settings
  private static let sets = "/apis/apps/v1/namespaces/hydra/daemonsets"
  private static let jobs = "/apis/batch/v1/namespaces/hydra/jobs"

  private static func preparation(_ cluster: FakeCluster) throws -> ClusterPreparation {
    ClusterPreparation(client: try cluster.client(), settings: settings) { _ in }
  }

  private static func job(_ index: Int) throws -> KubernetesObject {
    try settings.modelJob(
      "download", index: index, node: "n", command: [], modelSet: "0", token: nil, deadlineSeconds: 60)
  }

  private static func condition(_ type: String, _ message: String) -> JSON {
    ["status": ["conditions": [["type": .string(type), "status": "True", "message": .string(message)]]]]
  }

  @Test func `images are there once every node says so, and the DaemonSets go`() async throws {
    let cluster = FakeCluster([:]) { path, object in
      guard path.hasPrefix(Self.sets) else { return nil }
      return object.merging([
        "metadata": ["generation": 1],
        "status": ["observedGeneration": 1, "desiredNumberScheduled": 4, "numberReady": 4],
      ])
    }
    try await Self.preparation(cluster).fetchImages(within: .seconds(60))
    #expect(cluster.object("\(Self.sets)/prefetch-gpu") == nil)
    #expect(cluster.object("\(Self.sets)/prefetch-storage") == nil)
    #expect(cluster.changes.map { $0.prefix(6) } == ["PATCH ", "PATCH ", "DELETE", "DELETE"])
  }

  @Test func `numbers from before the change do not count`() async throws {
    let cluster = FakeCluster([:]) { path, object in
      guard path.hasPrefix(Self.sets) else { return nil }
      return object.merging([
        "metadata": ["generation": 2],
        "status": ["observedGeneration": 1, "desiredNumberScheduled": 0, "numberReady": 0],
      ])
    }
    await #expect(throws: DeploymentError.self) {
      try await Self.preparation(cluster).fetchImages(within: .seconds(1))
    }
  }

  @Test func `an image that cannot be pulled is told in the cluster's words`() async throws {
    let pod: JSON = [
      "metadata": ["name": "prefetch-gpu-x", "labels": ["hydraserve-repro/run": "run-1"]],
      "status": [
        "initContainerStatuses": [
          ["state": ["waiting": ["reason": "ImagePullBackOff", "message": "not found: w:v1"]]]
        ]
      ],
    ]
    let cluster = FakeCluster(["/api/v1/namespaces/hydra/pods/prefetch-gpu-x": pod])
    await #expect(
      throws: DeploymentError.stepFailed(
        step: "Fetching images",
        object: "prefetch-gpu (its nodes are yet to be counted), prefetch-storage (its nodes are yet to be counted)",
        reason: "pod prefetch-gpu-x: ImagePullBackOff: not found: w:v1")
    ) { try await Self.preparation(cluster).fetchImages(within: .seconds(1)) }
  }

  @Test func `Jobs that have succeeded go`() async throws {
    let cluster = FakeCluster([:]) { _, object in object.merging(Self.condition("Complete", "")) }
    try await Self.preparation(cluster).run(
      [try Self.job(0), try Self.job(1)], step: "Downloading models", within: .seconds(60))
    #expect(cluster.object("\(Self.jobs)/download-0") == nil)
    #expect(cluster.object("\(Self.jobs)/download-1") == nil)
  }

  @Test func `a Job that has failed stays and is named`() async throws {
    let cluster = FakeCluster([:]) { path, object in
      path.hasSuffix("-1") ? object.merging(Self.condition("Failed", "BackoffLimitExceeded")) : nil
    }
    await #expect(
      throws: DeploymentError.stepFailed(
        step: "Downloading models", object: "download-1", reason: "BackoffLimitExceeded")
    ) {
      try await Self.preparation(cluster).run(
        [try Self.job(0), try Self.job(1)], step: "Downloading models", within: .seconds(60))
    }
    #expect(cluster.object("\(Self.jobs)/download-1") != nil)
  }

  @Test func `a namespace of somebody else is left as it is`() async throws {
    let path = "/api/v1/namespaces/hydra"
    let foreign = FakeCluster([path: ["metadata": ["name": "hydra"]]])
    try await Self.preparation(foreign).makeNamespace()
    #expect(foreign.changes.isEmpty)
    let empty = FakeCluster([:])
    try await Self.preparation(empty).makeNamespace()
    #expect(empty.object(path)?["metadata"]?["labels"]?["hydraserve-repro/run"]?.string == "run-1")
  }

  struct Case: CustomStringConvertible, Sendable {
    let status: JSON
    let reason: String?
    var description: String { reason ?? "nothing" }
  }

  static let pods = [
    Case(status: ["phase": "Running"], reason: nil),
    Case(
      status: ["containerStatuses": [["state": ["waiting": ["reason": "ContainerCreating"]]]]], reason: nil),
    Case(
      status: [
        "conditions": [
          [
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/3 nodes are available:\n3 Insufficient aliyun.com/gpu-mem.",
          ]
        ]
      ], reason: "Unschedulable: 0/3 nodes are available: 3 Insufficient aliyun.com/gpu-mem"),
    Case(
      status: ["phase": "Failed", "reason": "Evicted", "message": "low on memory"], reason: "Evicted: low on memory"),
    Case(
      status: [
        "phase": "Failed", "containerStatuses": [["state": ["terminated": ["reason": "OOMKilled", "exitCode": 137]]]],
      ], reason: "OOMKilled (exit code 137)"),
    Case(
      status: [
        "containerStatuses": [
          ["state": ["waiting": ["reason": "CrashLoopBackOff", "message": "back-off 10s restarting"]]]
        ]
      ], reason: "CrashLoopBackOff: back-off 10s restarting"),
  ]

  @Test(arguments: pods)
  func `why a pod does not run is told in the cluster's words`(pod: Case) {
    #expect(PodTrouble.reason(of: KubernetesObject(["status": pod.status])) == pod.reason)
  }
}
