import Quantities
import Scheduling
import ServingModel

/// Something that is due at a moment of virtual time.
enum SimulationEvent: Sendable {
  /// A client sends a request: an index into the list of scheduled ones.
  case send(Int)
  /// A timer of the control plane goes off.
  case control(ControlPlaneTimer)
  /// Every pod of an instance has an address.
  case podsHaveAddresses(InstanceID)
  /// A worker's start has come to its end: its process runs with libraries and CUDA context.
  case workerStarted(WorkerID)
  /// A worker's weights are on its GPU.
  case weightsLoaded(WorkerID)
  /// A worker's engine runs.
  case engineRuns(WorkerID)
  /// The stages of an instance are connected.
  case pipelineConnected(InstanceID)
  /// The earliest flow has arrived, unless rates have changed since.
  case flowArrived(version: Int)
  /// A step of an instance's engine ends, unless the engine has been stopped since.
  case stepEnded(InstanceID)
  /// A token reaches the client: the first one of a request, or the last one.
  case firstTokenDelivered(RequestID)
  case answerDelivered(RequestID)
  /// Pods of an instance are gone.
  case podsGone(InstanceID, workers: [WorkerID])
  /// The worker that is to become an instance has the rest of its model, or was deleted meanwhile.
  case restLoaded(InstanceID)
  /// The KV cache of an instance's requests is on its first worker.
  case kvCacheMigrated(InstanceID)
  /// The worker that is to become an instance no longer serves its old stage.
  case oldStageStopped(InstanceID)
  /// A storage agent answers whether it holds a model.
  case cacheAnswered(DeploymentIndex, node: Int)
  /// The control plane has time for the commands that have waited longest.
  case deferredCommands
  /// A client has lost its patience.
  case clientLeaves(RequestID)
}

/// A discrete-event simulation of a cluster under a control plane, in virtual time.
///
/// The control plane is the one that a real cluster would have; this type carries out its commands and reports events.
/// Nothing here decides anything, and nothing about a serving system is a table of results: requests are queued, placed,
/// started, prefilled and decoded one step at a time.
///
/// Same inputs, same bytes out: events are ordered by time and, at the same time, by the order in which they were
/// scheduled; no set or dictionary is ever iterated.
public struct Simulation<Source: LoadSource> {
  let cluster: SimulatedCluster
  /// Constants of each node's GPUs, looked up once.
  let constants: [GPUConstants]
  let stepTimes: [StepTimes]
  var controlPlane: any ControlPlane
  var source: Source
  var queue = EventQueue<SimulationEvent>()
  var links: SharedLinks
  /// The version of the links for which an arrival is scheduled.
  var scheduledLinkVersion = -1
  var output = ControlPlaneOutput()
  var log = RunLog()

  /// Requests that clients send or have sent; request `id` is at `id - 1`.
  var scheduled: [ScheduledRequest] = []
  /// Where each request's record is in the log; 0 before it is sent, else position + 1.
  var recordPosition: [Int] = []
  var openRequests = 0
  var unsentRequests = 0

  var instances: [SimulatedInstance] = []
  var workers: [SimulatedWorker] = []
  /// Fetches that are under way, by flow.
  var fetches = FetchTable()
  /// KV caches that are under way, oldest first.
  var migrations: [(flow: FlowID, instance: InstanceID)] = []
  var deferred = DeferredCommands()
  /// What each node's host memory holds.
  var hostStores: [HostMemoryStore<String>]
  /// GPU memory held on each GPU of every node, in GB, checked against what there is.
  var heldGB: [[Int]]
  /// Instances with running requests on each GPU of every node.
  var busyInstances: [[Int]]

  /// A simulation that has not begun.
  public init(cluster: SimulatedCluster, controlPlane: any ControlPlane, source: Source) {
    self.cluster = cluster
    self.constants = cluster.nodes.indices.map { cluster.constants(ofNode: $0) }
    self.stepTimes = constants.map { StepTimes(of: $0) }
    self.controlPlane = controlPlane
    self.source = source
    self.links = SharedLinks(capacities: cluster.linkCapacities)
    self.hostStores = (cluster.hostStores ?? []).map { HostMemoryStore(capacity: $0) }
    self.heldGB = cluster.nodes.map { Array(repeating: 0, count: $0.type.gpuCount) }
    self.busyInstances = heldGB
  }

