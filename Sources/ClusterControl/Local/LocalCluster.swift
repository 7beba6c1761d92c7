import Glibc
import NIOCore
import PodEmulation
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// A cluster of processes on this machine: workers without a GPU, storage agents and remote storage, each machine with a
/// loopback address of its own.
///
/// It lives on the controller's event loop. Pods are processes that this type starts and ends by their numbers; to them
/// it speaks the published images' protocols.
final class LocalCluster: ProcessCluster {
  /// A worker's process.
  struct Pod {
    let process: RunningPod
    let node: Int
    let port: Int
    let rank: Int
    /// When it was ordered.
    let createdAt: Timestamp
    /// The instance that it serves.
    var instance: InstanceID
    var isDeleted = false
    var hasEnded = false
  }

  /// The workers of an instance.
  struct Instance {
    let deployment: DeploymentIndex
    /// In rank order.
    var workers: [WorkerID]
    /// Whether its first worker still works as a stage.
    var isPipeline: Bool
    var isGone = false
  }

  let settings: LocalClusterSettings
  let eventLoop: any EventLoop
  let clock: LiveClock
  let processes: LocalProcesses
  private let report: (ClusterReport) -> Void
  private var willConsolidate: Set<InstanceID> = []
  var pods: [WorkerID: Pod] = [:]
  var instances: [InstanceID: Instance] = [:]
  let requests: ForwardedRequests
  private(set) var isStopping = false

  init(
    settings: LocalClusterSettings, processes: LocalProcesses, clock: LiveClock, eventLoop: any EventLoop,
    report: @escaping (ClusterReport) -> Void
  ) {
    self.settings = settings
    self.processes = processes
    self.clock = clock
    self.eventLoop = eventLoop
    self.report = report
    requests = ForwardedRequests(eventLoop: eventLoop)
    requests.tell = { [weak self] in self?.tell($0) }
  }

  func stop() -> [RunningPod] {
    isStopping = true
    return pods.keys.sorted().compactMap { pods[$0]?.process }
  }

  /// Reports something, after whatever is going on.
  func tell(_ item: ClusterReport) {
    eventLoop.assumeIsolated().execute { [self] in
      if !isStopping { report(item) }
    }
  }

  func note(_ decision: Decision) {
    if case .instanceCreated(let instance, _, _, willConsolidate: true) = decision { willConsolidate.insert(instance) }
  }

  func carryOut(_ command: Command) {
    switch command {
    case .createPods(let instance, let deployment, let workers): create(workers, of: instance, deployment)
    case .prefetch(_, let deployment, let rank, let pipelineSize, let node):
      prefetch(deployment, rank: rank, of: pipelineSize, on: node)
    case .initialise(let instance): initialise(instance)
    case .abandon(let request, _): requests.abandon(request)
    case .deletePods(let instance, let workers): delete(workers, of: instance)
    case .loadRest(let instance, _, let worker): loadRest(for: instance, by: worker)
    case .migrate(let instance, let count): migrate(instance, requestCount: count)
    case .stopOldStage(let instance, let worker): stopOldStage(of: worker, for: instance)
    case .askCache(let deployment, let node): askCache(deployment, node: node)
    case .forward, .answerWithError, .setTimer: preconditionFailure("the driver sees to \(command)")
    }
  }

  // MARK: Pods

  private func create(_ specifications: [WorkerSpecification], of instance: InstanceID, _ deployment: DeploymentIndex) {
    instances[instance] = Instance(
      deployment: deployment, workers: specifications.map(\.id), isPipeline: specifications.count > 1)
    let environments = WorkerPodEnvironment.pods(
      model: settings.deployments[deployment].name, claims: specifications.map(\.claim),
      gpuMemoryGB: specifications.map { settings.nodes[$0.claim.node].type.gpuMemoryGB },
      storageAddresses: specifications.map { settings.identity.address($0.claim.node) },
      willConsolidate: willConsolidate.remove(instance) != nil,
      preinitialises: settings.system.publishedWorkers != .serverlessVLLM)
    do {
      for (specification, environment) in zip(specifications, environments) {
        try start(specification, environment, of: instance)
      }
      tell(.event(.podsHaveAddresses(instance)))
    } catch {
      tell(.event(.instanceFailed(instance, reason: "\(error)")))
    }
  }

