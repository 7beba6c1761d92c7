import NIOCore
import PodEmulation
import WireProtocols

/// Runs the pods of all nodes: starts their processes, reports how they are and ends them.
///
/// It lives on the server's event loop. A pod's first container stands for all of them.
final class Kubelet {
  /// How it goes about things.
  struct Settings {
    var runner: PodRunner
    var execute: PodExecutor
    /// The folder of the pods' logs; nothing is kept without.
    var logs: String?
    /// From a pod's arrival on its node until its container runs.
    var startDelay: Duration
    /// The pause before a container that has ended is started again; it doubles up to thirty times as much.
    var restartDelay: Duration
  }

  /// A process that belongs to a pod.
  struct OwnedProcess: Sendable {
    let running: RunningPod
    /// What clears away after it.
    let cleanUp: @Sendable () -> Void

    func stop(patience: Duration) async {
      if patience > .zero { await running.stop(patience: patience) } else { await running.kill() }
      cleanUp()
    }
  }

  /// A pod on a node.
  final class Pod {
    let uid: String
    let key: ObjectKey
    let node: EmulatedNode
    let nodeAddress: String
    var address: String?
    /// Its container, if that is a process.
    var process: OwnedProcess?
    /// What commands have started in its container.
    var started: [OwnedProcess] = []
    /// What its node knows of it, once it has been started.
    var description: PodDescription?
    var restarts = 0
    var isEnding = false
    /// What is to happen later.
    var pending: Scheduled<Void>?
    /// How its process ended before it was seen to have.
    var failure: PodFailure?

    init(uid: String, key: ObjectKey, node: EmulatedNode, nodeAddress: String) {
      self.uid = uid
      self.key = key
      self.node = node
      self.nodeAddress = nodeAddress
    }

    /// All its processes.
    var processes: [OwnedProcess] { (process.map { [$0] } ?? []) + started }
  }

  let parts: ClusterParts
  let settings: Settings
  private let machines: [String: EmulatedNode]
  var addresses: PodAddresses
  var pods: [String: Pod] = [:]
  private lazy var arrivals = WorkQueue(on: parts.eventLoop) { [unowned self] in arrive($0) }
  private(set) var isStopping = false

  init(_ parts: ClusterParts, machines: [EmulatedNode], addresses: PodAddresses, settings: Settings) {
    self.parts = parts
    self.settings = settings
    self.addresses = addresses
    self.machines = Dictionary(machines.map { ($0.name, $0) }) { first, _ in first }
    parts.store.observe { [unowned self] change in
      guard change.type == .pod, !isStopping else { return }
      see(change)
    }
  }

  private func see(_ change: ObjectChange) {
    let pod = change.object
    if change.kind == .deleted {
      if let known = pods[pod.uid] { end(known, patience: .zero) }
    } else if pod.isBeingDeleted, let known = pods[pod.uid] {
      let grace = pod.json.at("metadata", "deletionGracePeriodSeconds")?.integer ?? 30
      end(known, patience: .seconds(grace))
    } else if pod.spec["nodeName"] != nil, pods[pod.uid] == nil, PodTemplate.isActive(pod) {
      arrivals.add(change.key)
    }
  }

  private func arrive(_ key: ObjectKey) {
    guard !isStopping, let object = parts.store.get(key), PodTemplate.isActive(object), pods[object.uid] == nil,
      let name = object.spec["nodeName"]?.string, let machine = machines[name]
    else { return }
    let node = parts.store.get(.node, "", name)
    let address = node?.status["addresses"]?.elements.first?["address"]?.string ?? "127.0.0.1"
    let pod = Pod(uid: object.uid, key: key, node: machine, nodeAddress: address)
    pods[object.uid] = pod
    guard settings.startDelay > .zero else { return start(pod) }
    report(pod, .waiting(reason: "ContainerCreating", message: nil))
    later(settings.startDelay, pod) { kubelet, pod in kubelet.start(pod) }
  }

  // MARK: Running

