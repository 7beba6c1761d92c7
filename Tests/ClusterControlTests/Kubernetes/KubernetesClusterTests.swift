import KubernetesClient
import KubernetesEmulation
import PodEmulation
import Synchronization
import Testing
import WireProtocols

@testable import ClusterControl

/// Instances as Deployments on an emulated cluster: made, watched, reported and deleted.
@Suite(.serialized, .timeLimit(.minutes(2))) struct KubernetesClusterTests {
  @Test func `a worker is a Deployment on its node, and everything goes in the end`() async throws {
    let bench = try await KubernetesBench.start(KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration())
    #expect(
      await bench.names("deployments", group: "apps") == [
        "storage-server-local-0", "storage-server-local-1", "storage-server-remote-0",
      ])
    #expect(try await bench.ask().status == 200)
    let worker = try #require(await bench.names("deployments", group: "apps").first { $0.hasPrefix("node") })
    let pod = try #require(
      await bench.cluster.objects("pods", in: KubernetesBench.namespace).first { $0.name.hasPrefix("\(worker)-") })
    #expect(pod.json["spec"]?["nodeName"] == "node-0")
    let agent = try #require(
      await bench.cluster.objects("pods", in: KubernetesBench.namespace)
        .first { $0.name.hasPrefix("storage-server-local-0-") })
    let environment = pod.json["spec"]?["containers"]?.array?[0]["env"]?.array ?? []
    let storage = environment.first { $0["name"] == "STORAGE_IP" }?["value"]
    #expect(storage == agent.json["status"]?["podIP"])
    await bench.stopController()
    #expect(await bench.left() == [])
    await bench.stopCluster()
  }

  @Test(arguments: [true, false])
  func `a worker is told when it was ordered if its node is emulated, and never otherwise`(isEmulated: Bool)
    async throws
  {
    var settings = KubernetesBench.Settings()
    settings.prepare = { cluster, client in
      guard !isEmulated else { return }
      let real: JSON = ["metadata": ["annotations": .null]]
      for node in await cluster.objects("nodes") { _ = try await client.mergePatch(.nodes, node.name, real) }
    }
    let before = BootClock.nanoseconds
    let bench = try await KubernetesBench.start(
      KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration(), settings)
    #expect(try await bench.ask().status == 200)
    let objects = await bench.cluster.objects("pods", in: KubernetesBench.namespace)
    let pod = try #require(objects.first { $0.name.hasPrefix("node0-") })
    let annotation = pod.json["metadata"]?["annotations"]?["hydraserve-repro/emulated-ordered-at"]?.string
    let order = annotation.flatMap { Int64($0) }
    #expect((order != nil) == isEmulated)
    if let order { #expect((before...BootClock.nanoseconds).contains(order)) }
    await bench.stop()
  }

  @Test func `an idle instance is deleted, and its output is asked for first`() async throws {
    let bench = try await KubernetesBench.start(KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration())
    #expect(try await bench.ask().status == 200)
    try await bench.wait { await !bench.names("deployments", group: "apps").contains { $0.hasPrefix("node") } }
    #expect(bench.notes.kept.contains { $0.hasPrefix("node0-") })
    #expect(bench.notes.failures == [])
    await bench.stop()
  }

  /// Pods that never serve: what they do, and the words that the client is told.
  static let troubles: [(failure: PodFailure, words: String)] = [
    (.crashes(exitCode: 3), "its container ended: Error (exit code 3)"),
    (.outOfMemory, "its container ended: OOMKilled (exit code 137)"),
    (.imagePull, #"ImagePullBackOff: Back-off pulling image "worker:v1""#),
  ]

  @Test(arguments: troubles)
  func `a pod that never serves fails its request in the cluster's words, and is deleted`(
    trouble: (failure: PodFailure, words: String)
  ) async throws {
    var settings = KubernetesBench.Settings()
    settings.runner = { [failure = trouble.failure] pod in pod.image == "worker:v1" ? .fails(failure) : .idles }
    settings.workersListen = false
    let bench = try await KubernetesBench.start(
      KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration(), settings)
    let answer = try await bench.ask()
    #expect(answer.status >= 500)
    let unquoted = answer.text.replacing(#"\""#, with: "\"")
    #expect(unquoted.contains(trouble.words), "\(answer.text)")
    #expect(unquoted.contains("Worker node0-"), "\(answer.text)")
    try await bench.wait { await !bench.names("deployments", group: "apps").contains { $0.hasPrefix("node") } }
    await bench.stop()
  }

  @Test func `a pod that fits on no node fails its request with the scheduler's message`() async throws {
    var settings = KubernetesBench.Settings()
    settings.sharesGPUs = false
    let bench = try await KubernetesBench.start(
      KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration(), settings)
    let answer = try await bench.ask()
    #expect(answer.status >= 500)
    #expect(answer.text.contains("Insufficient aliyun.com"), "\(answer.text)")
    await bench.stopController()
    #expect(await bench.left() == [])
    await bench.stopCluster()
  }

  @Test func `a worker that dies in service is replaced, and so is one that somebody deletes`() async throws {
    var settings = KubernetesBench.Settings()
    settings.timeScale = 1  // an idle instance stays for half a minute
    let bench = try await KubernetesBench.start(
      KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration(), settings)
    #expect(try await bench.ask().status == 200)
    let first = try #require(await bench.names("pods").first { $0.hasPrefix("node") })
    await bench.cluster.failPod(first, in: KubernetesBench.namespace, .evicted)
    try await bench.wait { bench.notes.failures.count == 1 }
    #expect(bench.notes.failures[0].contains("Evicted: The node was low on resource: memory."))
    #expect(try await bench.ask().status == 200)
    // The first one's Deployment may still be on its way out.
    let second = try #require(
      await bench.names("deployments", group: "apps").first { $0.hasPrefix("node") && !first.hasPrefix("\($0)-") })
    _ = try await bench.client.delete(.deployments, second, namespace: KubernetesBench.namespace)
    try await bench.wait { bench.notes.failures.count == 2 }
    #expect(bench.notes.failures[1].contains("deleted"))
    #expect(try await bench.ask().status == 200)
    await bench.stop()
  }

  @Test func `storage that is lost is told of, and an agent is found at its new address`() async throws {
    var settings = KubernetesBench.Settings()
    settings.timeScale = 200  // an idle instance stays for a moment
    let bench = try await KubernetesBench.start(
      KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration(), settings)
    func agent() async -> (name: String, address: String)? {
      let pods = await bench.cluster.objects("pods", in: KubernetesBench.namespace)
      let pod = pods.first {
        $0.name.hasPrefix("storage-server-local-0-") && $0.json["status"]?["phase"]?.string == "Running"
      }
      return pod.flatMap { pod in pod.json["status"]?["podIP"]?.string.map { (pod.name, $0) } }
    }
    let first = try #require(await agent())
    await bench.cluster.failPod(first.name, in: KubernetesBench.namespace, .evicted)
    try await bench.wait { await agent().map { $0.name != first.name } ?? false }
    try await bench.wait { bench.notes.all.contains { $0.hasPrefix("Storage agent storage-server-local-0 was lost") } }
    let second = try #require(await agent())
    #expect(second.address != first.address)
    var told: Set<String> = []
    while !told.contains(second.address) {
      #expect(try await bench.ask().status == 200)
      for pod in await bench.cluster.objects("pods", in: KubernetesBench.namespace) where pod.name.hasPrefix("node0-") {
        let environment = pod.json["spec"]?["containers"]?.array?[0]["env"]?.array ?? []
        if let address = environment.first(where: { $0["name"] == "STORAGE_IP" })?["value"]?.string {
          told.insert(address)
        }
      }
    }
    await bench.stop()
  }

  @Test func `remote storage that comes back at another address is told to the agents, which are made anew`()
    async throws
  {
    let bench = try await KubernetesBench.start(KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration())
    func running(_ deployment: String) async -> [(name: String, address: String, told: String?)] {
      await bench.cluster.objects("pods", in: KubernetesBench.namespace).filter {
        $0.name.hasPrefix("\(deployment)-") && $0.json["status"]?["phase"]?.string == "Running"
      }.map { pod in
        let environment = pod.json["spec"]?["containers"]?.array?[0]["env"]?.array ?? []
        return (
          pod.name, pod.json["status"]?["podIP"]?.string ?? "",
          environment.first { $0["name"] == "REMOTE_SERVER_ADDR" }?["value"]?.string
        )
      }
    }
    let first = try #require(await running("storage-server-remote-0").first)
    for agent in ["storage-server-local-0", "storage-server-local-1"] {
      #expect(await running(agent).map(\.told) == [first.address])
    }
    await bench.cluster.failPod(first.name, in: KubernetesBench.namespace, .evicted)
    try await bench.wait { await running("storage-server-remote-0").contains { $0.name != first.name } }
    let second = try #require(await running("storage-server-remote-0").first { $0.name != first.name })
    #expect(second.address != first.address)
    for agent in ["storage-server-local-0", "storage-server-local-1"] {
      try await bench.wait { await running(agent).map(\.told) == [second.address] }
    }
    #expect(
      bench.notes.all.contains(
        "Remote storage storage-server-remote-0 is at \(second.address) now; storage agents that fetch from it are started "
          + "again."))
    #expect(try await bench.ask().status == 200)
    await bench.stop()
  }

  @Test func `storage that cannot start ends the start with the cluster's words and leaves nothing`() async throws {
    var settings = KubernetesBench.Settings()
    settings.runner = { pod in pod.image == "agent:v1" ? .fails(.imagePull) : .idles }
    settings.limits.storage = .seconds(50)  // 1 s by the client's clock
    let left = Mutex<[String]?>(nil)
    settings.whenNotStarted = { cluster in
      let found = await KubernetesBench.left(on: cluster)
      left.withLock { $0 = found }
    }
    await #expect {
      _ = try await KubernetesBench.start(
        KubernetesBench.coldStart, KubernetesBench.coldStartConfiguration(), settings)
    } throws: { error in
      "\(error)".contains("Starting storage agents failed: storage-server-local-0: ImagePullBackOff")
    }
    #expect(left.withLock { $0 } == [])
  }
}
