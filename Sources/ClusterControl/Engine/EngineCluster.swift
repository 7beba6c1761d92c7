import NIOCore
import PodEmulation
import Scheduling
import ServingModel
import WireProtocols

/// A cluster whose workers are engines of the user's own, behind the slots of Serverless vLLM.
///
/// An instance is one process of the engine, started when the control plane creates its pod and ready when it answers;
/// or a place at an engine that runs already, which is ready at once. There is no storage: engines fetch their weights
/// themselves. It lives on the controller's event loop.
final class EngineCluster: ControlledCluster {
  /// The engine of an instance.
  private struct Pod {
    /// What messages call it.
    let label: String
    let name: String
    let model: String
    let address: WorkerAddress
    /// `nil` for an engine that runs already.
    let process: RunningPod?
    var probe: EngineProbe?
    var isDeleted = false
  }

  /// Engines free GPUs and shared memory when they are asked to end.
  private static let endingPatience = Duration.seconds(10)

  private let ground: EngineGround
  private let eventLoop: any EventLoop
  private let report: (ClusterReport) -> Void
  private let requests: ForwardedRequests
  /// By instance. Those whose process has yet to end stay.
  private var pods: [InstanceID: Pod] = [:]
  private var isStopping = false

  /// The address that engines are to listen on.
  private static let host = "127.0.0.1"

  private var engine: OwnEngine { ground.engine }

  init(_ ground: EngineGround, eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void) {
    self.ground = ground
    self.eventLoop = eventLoop
    self.report = report
    requests = ForwardedRequests(eventLoop: eventLoop)
    requests.tell = { [weak self] in self?.tell($0) }
  }

  func stop() -> @Sendable () async -> Void {
    isStopping = true
    for instance in pods.keys.sorted() { pods[instance]?.probe?.cancel() }
    let processes = pods.keys.sorted().compactMap { pods[$0]?.process }
    return {
      await withTaskGroup(of: Void.self) { group in
        for process in processes { group.addTask { await process.stop(patience: Self.endingPatience) } }
      }
    }
  }

  /// Reports something, after whatever is going on.
  private func tell(_ item: ClusterReport) {
    eventLoop.assumeIsolated().execute { [self] in
      if !isStopping { report(item) }
    }
  }

  func note(_ decision: Decision) {}

  func carryOut(_ command: Command) {
    switch command {
    case .createPods(let instance, let deployment, let workers):
      for worker in workers { create(instance, deployment, name: worker.claim.podName) }
    case .initialise(let instance): initialise(instance)
    case .abandon(let request, _): requests.abandon(request)
    case .deletePods(let instance, let workers): delete(instance, workers)
    case .prefetch: break  // engines fetch their weights themselves
    case .loadRest, .migrate, .stopOldStage, .askCache:
      preconditionFailure("Serverless vLLM has neither pipelines nor a cache: \(command)")
    case .forward, .answerWithError, .setTimer: preconditionFailure("the driver sees to \(command)")
    }
  }

  func forward(_ request: LiveRequest, to instance: InstanceID) {
    guard let pod = pods[instance], !pod.isDeleted else {
      return tell(.lost(request.id, reason: "Instance \(instance) is gone."))
    }
    let body = ChatCompletionRequest(
      model: pod.model, messages: request.messages, maxTokens: request.maxTokens ?? ground.usualAnswerTokens,
      ignoresEnd: request.ignoresEnd
    ).body
    requests.forward(request.id, body, to: instance, at: pod.address, name: pod.label)
  }

  // MARK: Pods

  private func create(_ instance: InstanceID, _ deployment: DeploymentIndex, name: String) {
    let model = engine.model ?? ground.deployments[deployment].name.model
    do {
      switch engine.origin {
      case .running(let url):
        pods[instance] = Pod(
          label: "The engine at \(url.text)", name: name, model: model, address: url.address, process: nil)
      case .command(let command, let program, let environment):
        let address = WorkerAddress(host: Self.host, port: try freePort())
        let process = try ground.processes.start(
          name, program: program,
          arguments: command.arguments(model: model, host: address.host, port: address.port), environment: environment)
        pods[instance] = Pod(
          label: "The engine of \(name)", name: name, model: model, address: address, process: process)
        watch(process, of: instance)
      }
      tell(.event(.podsHaveAddresses(instance)))
    } catch {
      tell(.event(.instanceFailed(instance, reason: "\(error)")))
    }
  }

  /// A port that the system does not use and that no engine which is still starting was given.
  private func freePort() throws -> Int {
    while true {
      let port = try FreePort.take(on: Self.host)
      if !pods.values.contains(where: { $0.address.port == port }) { return port }
    }
  }

  private func watch(_ process: RunningPod, of instance: InstanceID) {
    let cluster = NIOLoopBound(self, eventLoop: eventLoop)
    Task { [eventLoop] in
      let exit = await process.exit()
      eventLoop.execute { cluster.value.ended(instance, exit) }
    }
  }

  private func initialise(_ instance: InstanceID) {
    guard let pod = pods[instance] else { return }
    guard pod.process != nil else { return tell(.event(.workerInitialised(instance, rank: 0))) }
    let patience = engine.patience
    let probe = EngineProbe(pod.address, patience: TimeAmount(patience), on: eventLoop) { [self] isReady in
      if isReady {
        tell(.event(.workerInitialised(instance, rank: 0)))
      } else {
        fail(instance, "has not answered for \(patience / .seconds(1)) s")
      }
    }
    pods[instance]?.probe = probe
    probe.ask()
  }

  /// A process has ended. If nobody wanted that, its instance has died and its requests look for another.
  private func ended(_ instance: InstanceID, _ exit: PodExit) {
    guard let pod = pods[instance], !isStopping else { return }
    if !pod.isDeleted { fail(instance, "ended unasked with \(exit)") }
    pods[instance] = nil
  }

  /// Reports the death of an instance and of its requests, and ends what is left of it.
  private func fail(_ instance: InstanceID, _ what: String) {
    guard let pod = pods[instance], !pod.isDeleted else { return }
    let reason = "\(pod.label) \(what); its output is in \(ground.processes.logFile(pod.name))."
    tell(.event(.instanceFailed(instance, reason: reason)))
    requests.lose(all: instance, reason: reason)
  }

  private func delete(_ instance: InstanceID, _ workers: [WorkerID]) {
    pods[instance]?.isDeleted = true
    pods[instance]?.probe?.cancel()
    guard let process = pods[instance]?.process else {
      pods[instance] = nil
      return tell(.event(.podsGone(instance, workers: workers)))
    }
    let cluster = NIOLoopBound(self, eventLoop: eventLoop)
    let patience = Self.endingPatience
    Task { [eventLoop] in
      await process.stop(patience: patience)
      eventLoop.execute { cluster.value.tell(.event(.podsGone(instance, workers: workers))) }
    }
  }
}