  private func start(
    _ specification: WorkerSpecification, _ environment: WorkerPodEnvironment, of instance: InstanceID
  ) throws {
    let node = specification.claim.node
    let port = settings.identity.workerPort(specification.id)
    let createdAt = clock.now
    var arguments = [
      "--address", settings.identity.address(node), "--port", "\(port)",
      "--agent-port", "\(LocalAddresses.agentPort)", "--gpu", settings.nodes[node].type.gpuType.name,
      "--system", settings.system.publishedWorkers.rawValue, "--started-at", "\(Self.nanosecondsSinceBoot)",
    ]
    arguments += scales
    let process = try processes.start(
      environment.podName, on: node, program: "\(settings.programs)/emulated-worker", arguments: arguments,
      environment: environment.variables.map { .init($0.name, $0.value) })
    pods[specification.id] = Pod(
      process: process, node: node, port: port, rank: specification.rank, createdAt: createdAt, instance: instance)
    let cluster = NIOLoopBound(self, eventLoop: eventLoop)
    let worker = specification.id
    Task { [eventLoop] in
      let exit = await process.exit()
      eventLoop.execute { cluster.value.ended(worker, exit) }
    }
  }

  /// The clock by which a worker is told when its start began.
  private static var nanosecondsSinceBoot: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }

  /// The options that all processes of the cluster share.
  var scales: [String] {
    var options = ["--byte-scale", "\(settings.byteScale)", "--time-scale", "\(clock.timeScale)"]
    if let file = settings.configurationFile { options += ["--config", file] }
    return options
  }

  /// A worker's process has ended. If nobody wanted that, its instance has died and its requests look for another.
  private func ended(_ worker: WorkerID, _ exit: PodExit) {
    guard let pod = pods[worker], !isStopping else { return }
    pods[worker]?.hasEnded = true
    guard !pod.isDeleted else { return }
    fail(pod.instance, "Worker \(pod.process.name) ended unasked with \(exit).")
  }

  /// Reports the death of an instance, then its requests.
  func fail(_ instance: InstanceID, _ reason: String) {
    guard instances[instance]?.isGone != true else { return }
    instances[instance]?.isGone = true
    tell(.event(.instanceFailed(instance, reason: reason)))
    requests.lose(all: instance, reason: reason)
  }

  /// Deletes workers of an instance. One that is left to serve alone is told before the others go.
  private func delete(_ workers: [WorkerID], of instance: InstanceID) {
    let kept = instances[instance]?.workers.filter { !workers.contains($0) } ?? []
    for worker in workers { pods[worker]?.isDeleted = true }
    instances[instance]?.workers = kept
    guard let first = kept.first, instances[instance]?.isPipeline == true, pods[first]?.rank == 0 else {
      if kept.isEmpty { instances[instance]?.isGone = true }
      return end(workers, of: instance)
    }
    instances[instance]?.isPipeline = false
    post(WorkerMigration(requestCount: 0).body, to: WorkerMigration.path, at: first) { [self] failure in
      if let failure { fail(instance, failure) }
      end(workers, of: instance)
    }
  }

  private func end(_ workers: [WorkerID], of instance: InstanceID) {
    let processes = workers.compactMap { pods.removeValue(forKey: $0)?.process }
    let cluster = NIOLoopBound(self, eventLoop: eventLoop)
    let deletion = clock.real(settings.podDeletion)
    Task { [eventLoop] in
      for process in processes { await process.kill() }
      eventLoop.scheduleTask(in: deletion) { cluster.value.tell(.event(.podsGone(instance, workers: workers))) }
    }
  }
}
