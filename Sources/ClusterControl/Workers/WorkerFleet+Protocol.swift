import NIOCore
import PodEmulation
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// What workers are told: to initialise, to consolidate, to answer.
extension WorkerFleet {
  /// Pause before a worker that does not listen yet is asked again, by the published control plane, in its time.
  private static let retryPause = Duration.milliseconds(50)

  /// Carries out what concerns workers that exist, and their nodes' storage.
  func carryOut(_ command: Command) {
    switch command {
    case .prefetch(_, let deployment, let rank, let pipelineSize, let node):
      prefetch(deployment, rank: rank, of: pipelineSize, on: node)
    case .initialise(let instance): initialise(instance)
    case .abandon(let request, _): requests.abandon(request)
    case .loadRest(let instance, _, let worker): loadRest(for: instance, by: worker)
    case .migrate(let instance, let count): migrate(instance, requestCount: count)
    case .stopOldStage(let instance, let worker): stopOldStage(of: worker, for: instance)
    case .askCache(let deployment, let node): askCache(deployment, node: node)
    case .createPods, .deletePods: preconditionFailure("the cluster sees to \(command)")
    case .forward, .answerWithError, .setTimer: preconditionFailure("the driver sees to \(command)")
    }
  }

  /// Has all workers of an instance initialise, each as soon as it listens.
  func initialise(_ instance: InstanceID) {
    let workers = instances[instance]?.workers ?? []
    let body = WorkerInitialisation(addresses: workers.map { self.workers[$0]?.peerAddress ?? "" }).body
    for worker in workers {
      initialise(worker, of: instance, body, limit: .now() + settings.listeningLimit)
    }
  }

  private func initialise(_ worker: WorkerID, of instance: InstanceID, _ body: JSON, limit: NIODeadline) {
    guard let pod = workers[worker], !pod.isDeleted, !isStopping, let address = pod.address else { return }
    var status = 0
    var text = ""
    _ = WorkerCall.post(body, to: WorkerInitialisation.path, at: address, on: eventLoop) { [self] news in
      switch news {
      case .status(let code): status = code
      case .bytes(let bytes): text += String(buffer: bytes)
      case .ended where status == 200:
        tellStages(text, of: pod)
        tell(.event(.workerInitialised(instance, rank: pod.rank)))
      case .ended: fail(instance, "Worker \(pod.name) could not initialise (\(status): \(text.prefix(300))).")
      case .refused where NIODeadline.now() < limit:
        eventLoop.assumeIsolated().scheduleTask(in: max(clock.real(Self.retryPause), .milliseconds(1))) { [self] in
          initialise(worker, of: instance, body, limit: limit)
        }
      case .refused: fail(instance, "Worker \(pod.name) does not listen.")
      case .broken(let reason):
        if workers[worker]?.isDeleted == false { fail(instance, "Worker \(pod.name) failed: \(reason).") }
      }
    }
  }

  /// Posts to a worker and waits for its answer.
  ///
  /// - Parameter done: called with what went wrong, or `nil`.
  func post(_ body: JSON, to path: String, at worker: WorkerID, done: @escaping (String?) -> Void) {
    guard let pod = workers[worker], let address = address(of: worker) else {
      return done("Worker \(worker) is gone.")
    }
    let name = pod.name
    var (status, text) = (0, "")
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
  private func tellStages(_ answer: String, of pod: Worker) {
    guard let body = try? JSON(parsing: Array(answer.utf8)) else { return }  // published workers say nothing
    for stage in WorkerStages(body: body).stages {
      tell(
        .stage(
          StageInterval(
            instance: pod.instance, rank: pod.rank, pod: pod.name, node: pod.node, stage: stage.stage,
            start: pod.createdAt + stage.start, end: pod.createdAt + stage.end)))
    }
  }

  // MARK: Consolidation

  /// Has a worker load the rest of its model; the control plane is told of the end also when the worker is gone.
  func loadRest(for instance: InstanceID, by worker: WorkerID) {
    guard let pod = workers[worker] else { return tell(.event(.restLoaded(instance))) }
    post(
      WorkerDestination(address: pod.peerAddress, originRank: pod.rank).body, to: WorkerDestination.path, at: worker
    ) { [self] failure in
      if let failure, workers[worker]?.isDeleted == false { fail(pod.instance, failure) }
      tell(.event(.restLoaded(instance)))
    }
  }

  func migrate(_ instance: InstanceID, requestCount: Int) {
    guard let first = instances[instance]?.workers.first else { return tell(.event(.kvCacheMigrated(instance))) }
    post(WorkerMigration(requestCount: requestCount).body, to: WorkerMigration.path, at: first) { [self] failure in
      if let failure, workers[first]?.isDeleted == false { fail(instance, failure) }
      instances[instance]?.isPipeline = false
      tell(.event(.kvCacheMigrated(instance)))
    }
  }

  /// Makes a stage an instance of its own.
  func stopOldStage(of worker: WorkerID, for instance: InstanceID) {
    guard let pod = workers[worker], !pod.isDeleted, let original = instances[pod.instance] else {
      return tell(.event(.instanceFailed(instance, reason: "Its worker is gone.")))
    }
    instances[pod.instance]?.workers.removeAll { $0 == worker }
    instances[instance] = Instance(deployment: original.deployment, workers: [worker], isPipeline: false)
    workers[worker]?.instance = instance
    post(WorkerStop(shutsDown: true).body, to: WorkerStop.path, at: worker) { [self] failure in
      if let failure { fail(instance, failure) } else { tell(.event(.oldStageStopped(instance))) }
    }
  }

  // MARK: Requests

  func forward(_ request: LiveRequest, to instance: InstanceID) {
    guard let worker = instances[instance]?.workers.first, let pod = workers[worker],
      let address = address(of: worker)
    else {
      return tell(.lost(request.id, reason: "Instance \(instance) is gone."))
    }
    let body = ChatCompletionRequest(
      model: WorkerModelName(settings.deployments[request.deployment].name.description).description,
      messages: request.messages, maxTokens: request.maxTokens ?? settings.usualAnswerTokens,
      ignoresEnd: request.ignoresEnd
    ).body
    requests.forward(request.id, body, to: instance, at: address, name: "Worker \(pod.name)")
  }
}
