import KubernetesDeployment
import NIOCore
import PodEmulation
import Scheduling
import ServingModel

/// A cluster whose pods are made through the API of Kubernetes: each worker is a Deployment of the published image on the
/// node that the control plane chose, watched and never polled.
///
/// It lives on the controller's event loop. A `WorkerFleet` speaks to the workers; calls to the API run beside the loop and
/// report back to it.
final class KubernetesCluster: ControlledCluster {
  /// Pods that are to go together.
  struct Departure {
    let instance: InstanceID
    let workers: [WorkerID]
    var left: Set<WorkerID>
  }

  /// The addresses of storage, which change when a pod is made anew.
  final class StorageAddresses {
    /// Of each storage server.
    var stores: [String]
    /// Of each node's storage agent.
    var agents: [String]

    init(stores: [String], agents: [String]) {
      self.stores = stores
      self.agents = agents
    }
  }

  let serving: KubernetesServing
  let eventLoop: any EventLoop
  let clock: LiveClock
  let fleet: WorkerFleet
  let storage: StorageAddresses
  let pods: WorkerPods
  private var willConsolidate: Set<InstanceID> = []
  /// By the name of its pod; those that are being deleted, too.
  var workers: [String: WorkerID] = [:]
  /// Workers that have no address yet, by instance.
  var awaited: [InstanceID: Set<WorkerID>] = [:]
  /// What keeps workers from running.
  var troubles: [WorkerID: String] = [:]
  var departures: [Departure] = []
  /// Tells agents one after the other where remote storage is.
  var repairing: Task<Void, Never>?
  private var creations: [WorkerID: Task<Void, Never>] = [:]
  private var deletions: [WorkerID: Task<Void, Never>] = [:]
  private var watching: Task<Void, Never>?

  init(
    _ serving: KubernetesServing, storage: StorageAddresses, clock: LiveClock, eventLoop: any EventLoop,
    report: @escaping (ClusterReport) -> Void
  ) {
    self.serving = serving
    self.eventLoop = eventLoop
    self.clock = clock
    self.storage = storage
    pods = WorkerPods(client: serving.client, settings: serving.manifests)
    let settings = WorkerFleet.Settings(
      deployments: serving.deployments, usualAnswerTokens: serving.usualAnswerTokens,
      listeningLimit: TimeAmount(serving.limits.listening), deathPatience: TimeAmount(serving.limits.death),
      agentAddress: { [reach = serving.reach] in reach(storage.agents[$0], ManifestSettings.agentPort) })
    fleet = WorkerFleet(settings: settings, clock: clock, eventLoop: eventLoop, report: report)
    let cluster = NIOLoopBound(self, eventLoop: eventLoop)
    watching = Task { [pods, eventLoop] in
      for await news in pods.news() { eventLoop.execute { cluster.value.take(news) } }
    }
  }

  /// Orders that are under way are waited for, so that whoever deletes everything sees what they made.
  func stop() -> @Sendable () async -> Void {
    fleet.stop()
    watching?.cancel()
    let (creating, deleting, repairing) = (creations, deletions, repairing)
    for worker in deleting.keys.sorted() { deleting[worker]?.cancel() }
    return {
      await repairing?.value
      for worker in creating.keys.sorted() { await creating[worker]?.value }
      for worker in deleting.keys.sorted() { await deleting[worker]?.value }
    }
  }

  func note(_ decision: Decision) {
    if case .instanceCreated(let instance, _, _, willConsolidate: true) = decision { willConsolidate.insert(instance) }
  }

  func carryOut(_ command: Command) {
    switch command {
    case .createPods(let instance, let deployment, let workers): create(workers, of: instance, deployment)
    case .deletePods(let instance, let workers):
      fleet.delete(workers, of: instance) { [self] in end($0, of: instance) }
    default: fleet.carryOut(command)
    }
  }

  func forward(_ request: LiveRequest, to instance: InstanceID) {
    fleet.forward(request, to: instance)
  }

