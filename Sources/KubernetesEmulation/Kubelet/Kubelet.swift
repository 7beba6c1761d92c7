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
    /// From the order to end a pod until it has gone, at least.
    var endDelay: Duration
    /// Where the machines and their pods are.
    var network: PodNetwork
    /// Called with every process that has been started.
    var started: @Sendable (RunningPod) throws -> Void
  }

  /// A node.
  struct Machine {
    /// Its number among the nodes.
    let number: Int
    let node: EmulatedNode
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
    let machine: Machine
    let nodeAddress: String
    var address: String?
    /// Whether the address is its own, to be given back when it has gone.
    var ownsAddress = false
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

    init(uid: String, key: ObjectKey, machine: Machine, nodeAddress: String) {
      self.uid = uid
      self.key = key
      self.machine = machine
      self.nodeAddress = nodeAddress
    }

    /// All its processes.
    var processes: [OwnedProcess] { (process.map { [$0] } ?? []) + started }
  }

  let parts: ClusterParts
  let settings: Settings
  private let machines: [String: Machine]
  private var silent = SilentAddresses()
  var pods: [String: Pod] = [:]
  private lazy var arrivals = WorkQueue(on: parts.eventLoop) { [unowned self] in arrive($0) }
  private(set) var isStopping = false

  init(_ parts: ClusterParts, machines: [EmulatedNode], settings: Settings) {
    self.parts = parts
    self.settings = settings
    self.machines = Dictionary(
      machines.enumerated().map { ($0.element.name, Machine(number: $0.offset, node: $0.element)) }
    ) { first, _ in first }
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
      end(known, patience: .seconds(Self.grace(of: pod)))
    } else if pod.spec["nodeName"] != nil, pods[pod.uid] == nil, PodTemplate.isActive(pod) {
      arrivals.add(change.key)
    }
  }

  /// How long a pod that is being deleted may take over its end; one that wants no time is killed at once, though the
  /// server waits for its node's word.
  private static func grace(of pod: KubernetesObject) -> Int {
    if pod.spec["terminationGracePeriodSeconds"]?.integer == 0 { return 0 }
    return pod.json.at("metadata", "deletionGracePeriodSeconds")?.integer ?? 30
  }

  private func arrive(_ key: ObjectKey) {
    guard !isStopping, let object = parts.store.get(key), PodTemplate.isActive(object), pods[object.uid] == nil,
      let name = object.spec["nodeName"]?.string, let machine = machines[name]
    else { return }
    let node = parts.store.get(.node, "", name)
    let address = node?.status["addresses"]?.elements.first?["address"]?.string ?? "127.0.0.1"
    let pod = Pod(uid: object.uid, key: key, machine: machine, nodeAddress: address)
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
    let address = isOnHost ? pod.nodeAddress : pod.address ?? takeAddress(for: pod)
    let environment = PodEnvironment(
      store: parts.store, pod: object, podAddress: address, nodeAddress: pod.nodeAddress)
    var description = PodDescription(
      name: object.name, namespace: object.namespace,
      labels: object.labels.map { .init($0.name, $0.value.string ?? "") },
      annotations: (object.json.at("metadata", "annotations")?.members ?? []).map {
        .init($0.name, $0.value.string ?? "")
      },
      image: container["image"]?.string ?? "",
      command: container["command"]?.elements.compactMap(\.string) ?? [],
      arguments: container["args"]?.elements.compactMap(\.string) ?? [],
      environment: environment.variables(of: container), node: pod.machine.node, address: address,
      restarts: pod.restarts)
    let run = settings.runner(description)
    pod.address = address
    if !run.mayListen, pod.ownsAddress {
      releaseAddress(of: pod)
      pod.address = silent.next()
    }
    description.address = pod.address ?? address
    pod.description = description
    carryOut(run, pod, object)
  }

  private func takeAddress(for pod: Pod) -> String {
    guard let address = settings.network.take(pod.machine.number) else { return silent.next() }
    pod.ownsAddress = true
    return address
  }

  /// Gives the address of a pod back, if it is the pod's own.
  func releaseAddress(of pod: Pod) {
    if pod.ownsAddress, let address = pod.address { settings.network.release(address, pod.machine.number) }
    pod.ownsAddress = false
    pod.address = nil
  }

  private func carryOut(_ run: PodRun, _ pod: Pod, _ object: KubernetesObject) {
    switch run {
    case .idles, .waitsForCommands: started(pod, object)
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
    do {
      pod.process = try spawn(program, pod) { kubelet, pod, _, exit in kubelet.ended(pod, exit) }
      started(pod, object)
    } catch {
      record("Failed", "Error: failed to start container: \(error)", object, isWarning: true)
      report(pod, .waiting(reason: "RunContainerError", message: "\(error)"))
    }
  }

  /// Starts a process of a pod on its machine; its output goes to the pod's log.
  ///
  /// - Parameter ended: is told of its end, later.
  /// - Throws: `PodError`, for example when there is no such program, and what the settings throw.
  func spawn(
    _ program: PodProgram, _ pod: Pod, ended: @escaping (Kubelet, Pod, RunningPod, PodExit) -> Void
  ) throws -> OwnedProcess {
    let program = try settings.network.placed(program, pod.machine.number)
    let running = try PodLauncher.start(
      PodProcess(
        name: pod.key.name, program: program.program, arguments: program.arguments, environment: program.environment,
        logFile: logFile(pod.key.namespace, pod.key.name) ?? "/dev/null"))
    do {
      try settings.started(running)
    } catch {
      Task { await running.kill() }
      throw error
    }
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
