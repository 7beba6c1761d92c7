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
/// It lives on the controller's event loop. Pods are processes that this type starts and ends by their numbers; a
/// `WorkerFleet` speaks to them.
final class LocalCluster: ProcessCluster {
  let settings: LocalClusterSettings
  let eventLoop: any EventLoop
  let clock: LiveClock
  let processes: LocalProcesses
  private let fleet: WorkerFleet
  private var willConsolidate: Set<InstanceID> = []
  private var running: [WorkerID: RunningPod] = [:]

  init(
    settings: LocalClusterSettings, processes: LocalProcesses, clock: LiveClock, eventLoop: any EventLoop,
    report: @escaping (ClusterReport) -> Void
  ) {
    self.settings = settings
    self.processes = processes
    self.clock = clock
    self.eventLoop = eventLoop
    let addresses = settings.identity
    fleet = WorkerFleet(
      settings: WorkerFleet.Settings(
        deployments: settings.deployments, usualAnswerTokens: settings.usualAnswerTokens,
        agentAddress: { WorkerAddress(host: addresses.address($0), port: LocalAddresses.agentPort) }),
      clock: clock, eventLoop: eventLoop, report: report)
  }

  func stopStarting() -> [RunningPod] {
    fleet.stop()
    return running.keys.sorted().compactMap { running[$0] }
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

  // MARK: Pods

  private func create(_ specifications: [WorkerSpecification], of instance: InstanceID, _ deployment: DeploymentIndex) {
    fleet.add(instance, deployment, workers: specifications.map(\.id))
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
      fleet.tell(.event(.podsHaveAddresses(instance)))
    } catch {
      fleet.tell(.event(.instanceFailed(instance, reason: "\(error)")))
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
    let address = WorkerAddress(host: settings.identity.address(node), port: port)
    running[specification.id] = process
    fleet.workers[specification.id] = WorkerFleet.Worker(
      name: process.name, node: node, rank: specification.rank, createdAt: createdAt, instance: instance,
      address: address, peerAddress: "\(address.host):\(port)")
    let cluster = NIOLoopBound(self, eventLoop: eventLoop)
    let worker = specification.id
    Task { [eventLoop] in
      let exit = await process.exit()
      eventLoop.execute {
        cluster.value.fleet.ended(worker, "Worker \(process.name) ended unasked with \(exit).")
      }
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

  private func end(_ workers: [WorkerID], of instance: InstanceID) {
    for worker in workers { fleet.workers[worker] = nil }
    let processes = workers.compactMap { running.removeValue(forKey: $0) }
    let cluster = NIOLoopBound(self, eventLoop: eventLoop)
    let deletion = clock.real(settings.podDeletion)
    Task { [eventLoop] in
      for process in processes { await process.kill() }
      eventLoop.scheduleTask(in: deletion) { cluster.value.fleet.tell(.event(.podsGone(instance, workers: workers))) }
    }
  }
}
