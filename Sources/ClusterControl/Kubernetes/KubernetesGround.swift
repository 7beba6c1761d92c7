import KubernetesClient
import KubernetesDeployment
import NIOCore
import PodEmulation
import Scheduling
import ServingModel

/// The nodes of a Kubernetes cluster with the storage servers of a run on them.
public struct KubernetesGround: ClusterGround {
  let serving: KubernetesServing
  /// The address of each storage server.
  let stores: [String]
  /// The address of each node's storage agent.
  let agents: [String]

  /// The GPU servers, in the order in which the control plane numbers them.
  public var nodes: [GPUServer] { serving.nodes }
  /// The deployed models.
  public var deployments: [ModelDeployment] { serving.deployments }

  /// Starts the storage servers and waits until they serve: remote ones first, whose addresses the agents are told.
  ///
  /// - Throws: `KubernetesError`, `DeploymentError`, ``ClusterControlError``; what was made is deleted then.
  public static func start(_ serving: KubernetesServing) async throws -> KubernetesGround {
    do {
      return try await startStorage(serving)
    } catch {
      await KubernetesGround(serving: serving, stores: [], agents: []).stop()
      throw error
    }
  }

  private static func startStorage(_ serving: KubernetesServing) async throws -> KubernetesGround {
    let pods = StandingPods(client: serving.client, settings: serving.manifests, progress: serving.note)
    let remote = try serving.remoteStorage()
    let stores = try await pods.start(remote, step: StandingPods.remoteStorage, within: serving.limits.storage)
    try await serving.awaitStorage(remote.map(\.name), stores, port: ManifestSettings.remotePort)
    let local = try serving.storageAgents(storesAt: stores)
    let agents = try await pods.start(local, step: "Starting storage agents", within: serving.limits.storage)
    try await serving.awaitStorage(local.map(\.name), agents, port: ManifestSettings.agentPort)
    return KubernetesGround(serving: serving, stores: stores, agents: agents)
  }

  /// The cluster, with nothing running on it yet.
  public func cluster(
    clock: LiveClock, eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void
  ) -> any ControlledCluster {
    KubernetesCluster(
      serving, storage: .init(stores: stores, agents: agents), clock: clock, eventLoop: eventLoop, report: report)
  }

  /// Deletes what carries the label of the run, and its namespace if the run has made it and nobody else uses it.
  public func stop() async {
    for thing in await serving.clean() { serving.note("Left: \(thing)") }
  }
}

extension KubernetesServing {
  /// The Deployments of remote storage, one on each storage node.
  ///
  /// - Throws: `KubernetesError.badName`.
  func remoteStorage() throws -> [KubernetesObject] {
    try zip(StorageDeployment.remote(on: storage, modelSet: modelSet), places.storageNodes).map {
      try manifests.storage($0.on(node: $1), isAgent: false)
    }
  }

  /// The Deployments of the storage agents, one on each GPU node, which are told where remote storage is.
  ///
  /// - Throws: `KubernetesError.badName`.
  func storageAgents(storesAt addresses: [String]) throws -> [KubernetesObject] {
    let agents = StorageDeployment.local(
      assignment: assignment, remoteAddresses: addresses, usesCache: usesCache,
      isServerlessVLLM: system.publishedWorkers == .serverlessVLLM, rules: rules)
    return try zip(agents, places.gpuNodes).enumerated().map { index, pair in
      let agent = pair.0.on(node: pair.1)
      return try manifests.storage(hostMemory.map { agent.holding($0[index]) } ?? agent, isAgent: true)
    }
  }

  /// Waits until storage servers answer at their addresses.
  func awaitStorage(_ names: [String], _ addresses: [String], port: Int) async throws {
    guard asksStorage else { return }
    let limit = ContinuousClock.now + limits.storage
    for (name, address) in zip(names, addresses) {
      let place = reach(address, port)
      while await !AgentClient.isInitialised(host: place.host, port: place.port) {
        guard ContinuousClock.now < limit else {
          throw ClusterControlError.silentStorage(
            name: name, address: "\(place.host):\(place.port)", seconds: Int(limits.storage.components.seconds))
        }
        try await client.pacing.sleep(.milliseconds(100))
      }
    }
  }

  /// Deletes everything of the run, however often the server refuses, within the limit.
  ///
  /// - Returns: what is left.
  func clean() async -> [String] {
    await RunEnd(client: client, labels: manifests.labels, namespace: manifests.namespace).clean(
      within: limits.cleaning, keepLog: keepLog, note: note)
  }
}
