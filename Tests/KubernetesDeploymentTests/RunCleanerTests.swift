import FakeCluster
import KubernetesClient
import Synchronization
import Testing
import WireProtocols

@testable import KubernetesDeployment

/// Exactly what is ours goes, and what stays is told.
@Suite struct RunCleanerTests {
  private static let deployments = "/apis/apps/v1/namespaces/hydra/deployments"
  private static let pods = "/api/v1/namespaces/hydra/pods"
  private static let ours = "hydraserve-repro/run"

  private static func object(_ name: String, run: String, isOwned: Bool = false) -> JSON {
    var metadata: [JSON.Member] = [
      .init("name", .string(name)), .init("uid", .string("uid-\(name)")),
      .init("labels", .object([.init(ours, .string(run))])),
    ]
    if isOwned { metadata.append(.init("ownerReferences", [["kind": "ReplicaSet"]])) }
    return ["metadata": .object(metadata)]
  }

  private static func cleaner(_ cluster: FakeCluster) throws -> RunCleaner {
    RunCleaner(client: try cluster.client(), labels: ManifestTests.settings.labels, namespace: "hydra")
  }

  @Test func `everything of the run goes and nothing else`() async throws {
    let cluster = FakeCluster([
      "\(Self.deployments)/w1": Self.object("w1", run: "run-1"),
      "\(Self.deployments)/w2": Self.object("w2", run: "run-2"), "\(Self.pods)/p": Self.object("p", run: "run-1"),
      "\(Self.pods)/other": ["metadata": ["name": "other", "uid": "u"]],
    ])
    let left = try await Self.cleaner(cluster).clean(within: .seconds(60)) { _ in }
    #expect(left.isEmpty)
    #expect(cluster.object("\(Self.deployments)/w1") == nil)
    #expect(cluster.object("\(Self.pods)/p") == nil)
    #expect(cluster.object("\(Self.deployments)/w2") != nil)
    #expect(cluster.object("\(Self.pods)/other") != nil)
  }

  @Test func `pods go with their owners, and what does not go is told`() async throws {
    let cluster = FakeCluster(["\(Self.pods)/stuck": Self.object("stuck", run: "run-1", isOwned: true)])
    let left = try await Self.cleaner(cluster).clean(within: .seconds(1)) { _ in }
    #expect(left == ["pods/stuck"])
    #expect(cluster.changes.isEmpty)
  }

  @Test func `the output of pods is kept before they go`() async throws {
    let cluster = FakeCluster([
      "\(Self.pods)/p": Self.object("p", run: "run-1").merging(["status": ["phase": "Running"]]),
      "\(Self.pods)/silent": Self.object("silent", run: "run-1"),
    ])
    let kept = Mutex<[String]>([])
    let left = try await Self.cleaner(cluster).clean(within: .seconds(60)) { pod, output in
      kept.withLock { $0.append("\(pod): \(String(decoding: output, as: UTF8.self))") }
    } progress: { _ in
    }
    #expect(left.isEmpty)
    #expect(kept.withLock { $0 } == ["p: hello"])
  }
}
