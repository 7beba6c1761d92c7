import NIOCore
import PodEmulation
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// What workers are told: to initialise, to consolidate, to answer.
extension LocalCluster {
  /// Pause before a worker that does not listen yet is asked again, by the published control plane, in its time.
  private static let retryPause = Duration.milliseconds(50)
  /// How long it may take until a worker listens, in real time.
  private static let listeningLimit = TimeAmount.seconds(60)

  /// Has all workers of an instance initialise, each as soon as it listens.
  func initialise(_ instance: InstanceID) {
    let workers = instances[instance]?.workers ?? []
    let addresses = workers.map { worker in
      pods[worker].map { "\(settings.identity.address($0.node)):\($0.port)" } ?? ""
    }
    let body = WorkerInitialisation(addresses: addresses).body
    for worker in workers {
      initialise(worker, of: instance, body, limit: .now() + Self.listeningLimit)
    }
  }

  private func initialise(_ worker: WorkerID, of instance: InstanceID, _ body: JSON, limit: NIODeadline) {
    guard let pod = pods[worker], !pod.isDeleted, !isStopping else { return }
    var status = 0
    var text = ""
    let address = WorkerAddress(host: settings.identity.address(pod.node), port: pod.port)
    _ = WorkerCall.post(body, to: WorkerInitialisation.path, at: address, on: eventLoop) { [self] news in
      switch news {
      case .status(let code): status = code
      case .bytes(let bytes): text += String(buffer: bytes)
      case .ended where status == 200:
        tellStages(text, of: pod)
        tell(.event(.workerInitialised(instance, rank: pod.rank)))
      case .ended: fail(instance, "Worker \(pod.process.name) could not initialise (\(status): \(text.prefix(300))).")
      case .refused where NIODeadline.now() < limit:
        eventLoop.assumeIsolated().scheduleTask(in: max(clock.real(Self.retryPause), .milliseconds(1))) { [self] in
          initialise(worker, of: instance, body, limit: limit)
        }
      case .refused: fail(instance, "Worker \(pod.process.name) does not listen.")
      case .broken(let reason):
        if pods[worker]?.isDeleted == false { fail(instance, "Worker \(pod.process.name) failed: \(reason).") }
      }
    }
  }

  /// Posts to a worker and waits for its answer.
  ///
  /// - Parameter done: called with what went wrong, or `nil`.
  func post(_ body: JSON, to path: String, at worker: WorkerID, done: @escaping (String?) -> Void) {
    guard let pod = pods[worker], !pod.hasEnded else { return done("Worker \(worker) is gone.") }
    let name = pod.process.name
    var (status, text) = (0, "")
    let address = WorkerAddress(host: settings.identity.address(pod.node), port: pod.port)
    _ = WorkerCall.post(body, to: path, at: address, on: eventLoop) { [self] news in
      switch news {
      case .status(let code): status = code
      case .bytes(let bytes): text += String(buffer: bytes)
      case .ended where status == 200:
        tellStages(text, of: pod)
        done(nil)
      case .ended: done("Worker \(name) answered \(path) with \(status): \(text.prefix(300))")
      case .refused: done("Worker \(name) refused \(path).")
      case .broken(let reason): done("Worker \(name) broke off \(path): \(reason).")
      }
    }
  }

  /// Reports the stages that a worker's answer tells of.
  private func tellStages(_ answer: String, of pod: Pod) {
    guard let body = try? JSON(parsing: Array(answer.utf8)) else { return }  // published workers say nothing
    for stage in WorkerStages(body: body).stages {
      tell(
        .stage(
          StageInterval(
            instance: pod.instance, rank: pod.rank, pod: pod.process.name, node: pod.node, stage: stage.stage,
            start: pod.createdAt + stage.start, end: pod.createdAt + stage.end)))
    }
  }

  // MARK: Consolidation

  /// Has a worker load the rest of its model; the control plane is told of the end also when the worker is gone.
  func loadRest(for instance: InstanceID, by worker: WorkerID) {
    guard let pod = pods[worker] else { return tell(.event(.restLoaded(instance))) }
    let address = "\(settings.identity.address(pod.node)):\(pod.port)"
    post(
      WorkerDestination(address: address, originRank: pod.rank).body, to: WorkerDestination.path, at: worker
    ) { [self] failure in
      if let failure, pods[worker]?.isDeleted == false { fail(pod.instance, failure) }
      tell(.event(.restLoaded(instance)))
    }
  }

  func migrate(_ instance: InstanceID, requestCount: Int) {
    guard let first = instances[instance]?.workers.first else { return tell(.event(.kvCacheMigrated(instance))) }
    post(WorkerMigration(requestCount: requestCount).body, to: WorkerMigration.path, at: first) { [self] failure in
      if let failure, pods[first]?.isDeleted == false { fail(instance, failure) }
      instances[instance]?.isPipeline = false
      tell(.event(.kvCacheMigrated(instance)))
    }
  }

  /// Makes a stage an instance of its own.
  func stopOldStage(of worker: WorkerID, for instance: InstanceID) {
    guard let pod = pods[worker], !pod.isDeleted, let original = instances[pod.instance] else {
      return tell(.event(.instanceFailed(instance, reason: "Its worker is gone.")))
    }
    instances[pod.instance]?.workers.removeAll { $0 == worker }
    instances[instance] = Instance(deployment: original.deployment, workers: [worker], isPipeline: false)
    pods[worker]?.instance = instance
    post(WorkerStop(shutsDown: true).body, to: WorkerStop.path, at: worker) { [self] failure in
      if let failure { fail(instance, failure) } else { tell(.event(.oldStageStopped(instance))) }
    }
  }

  // MARK: Requests

  func forward(_ request: LiveRequest, to instance: InstanceID) {
    guard let worker = instances[instance]?.workers.first, let pod = pods[worker], !pod.hasEnded else {
      return tell(.lost(request.id, reason: "Instance \(instance) is gone."))
    }
    let body = ChatCompletionRequest(
      model: WorkerModelName(settings.deployments[request.deployment].name.description).description,
      messages: request.messages, maxTokens: request.maxTokens ?? settings.usualAnswerTokens,
      ignoresEnd: request.ignoresEnd
    ).body
    let address = WorkerAddress(host: settings.identity.address(pod.node), port: pod.port)
    requests.forward(request.id, body, to: instance, at: address, name: "Worker \(pod.process.name)")
  }
}
