import NIOCore
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// Drives a control plane in real time: requests, timers and reports of a cluster become its events, one after the other
/// on one event loop, and its commands go to the cluster.
///
/// It is the same control plane as in the simulation; only the clock and the cluster are real.
final class ControlPlaneDriver {
  let eventLoop: any EventLoop
  let clock: LiveClock
  let deployments: [ModelDeployment]
  private var controlPlane: any ControlPlane
  private var cluster: (any LiveCluster)?
  private let noted: (RunEvent) -> Void
  private var output = ControlPlaneOutput()
  private var waiting: [ControlPlaneEvent] = []
  private var isHandling = false
  private var lastEventAt = Timestamp.zero
  private var requests: [RequestID: LiveRequest] = [:]
  private var requestCount = 0
  private(set) var metrics: ControllerMetrics

  /// - Parameter noted: called with each decision when it is made, and with each stage of a cold start that has ended.
  init(
    controlPlane: any ControlPlane, deployments: [ModelDeployment], nodes: [GPUServer], clock: LiveClock,
    eventLoop: any EventLoop, noted: @escaping (RunEvent) -> Void
  ) {
    self.controlPlane = controlPlane
    self.deployments = deployments
    self.clock = clock
    self.eventLoop = eventLoop
    self.noted = noted
    metrics = ControllerMetrics(nodes: nodes)
  }

  /// Begins with a cluster that is up.
  func start(on cluster: any LiveCluster) {
    self.cluster = cluster
    report(.started)
  }

  /// Lets go of the cluster: nothing is commanded any more, and every request that is left fails.
  func stop() {
    cluster = nil
    for id in requests.keys.sorted() { fail(id, reason: "The server stops.") }
  }

  // MARK: Clients

  /// Takes a request in.
  ///
  /// - Returns: its number.
  func take(_ request: (_ id: RequestID, _ now: Timestamp) -> LiveRequest) -> RequestID {
    requestCount += 1
    let live = request(requestCount, clock.now)
    requests[live.id] = live
    metrics.requestArrived()
    report(.requestArrived(live.id, deployment: live.deployment))
    return live.id
  }

  /// The client of a request has gone.
  func clientLeft(_ id: RequestID) {
    guard let request = requests.removeValue(forKey: id) else { return }
    metrics.requestEnded(.cancelled, wasWaiting: request.firstTokenAt == nil)
    report(.clientLeft(id))
  }

  // MARK: The cluster

  /// Takes in what a cluster reports.
  func take(_ report: ClusterReport) {
    switch report {
    case .event(let event): self.report(event)
    case .stage(let interval): noted(.stage(interval))
    case .text(let id, let text, let age): pass(text, to: id, age: age)
    case .finished(let id, let promptTokens, let completionTokens, let reason):
      finish(id, TokenUsage(promptTokens: promptTokens, completionTokens: completionTokens), reason)
    case .lost(let id, let reason): lose(id, reason: reason)
    }
  }

  private func pass(_ text: String, to id: RequestID, age: Duration) {
    guard !text.isEmpty, let request = requests[id] else { return }
    guard request.answer.write(text, age: age / clock.timeScale / .seconds(1)) else {
      fail(id, reason: "The answer has more than \(ClientAnswer.mostBytes) bytes; ask for a stream, or for less.")
      return report(.clientLeft(id))
    }
    guard request.firstTokenAt == nil, requests[id] != nil else { return }
    let madeAt = clock.now + (.zero - age)
    requests[id]?.firstTokenAt = madeAt
    metrics.firstToken(after: madeAt - request.arrivedAt)
    report(.firstToken(id))
  }

  private func finish(_ id: RequestID, _ usage: TokenUsage, _ reason: String) {
    guard let request = requests.removeValue(forKey: id) else { return }
    request.answer.finish(usage, reason: reason)
    if let first = request.firstTokenAt, usage.completionTokens > 1 {
      metrics.decoded(each: (clock.now - first) / (usage.completionTokens - 1))
    }
    metrics.requestEnded(.completed, wasWaiting: request.firstTokenAt == nil)
    report(.requestFinished(id, tokens: usage.completionTokens))
  }

  /// An instance died under a request. As long as its client has seen nothing of the answer, another may give it.
  private func lose(_ id: RequestID, reason: String) {
    guard let request = requests[id] else { return }
    requests[id]?.isToBeRetried = request.firstTokenAt == nil && request.attempts < LiveRequest.mostAttempts
    report(.requestFailed(id, reason: reason))
  }

  // MARK: The control plane

  /// Hands an event to the control plane once it has handled those before, and carries out what follows.
  private func report(_ event: ControlPlaneEvent) {
    waiting.append(event)
    guard !isHandling else { return }
    isHandling = true
    var next = 0
    while next < waiting.count {
      if cluster != nil { handle(waiting[next]) }
      next += 1
    }
    waiting.removeAll(keepingCapacity: true)
    isHandling = false
  }

  private func handle(_ event: ControlPlaneEvent) {
    let now = max(clock.now, lastEventAt)
    lastEventAt = now
    metrics.note(event)
    output.removeAll()
    controlPlane.handle(event, at: now, into: &output)
    for decision in output.decisions {
      metrics.note(decision)
      cluster?.note(decision)
      noted(.decision(decision, at: now))
    }
    for command in output.commands { carryOut(command) }
  }

  private func carryOut(_ command: Command) {
    switch command {
    case .setTimer(let timer, let time):
      eventLoop.assumeIsolated().scheduleTask(deadline: clock.deadline(of: time)) { [self] in report(.timer(timer)) }
    case .answerWithError(let id, let reason): answerWithError(id, reason: reason)
    case .forward(let id, let instance):
      if let request = requests[id] { cluster?.forward(request, to: instance) }
    default: cluster?.carryOut(command)
    }
  }

  private func answerWithError(_ id: RequestID, reason: String) {
    guard let request = requests[id] else { return }
    guard request.isToBeRetried else { return fail(id, reason: reason) }
    requests[id]?.isToBeRetried = false
    requests[id]?.attempts += 1
    metrics.requestRetried()
    report(.requestArrived(id, deployment: request.deployment))
  }

  private func fail(_ id: RequestID, reason: String) {
    guard let request = requests.removeValue(forKey: id) else { return }
    request.answer.fail(reason)
    metrics.requestEnded(.failed(reason), wasWaiting: request.firstTokenAt == nil)
  }
}
