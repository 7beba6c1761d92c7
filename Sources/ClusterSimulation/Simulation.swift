import Quantities
import Scheduling
import ServingModel

/// A discrete-event simulation of a cluster under a control plane, in virtual time.
///
/// The control plane is the one that a real cluster would have; this type carries out its commands and reports events.
/// Nothing here decides anything, and nothing about a serving system is a table of results: requests are queued, placed,
/// started, prefilled and decoded one step at a time.
///
/// Same inputs, same bytes out: events are ordered by time and, at the same time, by the order in which they were
/// scheduled; the requests that are known from the beginning count as scheduled before everything else. No set or
/// dictionary is ever iterated.
public struct Simulation<Source: LoadSource> {
  let cluster: SimulatedCluster
  /// Constants of each node's GPUs, looked up once.
  let constants: [GPUConstants]
  let stepTimes: [StepTimes]
  var controlPlane: any ControlPlane
  /// The clients, with what they have learned of their requests.
  public var source: Source
  var queue = EventQueue<SimulationEvent>()
  var links: SharedLinks
  /// The version of the links for which an arrival is scheduled.
  var scheduledLinkVersion = -1
  var output = ControlPlaneOutput()
  var log = RunLog()

  /// Requests that clients send or have sent; request `id` is at `id - 1`.
  var scheduled: [ScheduledRequest] = []
  /// The requests known from the beginning, as indices in the order of sending, and how many of them have been sent. They
  /// stay out of the event queue, which is the faster the fewer events are pending.
  private(set) var knownSends: [Int] = []
  private(set) var sentKnown = 0
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
  var hostStores: [HostMemoryStore<DeploymentIndex>]
  /// GPU memory held on each GPU of every node, in GB, checked against what there is.
  var heldGB: [[Int]]
  /// The position of each node's first GPU among all GPUs.
  let firstGPU: [Int]
  /// Instances with running requests on each of all GPUs.
  var busyInstances: [[InstanceID]]
  /// Workers of each deletion; empty once their pods are gone.
  var deletedPods: [[WorkerID]] = []
  /// Whether decisions and stages are logged; records of requests always are.
  let keepsEvents: Bool

  /// A simulation that has not begun.
  ///
  /// - Parameter keepsEvents: whether the log has decisions and stages, which take most of a long run's memory.
  public init(
    cluster: SimulatedCluster, controlPlane: any ControlPlane, source: Source, keepsEvents: Bool = true
  ) {
    self.cluster = cluster
    self.constants = cluster.nodes.indices.map { cluster.constants(ofNode: $0) }
    self.stepTimes = constants.map { StepTimes(of: $0) }
    self.controlPlane = controlPlane
    self.source = source
    self.links = SharedLinks(capacities: cluster.linkCapacities)
    self.hostStores = (cluster.hostStores ?? []).map { HostMemoryStore(capacity: $0) }
    self.heldGB = cluster.nodes.map { Array(repeating: 0, count: $0.type.gpuCount) }
    let gpuCounts = cluster.nodes.map(\.type.gpuCount)
    self.firstGPU = gpuCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    self.busyInstances = Array(repeating: [], count: gpuCounts.reduce(0, +))
    self.keepsEvents = keepsEvents
  }

  /// Runs until every request has ended and the time to settle is over.
  ///
  /// - Parameters:
  ///   - settle: how long the cluster goes on after the last request has ended, so that idle instances can end.
  ///   - limit: when the run stops in any case; requests still open then are recorded as unfinished.
  /// - Returns: the log of the run.
  public mutating func run(settle: Duration = .zero, limit: Timestamp) -> RunLog {
    begin()
    var end = limit
    var isSettling = false
    while let now = handleNext(until: end) {
      if !isSettling, openRequests == 0, unsentRequests == 0 {
        isSettling = true
        end = min(limit, now + settle)
      }
    }
    return finish(at: end)
  }

  /// GPU memory that is held at the end of a run, in GB over all GPUs; 0 after everything has been deleted.
  public var heldMemoryGB: Int {
    heldGB.reduce(0) { $0 + $1.reduce(0, +) }
  }

  /// Handles the next send or pending event that is not after `end`; of two at the same moment, the send.
  ///
  /// - Returns: when it was due; `nil` when there was none.
  @inline(__always)  // a call for each of millions of events shows in the benchmarks
  mutating func handleNext(until end: Timestamp) -> Timestamp? {
    guard let (now, event) = nextEvent(until: end) else { return nil }
    log.handledEvents += 1
    handle(event, at: now)
    return now
  }

  private mutating func nextEvent(until end: Timestamp) -> (time: Timestamp, event: SimulationEvent)? {
    let pending = queue.peekTime
    if sentKnown < knownSends.count {
      let index = knownSends[sentKnown]
      let sendAt = scheduled[index].sendAt
      if pending.map({ sendAt <= $0 }) ?? true {
        guard sendAt <= end else { return nil }
        sentKnown += 1
        return (sendAt, .send(index))
      }
    }
    guard let pending, pending <= end else { return nil }
    return queue.next().map { ($0.time, $0.payload) }
  }

  /// How many instances have been started so far.
  public var instanceCount: Int {
    instances.count
  }

  /// Whether requests and memory add up: checked at the end of every run in debug builds; while a run goes on,
  /// preconditions see to single requests and claims.
  var isConserved: Bool {
    let open = log.requests.count { $0.outcome == .unfinished }
    let held = workers.filter { !$0.isGone }.reduce(0) { $0 + $1.specification.claim.heldGB }
    return open == openRequests && scheduled.count == log.requests.count + unsentRequests && held == heldMemoryGB
  }

  private mutating func handle(_ event: SimulationEvent, at now: Timestamp) {
    switch event {
    case .send(let index): beginRequest(scheduled[index].request, at: now)
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
    case .podsGone(let instance, let deletion): podsGone(instance, deletion: deletion, at: now)
    case .restLoaded(let instance): notify(.restLoaded(instance), at: now)
    case .kvCacheMigrated(let instance): kvCacheHasMoved(instance, at: now)
    case .oldStageStopped(let instance): oldStageHasStopped(instance, at: now)
    case .cacheAnswered(let deployment, let node): answerCacheQuery(deployment, node: node, at: now)
    case .deferredCommands: carryOutDeferred(at: now)
    case .clientLeaves(let request): leave(request, at: now)
    }
  }

  // MARK: Clients

  /// Enters the requests that are known from the beginning.
  mutating func begin(with requests: [ScheduledRequest]) {
    for request in requests { enter(request) }
    knownSends = Array(requests.indices)
    let isSorted = zip(requests, requests.dropFirst()).allSatisfy { $0.sendAt <= $1.sendAt }
    if !isSorted {
      knownSends.sort { (requests[$0].sendAt, $0) < (requests[$1].sendAt, $1) }
    }
  }

  /// Enters requests that follow from what has happened.
  mutating func schedule(_ requests: [ScheduledRequest]) {
    for request in requests {
      enter(request)
      queue.schedule(.send(scheduled.count - 1), at: request.sendAt)
    }
  }

  mutating func enter(_ request: ScheduledRequest) {
    precondition(request.request.id == scheduled.count + 1, "requests are numbered in the order they are handed over")
    scheduled.append(request)
    recordPosition.append(0)
    unsentRequests += 1
  }

  mutating func beginRequest(_ request: Request, at now: Timestamp) {
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
  mutating func leave(_ request: RequestID, at now: Timestamp) {
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
}