  /// Runs until every request has ended and the time to settle is over.
  ///
  /// - Parameters:
  ///   - settle: how long the cluster goes on after the last request has ended, so that idle instances can end.
  ///   - limit: when the run stops in any case; requests still open then are recorded as unfinished.
  /// - Returns: the log of the run.
  public mutating func run(settle: Duration = .zero, limit: Timestamp) -> RunLog {
    notify(.started, at: .zero)
    schedule(source.begin())
    var end = limit
    var isSettling = false
    while let time = queue.peekTime, time <= end, let (now, event) = queue.next() {
      log.handledEvents += 1
      handle(event, at: now)
      if !isSettling, openRequests == 0, unsentRequests == 0 {
        isSettling = true
        end = min(limit, now + settle)
      }
    }
    log.end = end
    assert(isConserved, "every request that was sent is open or has ended, and no memory is held twice")
    return log
  }

  /// GPU memory that is held at the end of a run, in GB over all GPUs; 0 after everything has been deleted.
  public var heldMemoryGB: Int {
    heldGB.reduce(0) { $0 + $1.reduce(0, +) }
  }

  /// Whether requests and memory add up: checked at the end of every run in debug builds; while a run goes on,
  /// preconditions see to single requests and claims.
  private var isConserved: Bool {
    let open = log.requests.count { $0.outcome == .unfinished }
    let held = workers.filter { !$0.isGone }.reduce(0) { $0 + $1.specification.claim.heldGB }
    return open == openRequests && scheduled.count == log.requests.count + unsentRequests && held == heldMemoryGB
  }

  private mutating func handle(_ event: SimulationEvent, at now: Timestamp) {
    switch event {
    case .send(let index): send(scheduled[index].request, at: now)
    case .control(let timer): notify(.timer(timer), at: now)
    case .podsHaveAddresses(let instance): notify(.podsHaveAddresses(instance), at: now)
    case .workerStarted(let worker): workerStarted(worker, at: now)
    case .weightsLoaded(let worker): weightsLoaded(worker, at: now)
    case .engineRuns(let worker): engineRuns(worker, at: now)
    case .pipelineConnected(let instance): pipelineConnected(instance, at: now)
    case .flowArrived(let version): flowArrived(version: version, at: now)
    case .stepEnded(let instance): stepEnded(instance, at: now)
    case .firstTokenDelivered(let request): deliverFirstToken(of: request, at: now)
    case .answerDelivered(let request): deliverAnswer(of: request, at: now)
    case .podsGone(let instance, let gone): podsGone(instance, workers: gone, at: now)
    case .restLoaded(let instance): notify(.restLoaded(instance), at: now)
    case .kvCacheMigrated(let instance): kvCacheHasMoved(instance, at: now)
    case .oldStageStopped(let instance): oldStageHasStopped(instance, at: now)
    case .cacheAnswered(let deployment, let node): answerCacheQuery(deployment, node: node, at: now)
    case .deferredCommands: carryOutDeferred(at: now)
    case .clientLeaves(let request): leave(request, at: now)
    }
  }

  // MARK: Clients

  mutating func schedule(_ requests: [ScheduledRequest]) {
    for request in requests {
      precondition(request.request.id == scheduled.count + 1, "requests are numbered in the order they are handed over")
      scheduled.append(request)
      recordPosition.append(0)
      unsentRequests += 1
      queue.schedule(.send(scheduled.count - 1), at: request.sendAt)
    }
  }

  private mutating func send(_ request: Request, at now: Timestamp) {
    unsentRequests -= 1
    openRequests += 1
    log.requests.append(RequestRecord(request: request, sentAt: now))
    recordPosition[request.id - 1] = log.requests.count
    if let patience = scheduled[request.id - 1].patience {
      queue.schedule(.clientLeaves(request.id), at: now + patience)
    }
    notify(.requestArrived(request.id, deployment: request.deployment), at: now)
  }

  /// A client that still waits for its answer goes away.
  private mutating func leave(_ request: RequestID, at now: Timestamp) {
    guard log.requests[recordPosition[request - 1] - 1].outcome == .unfinished else { return }
    endRequest(request, .cancelled, at: now)
    notify(.clientLeft(request), at: now)
  }