  func start(_ pod: Pod) {
    guard !isStopping, !pod.isEnding, let object = parts.store.get(pod.key), object.uid == pod.uid else { return }
    let container = object.spec["containers"]?.elements.first ?? .object([])
    let isOnHost = object.spec["hostNetwork"]?.bool == true
    // The address must be known before it is known whether anybody will listen on it.
    let address = isOnHost ? pod.nodeAddress : pod.address ?? addresses.loopback() ?? addresses.unreachable()
    let environment = PodEnvironment(
      store: parts.store, pod: object, podAddress: address, nodeAddress: pod.nodeAddress)
    var description = PodDescription(
      name: object.name, namespace: object.namespace,
      labels: object.labels.map { .init($0.name, $0.value.string ?? "") },
      image: container["image"]?.string ?? "",
      command: container["command"]?.elements.compactMap(\.string) ?? [],
      arguments: container["args"]?.elements.compactMap(\.string) ?? [],
      environment: environment.variables(of: container), node: pod.node, address: address, restarts: pod.restarts)
    let run = settings.runner(description)
    pod.address = address
    if !isOnHost, case .process = run {
    } else if !isOnHost {
      addresses.release(address)
      pod.address = address.hasPrefix("127.") ? addresses.unreachable() : address
    }
    description.address = pod.address ?? address
    pod.description = description
    carryOut(run, pod, object)
  }

  private func carryOut(_ run: PodRun, _ pod: Pod, _ object: KubernetesObject) {
    switch run {
    case .idles: started(pod, object)
    case .ends(let exitCode, let span):
      started(pod, object)
      later(span, pod) { kubelet, pod in kubelet.ended(pod, .exited(exitCode)) }
    case .process(let program): launch(program, pod, object)
    case .fails(.imagePull): failPull(pod, object)
    case .fails(.evicted): evict(pod)
    case .fails(let failure):
      started(pod, object)
      fail(pod, failure)
    }
  }

  private func launch(_ program: PodProgram, _ pod: Pod, _ object: KubernetesObject) {
    do throws(PodError) {
      let process = try spawn(program, pod) { kubelet, pod, _, exit in kubelet.ended(pod, exit) }
      pod.process = process
      started(pod, object)
    } catch {
      record("Failed", "Error: failed to start container: \(error)", object, isWarning: true)
      report(pod, .waiting(reason: "RunContainerError", message: error.description))
    }
  }

  /// Starts a process of a pod, whose output goes to the pod's log.
  ///
  /// - Parameter ended: is told of its end, later.
  /// - Throws: `PodError`, for example when there is no such program.
  func spawn(
    _ program: PodProgram, _ pod: Pod, ended: @escaping (Kubelet, Pod, RunningPod, PodExit) -> Void
  ) throws(PodError) -> OwnedProcess {
    let running = try PodLauncher.start(
      PodProcess(
        name: pod.key.name, program: program.program, arguments: program.arguments,
        environment: program.environment, logFile: logFile(pod.key.namespace, pod.key.name) ?? "/dev/null"))
    let bound = NIOLoopBound((self, pod, ended), eventLoop: parts.eventLoop)
    Task { [eventLoop = parts.eventLoop] in
      let exit = await running.exit()
      program.cleanUp()
      eventLoop.execute { bound.value.2(bound.value.0, bound.value.1, running, exit) }
    }
    return OwnedProcess(running: running, cleanUp: program.cleanUp)
  }

  private func started(_ pod: Pod, _ object: KubernetesObject) {
    let container = object.spec["containers"]?.elements.first?["name"]?.string ?? ""
    record("Started", "Started container \(container)", object)
    report(pod, .running)
  }

  private func failPull(_ pod: Pod, _ object: KubernetesObject) {
    let image = object.spec["containers"]?.elements.first?["image"]?.string ?? ""
    record("Failed", "Failed to pull image \"\(image)\": not found", object, isWarning: true)
    record("BackOff", "Back-off pulling image \"\(image)\"", object)
    report(pod, .waiting(reason: "ImagePullBackOff", message: "Back-off pulling image \"\(image)\""))
  }

  /// Stops everything.
  ///
  /// - Returns: the processes that are left to be ended.
  func stop() -> [OwnedProcess] {
    isStopping = true
    for pod in pods.values { pod.pending?.cancel() }  // in any order: each on its own
    return pods.values.flatMap(\.processes)
  }

  func logFile(_ namespace: String, _ name: String) -> String? {
    settings.logs.map { "\($0)/\(namespace)_\(name).log" }
  }

  func later(_ span: Duration, _ pod: Pod, _ body: @escaping (Kubelet, Pod) -> Void) {
    let bound = NIOLoopBound((self, pod, body), eventLoop: parts.eventLoop)
    pod.pending = parts.eventLoop.scheduleTask(in: TimeAmount(span)) { bound.value.2(bound.value.0, bound.value.1) }
  }

  func record(_ reason: String, _ message: String, _ object: KubernetesObject, isWarning: Bool = false) {
    parts.events.record(reason, message, about: object, .pod, from: "kubelet", isWarning: isWarning)
  }
}
