import KubernetesClient
import KubernetesDeployment
import NIOCore
import ServingModel

/// The nodes of a Kubernetes cluster with ServerlessLLM on them: its head serves and knows all models.
public struct ServerlessLLMGround: ClusterGround {
  private let serving: KubernetesServing
  private let head: WorkerAddress

  /// The GPU servers, in the order of the testbed.
  public var nodes: [GPUServer] { serving.nodes }
  /// The deployed models.
  public var deployments: [ModelDeployment] { serving.deployments }

  /// Starts everything as the published set-up does: remote storage, the head, control nodes and workers, whose addresses
  /// each is told; then, once all nodes have joined the head's cluster, the service in the head; then the registration of
  /// the models.
  ///
  /// - Throws: `KubernetesError`, `DeploymentError`, ``ClusterControlError``; what was made is deleted then.
  public static func start(_ system: ServerlessLLMServing) async throws -> ServerlessLLMGround {
    do {
      return ServerlessLLMGround(serving: system.serving, head: try await startHead(system))
    } catch {
      await ServerlessLLMGround(serving: system.serving, head: WorkerAddress(host: "", port: 0)).stop()
      throw error
    }
  }

  private static func startHead(_ system: ServerlessLLMServing) async throws -> WorkerAddress {
    let (serving, manifests) = (system.serving, system.manifests)
    let pods = StandingPods(client: serving.client, settings: serving.manifests, progress: serving.note)
    let stores = try manifests.remoteStorage()
    var addresses = ServerlessLLMManifests.Addresses.unknown(storageServers: stores.count)
    addresses.storage = try await pods.start(
      stores, step: StandingPods.remoteStorage, within: serving.limits.storage)
    try await serving.awaitStorage(stores.map(\.name), addresses.storage, port: ManifestSettings.remotePort)
    addresses.head = try await pods.start(
      [try manifests.head()], step: "Starting ServerlessLLM's head", within: serving.limits.addresses)[0]
    let members = try manifests.controlNodes(addresses) + manifests.workers(addresses)
    _ = try await pods.start(members, step: "Starting ServerlessLLM's workers", within: serving.limits.addresses)
    let head = ServerlessLLMHead(serving, at: serving.reach(addresses.head, ServerlessLLMManifests.headPort))
    try await head.awaitMembers(count: members.count + 1)
    try await head.serve()
    for deployment in serving.deployments {
      let name = deployment.name.description
      try await head.register(name, manifests.registration(of: name, sizeGB: deployment.schedulerSizeGB))
    }
    serving.note("Registered \(serving.deployments.count) models with ServerlessLLM's head.")
    return head.address
  }

  /// The head, as the one instance that requests go to.
  public func cluster(
    clock: LiveClock, eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void
  ) -> any ControlledCluster {
    ServerlessLLMCluster(serving, head: head, clock: clock, eventLoop: eventLoop, report: report)
  }

  /// Deletes what carries the label of the run, and its namespace if the run has made it and nobody else uses it.
  public func stop() async {
    for thing in await serving.clean() { serving.note("Left: \(thing)") }
  }
}