  /// A token that is on its way when its client leaves reaches nobody.
  private mutating func deliverFirstToken(of request: RequestID, at now: Timestamp) {
    let record = recordPosition[request - 1] - 1
    guard log.requests[record].outcome == .unfinished else { return }
    precondition(log.requests[record].firstTokenAt == nil, "one first token for each request")
    log.requests[record].firstTokenAt = now
  }

  private mutating func deliverAnswer(of request: RequestID, at now: Timestamp) {
    guard log.requests[recordPosition[request - 1] - 1].outcome == .unfinished else { return }
    log.deliveredTokens += scheduled[request - 1].request.outputTokens
    endRequest(request, .completed, at: now)
  }

  mutating func endRequest(_ request: RequestID, _ outcome: RequestOutcome, at now: Timestamp) {
    let record = recordPosition[request - 1] - 1
    precondition(log.requests[record].outcome == .unfinished, "a request ends once")
    openRequests -= 1
    log.requests[record].finishedAt = now
    log.requests[record].outcome = outcome
    schedule(source.requestEnded(log.requests[record], at: now))
  }

  // MARK: The control plane

  /// Reports an event to the control plane and carries out what it commands.
  mutating func notify(_ event: ControlPlaneEvent, at now: Timestamp) {
    output.removeAll()
    controlPlane.handle(event, at: now, into: &output)
    for decision in output.decisions {
      log.events.append(.decision(decision, at: now))
      noteColdStart(decision, at: now)
    }
    guard let work = cluster.controlPlaneWork else {
      for command in output.commands { carryOut(command, at: now) }
      return
    }
    carryOut(output.commands, whenTimeAllows: work, at: now)
  }

  // MARK: A control plane that does one thing at a time

  /// Carries out the commands that follow from one event, at once or when the control plane has done what came before.
  ///
  /// Timers are set in any case: they belong to nobody's work.
  private mutating func carryOut(_ commands: [Command], whenTimeAllows work: ControlPlaneWork, at now: Timestamp) {
    let start = max(now, deferred.busyUntil)
    var waiting: [Command] = []
    var length = Duration.zero
    let isFree = start == now && deferred.isEmpty
    for command in commands {
      length += work.duration(of: command)
      if case .setTimer = command {
        carryOut(command, at: now)
      } else if isFree {
        carryOut(command, at: now)
      } else {
        waiting.append(command)
      }
    }
    deferred.occupy(from: start, for: length)
    guard !waiting.isEmpty else { return }
    deferred.add(waiting)
    queue.schedule(.deferredCommands, at: start)
  }

  private mutating func carryOutDeferred(at now: Timestamp) {
    for command in deferred.next() { carryOut(command, at: now) }
  }

  /// Marks the requests that met an instance which could not serve yet when they were sent.
  private mutating func noteColdStart(_ decision: Decision, at now: Timestamp) {
    guard case .requestAllocated(let request, let instance, _, _, _) = decision else { return }
    let record = recordPosition[request - 1] - 1
    guard let readyAt = instances[instance].readyAt else { preconditionFailure("only ready instances serve") }
    log.requests[record].metColdStart = readyAt > log.requests[record].sentAt
  }

  private mutating func carryOut(_ command: Command, at now: Timestamp) {
    switch command {
    case .setTimer(let timer, let time): queue.schedule(.control(timer), at: time)
    case .createPods(let instance, let deployment, let workers):
      createPods(instance, deployment: deployment, workers, at: now)
    case .prefetch(let instance, _, let rank, _, _): prefetch(instance, rank: rank, at: now)
    case .initialise(let instance): initialise(instance, at: now)
    case .forward(let request, let instance): forward(request, to: instance, at: now)
    case .abandon(let request, let instance): abandon(request, on: instance, at: now)
    case .deletePods(let instance, let deleted): deletePods(instance, workers: deleted, at: now)
    case .loadRest(let instance, _, let worker): loadRest(instance, worker: worker, at: now)
    case .migrate(let instance, _): migrate(instance, at: now)
    case .stopOldStage(let instance, let worker): stopOldStage(instance, worker: worker, at: now)
    case .askCache(let deployment, let node): askCache(deployment, node: node, at: now)
    case .answerWithError(let request, let reason): endRequest(request, .failed(reason), at: now)
    }
  }
}
