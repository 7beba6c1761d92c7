import Experiments
import FakeCluster
import Foundation
import FoundationNetworking
import KubernetesClient
import KubernetesDeployment
import KubernetesEmulation
import LoadGeneration
import NIOPosix
import Scheduling
import ServingModel
import Synchronization
import WireProtocols

@testable import ClusterControl

/// A controller on an emulated cluster in this process, whose pods are scripted workers: everything but engines, weights
/// and processes is as on a real one.
struct KubernetesBench {
  static let namespace = "hydra"
  static let run = "run-1"

  let cluster: EmulatedCluster
  let workers: ScriptedWorkers
  let deployment: ServingDeployment
  let client: KubernetesClient
  /// What was said to people.
  let notes: Notes
  private let controller: Controller

  final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    private let logs = Mutex<[String]>([])
    private let reasons = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    func keep(_ pod: String) { logs.withLock { $0.append(pod) } }
    func take(_ event: RunEvent) {
      guard case .decision(.instanceFailed(_, _, let reason), _) = event else { return }
      reasons.withLock { $0.append(reason) }
    }

    /// Why instances have failed.
    var failures: [String] { reasons.withLock { $0 } }
    var all: [String] { lines.withLock { $0 } }
    /// The pods whose output was kept.
    var kept: [String] { logs.withLock { $0 } }
  }

  /// How a bench differs from the usual one.
  struct Settings {
    /// What pods do; by default they run.
    var runner: PodRunner = { _ in .idles }
    var faults: FaultPlan?
    /// Puts something between client and server.
    var transport: (KubernetesTransport) -> KubernetesTransport = { $0 }
    var timeScale = 2000.0
    /// Whether the nodes share their GPUs from the beginning.
    var sharesGPUs = true
    /// Done with the cluster when the controller has not started.
    var whenNotStarted: (EmulatedCluster) async -> Void = { _ in }
    /// Done before the controller starts.
    var prepare: (EmulatedCluster, KubernetesClient) async throws -> Void = { _, _ in }
    var limits = KubernetesServing.Limits()
    /// Whether anybody listens at the addresses of workers.
    var workersListen = true
    /// How often the start is tried.
    var attempts = 1
    /// What answers in the place of ServerlessLLM's head, where that is what is served.
    var head: ScriptedHead?
    /// What commands in pods do.
    var execute: PodExecutor = { .notFound($0) }

    init() {
      limits.trouble = .milliseconds(50)
      limits.death = .milliseconds(300)
      limits.storage = .seconds(60)
      limits.cleaning = .seconds(60)
    }
  }

  /// Starts everything.
  static func start(
    _ setting: any ExperimentSetting, _ configuration: Configuration, _ settings: Settings = Settings()
  ) async throws -> KubernetesBench {
    let testbed = try configuration.testbed("small")
    var emulation = EmulatedClusterSettings()
    emulation.nodes =
      testbed.gpuServers.map { EmulatedNode($0) }
      + testbed.storageServers.map { EmulatedNode($0.server, instanceType: $0.type) }
    for index in emulation.nodes.indices { emulation.nodes[index].mode = settings.sharesGPUs ? .shared : .exclusive }
    emulation.gpuModeSwitching = .milliseconds(5)
    emulation.restartDelay = .milliseconds(50)
    emulation.runner = settings.runner
    emulation.execute = settings.execute
    let cluster = try await EmulatedCluster.start(emulation)
    let workers = try await ScriptedWorkers.start()
    let client = try client(of: cluster, settings.transport)
    try await settings.prepare(cluster, client)
    let nodes = try await client.list(.nodes).items.map(GPUNode.init)
    await cluster.setFaults(settings.faults)
    let deployment = try setting.deployment(configuration: configuration, rules: .published)
    let notes = Notes()
    var serving = KubernetesServing(
      system: setting.system, nodes: deployment.backend.nodes, storage: deployment.backend.storage,
      assignment: deployment.storage, rules: .published, usesCache: deployment.keepsModelsInHostMemory,
      deployments: deployment.deployments, modelSet: setting.modelSet,
      places: try ClusterNodes(
        of: nodes, servers: deployment.backend.nodes,
        storage: deployment.backend.storage),
      manifests: try manifests(), client: client)
    serving.limits = settings.limits
    serving.asksStorage = false
    serving.note = { notes.add($0) }
    serving.keepLog = { pod, _ in notes.keep(pod) }
    let port = settings.workersListen ? workers.server.port : 1
    let head = settings.head
    serving.reach = { address, wanted in
      if let head, wanted == ServerlessLLMManifests.headPort {
        return WorkerAddress(host: "127.0.0.1", port: head.server.port)
      }
      // Agents are not there; whoever asks one is refused.
      return WorkerAddress(host: "127.0.0.1", port: wanted == 8080 ? port : 1, prefix: "/\(address)")
    }
    var controlling = Controller.Settings()
    controlling.port = 0
    controlling.timeScale = settings.timeScale
    for attempt in 1... {
      do {
        let controller = try await Controller.start(
          controlling, controlPlane: head == nil ? deployment.controlPlane() : RelayControlPlane(),
          ground: { [serving] _ in
            _ = try await RunNamespace(client: client, labels: serving.manifests.labels, namespace: namespace).make()
            guard head != nil else { return try await KubernetesGround.start(serving) }
            return try await ServerlessLLMGround.start(serverlessLLM(serving))
          }, noted: { notes.take($0) })
        return KubernetesBench(
          cluster: cluster, workers: workers, deployment: deployment, client: client, notes: notes,
          controller: controller)
      } catch {
        await settings.whenNotStarted(cluster)
        guard attempt == settings.attempts else { continue }
        await workers.stop()
        await cluster.stop()
        throw error
      }
    }
    preconditionFailure("attempts do not end")
  }

  private static func serverlessLLM(_ serving: KubernetesServing) throws -> ServerlessLLMServing {
    ServerlessLLMServing(
      serving,
      manifests: try ServerlessLLMManifests(
        settings: serving.manifests, images: .init(head: "head:v1", worker: "sllm-worker:v1"),
        modelSet: serving.modelSet, gpuServers: serving.nodes, storageServers: serving.storage,
        preference: .largestFirst, poolGB: nil))
  }

  private static func manifests() throws -> ManifestSettings {
    try ManifestSettings(
      labels: try OwnLabels(run: run), namespace: namespace,
      images: .init(worker: "worker:v1", storageAgent: "agent:v1", storageServer: "store:v1", download: "get:v1"),
      modelDirectory: "/mnt")
  }

  /// A client with a credential program, as a provider's; pauses between attempts are five hundred times shorter than real
  /// ones, limits fifty times.
  private static func client(
    of cluster: EmulatedCluster, _ change: (KubernetesTransport) -> KubernetesTransport
  ) throws -> KubernetesClient {
    let config = try Kubeconfig(
      parsing: """
        current-context: x
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:\(cluster.port)"}}]
        users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never}}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        """, path: "config")
    let token = cluster.token
    let runner = PluginRunner(hasTerminal: false) { _, _, _ in
      Array(
        #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"\#(token)"}}"#.utf8
      )
    }
    let access = try ClusterAccess(
      config, context: nil, in: .init(variables: [:], runner: runner, secondsSince1970: { 0 }))
    let pacing = Pacing(
      now: Pacing.live.now, sleep: { try await Task.sleep(for: $0 > .seconds(45) ? $0 / 50 : $0 / 500) },
      random: { 0.5 })
    return KubernetesClient(access: access, transport: change(try .curl(to: access.endpoint)), pacing: pacing)
  }

  // MARK: Using it

  /// Sends a load and waits for all answers.
  func load(_ source: some LoadSource & Sendable) async throws -> LoadReport {
    let target = LoadTarget(
      url: "http://127.0.0.1:\(controller.port)", models: deployment.deployments.map(\.name.description))
    var options = LoadOptions()
    options.timeScale = 2000
    let sent = options
    return try await NIOThreadPool.singleton.runIfActive {
      var source = source
      return try LoadGenerator(target: target, options: sent).run(&source)
    }
  }

  /// Asks the first model for a few words.
  func ask(tokens: Int = 3) async throws -> TestEndpoint.Answer {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(controller.port)/v1/chat/completions")!)
    request.httpMethod = "POST"
    request.timeoutInterval = 60
    request.httpBody = Data(
      """
      {"model":"\(deployment.deployments[0].name)","messages":[{"role":"user","content":"Hi"}],"max_tokens":\(tokens)}
      """.utf8)
    return try await TestEndpoint.send(request)
  }

  /// The names of objects of a kind in the run's namespace.
  func names(_ plural: String, group: String = "") async -> [String] {
    await cluster.objects(plural, group: group, in: Self.namespace).map(\.name).sorted()
  }

  /// Waits until something holds; the test's time limit ends it otherwise.
  func wait(until holds: () async -> Bool) async throws {
    while await !holds() { try await Task.sleep(for: .milliseconds(2)) }
  }

  /// Ends the controller; the cluster goes on.
  func stopController() async {
    await controller.stop(patience: .seconds(5))
  }

  func stopCluster() async {
    await workers.stop()
    await cluster.stop()
  }

  func stop() async {
    await stopController()
    await stopCluster()
  }

  /// Everything that carries the label of the run, all over the cluster.
  func left() async -> [String] {
    await Self.left(on: cluster)
  }

  static func left(on cluster: EmulatedCluster) async -> [String] {
    var left: [String] = []
    for (plural, group) in [
      ("deployments", "apps"), ("replicasets", "apps"), ("daemonsets", "apps"), ("jobs", "batch"), ("pods", ""),
      ("namespaces", ""),
    ] {
      left += await cluster.objects(plural, group: group).filter {
        $0.json["metadata"]?["labels"]?[OwnLabels.runKey]?.string == run
      }.map { "\(plural)/\($0.name)" }
    }
    return left
  }
}