  // MARK: Creating

  private func create(_ specifications: [WorkerSpecification], of instance: InstanceID, _ deployment: DeploymentIndex) {
    fleet.add(instance, deployment, workers: specifications.map(\.id))
    awaited[instance] = Set(specifications.map(\.id))
    let environments = WorkerPodEnvironment.pods(
      model: serving.deployments[deployment].name, claims: specifications.map(\.claim),
      gpuMemoryGB: specifications.map { serving.nodes[$0.claim.node].type.gpuMemoryGB },
      storageAddresses: specifications.map { storage.agents[$0.claim.node] },
      willConsolidate: willConsolidate.remove(instance) != nil,
      preinitialises: serving.system.publishedWorkers != .serverlessVLLM)
    for (specification, environment) in zip(specifications, environments) {
      workers[environment.podName] = specification.id
      fleet.workers[specification.id] = WorkerFleet.Worker(
        name: environment.podName, node: specification.claim.node, rank: specification.rank, createdAt: clock.now,
        instance: instance)
      order(environment, specification.id, of: instance)
    }
    // Minutes later the cluster may be over; it must not be kept for that.
    eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(serving.limits.addresses)) { [weak self] in
      guard let self, let late = awaited[instance]?.min() else { return }
      let reason = troubles[late] ?? "it has no address after \(serving.limits.addresses.components.seconds) s"
      giveUp(late, reason)
    }
  }

  private func order(_ environment: WorkerPodEnvironment, _ worker: WorkerID, of instance: InstanceID) {
    let cluster = NIOLoopBound(self, eventLoop: eventLoop)
    let node = serving.places.gpuNodes[environment.node]
    let moment = serving.places.emulation.map { _ in EmulatedOrder(nanosecondsSinceBoot: BootClock.nanoseconds) }
    creations[worker] = Task { [pods, eventLoop, system = serving.system] in
      let problem: String?
      do {
        try await pods.create(environment, on: node, for: system, order: moment)
        problem = nil
      } catch {
        problem = "\(error)"
      }
      eventLoop.execute {
        cluster.value.creations[worker] = nil
        if let problem { cluster.value.fleet.ended(worker, problem) }
      }
    }
  }

  /// Gives up an instance because of one of its workers, unless that is on its way out anyway.
  func giveUp(_ worker: WorkerID, _ reason: String) {
    guard let known = fleet.workers[worker] else { return }
    fleet.ended(worker, "Worker \(known.name) on node \(serving.places.gpuNodes[known.node]): \(reason).")
  }

  // MARK: Deleting

  private func end(_ leaving: [WorkerID], of instance: InstanceID) {
    awaited[instance] = nil
    guard !leaving.isEmpty else { return fleet.tell(.event(.podsGone(instance, workers: []))) }
    departures.append(Departure(instance: instance, workers: leaving, left: Set(leaving)))
    for worker in leaving {
      guard let name = fleet.workers[worker]?.name else {
        gone(worker)
        continue
      }
      let creation = creations[worker]
      let cluster = NIOLoopBound(self, eventLoop: eventLoop)
      deletions[worker] = Task { [eventLoop, deleter = WorkerDeleter(serving, pods)] in
        await creation?.value  // what is made later could not be deleted now
        guard await deleter.delete(name) else { return }
        eventLoop.execute { cluster.value.gone(worker) }
      }
    }
  }

  /// A worker's pod and Deployment are gone.
  func gone(_ worker: WorkerID) {
    deletions[worker]?.cancel()
    deletions[worker] = nil
    troubles[worker] = nil
    if let known = fleet.workers.removeValue(forKey: worker) { workers[known.name] = nil }
    for place in departures.indices where departures[place].left.remove(worker) != nil {
      guard departures[place].left.isEmpty else { return }
      let departure = departures.remove(at: place)
      return fleet.tell(.event(.podsGone(departure.instance, workers: departure.workers)))
    }
  }
}
