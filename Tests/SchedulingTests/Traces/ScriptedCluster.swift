import GoldenData
import Quantities
import ServingModel

@testable import Scheduling

/// A cluster of fixed latencies under a virtual clock, as the recorded control plane was driven.
///
/// Its log is in the words of the recorded traces, so the two can be laid side by side.
struct ScriptedCluster {
  private struct HeldModel: Hashable {
    let deployment: DeploymentIndex
    let node: Int
  }

  private enum Happening {
    case event(ControlPlaneEvent)
    case arrival(TraceCase.ScriptedRequest)
    case firstToken(TraceCase.ScriptedRequest)
    case done(TraceCase.ScriptedRequest)
    /// A message to a storage agent goes out, after everything else that is due at the moment.
    case fetchMessage(store: Int, DeploymentIndex, rank: Int, size: Int, isRest: Bool)
  }

  private let scenario: TraceCase
  private let breaksLoadTiesBackwards: Bool
  private(set) var controlPlane: HydraServeControlPlane
  private(set) var log: [TraceEvent] = []
  private(set) var now = Timestamp.zero
  private var pending: [(time: Timestamp, happening: Happening)] = []
  private var arrivals: [RequestID: Timestamp] = [:]
  private var firstTokens: [RequestID: Timestamp] = [:]
  private var freeGB: [[Int]]
  private var heldByPod: [String: GPUClaim] = [:]
  /// Models that storage agents hold: those that were fetched whole.
  private var held: Set<HeldModel> = []
  private var pipelineSizes: [InstanceID: Int] = [:]
  /// Instances that a request of a failed or departed client was on.
  private(set) var instancesOfBrokenRequests: Set<InstanceID> = []

  /// - Parameter breaksLoadTiesBackwards: whether, of workers that have the rest of their model at the same moment, the
  ///   one that was asked last comes first.
  init(_ scenario: TraceCase, controlPlane: HydraServeControlPlane, breaksLoadTiesBackwards: Bool) {
    self.scenario = scenario
    self.breaksLoadTiesBackwards = breaksLoadTiesBackwards
    self.controlPlane = controlPlane
    self.freeGB = controlPlane.freeMemoryGB
  }

  mutating func run() {
    for request in scenario.requests { schedule(.arrival(request), at: request.time) }
    while let next = pending.first, next.time <= scenario.end {
      pending.removeFirst()
      now = next.time
      handle(next.happening)
    }
    now = scenario.end
    note("end")
  }

  private mutating func schedule(_ happening: Happening, at time: Timestamp, first: Bool = false) {
    let position = pending.firstIndex { first ? $0.time >= time : $0.time > time } ?? pending.count
    pending.insert((time, happening), at: position)
  }

  private mutating func note(_ name: String, _ fields: [String: JSONValue] = [:]) {
    log.append(TraceEvent(now.inSeconds, name, fields))
  }

  private mutating func handle(_ happening: Happening) {
    switch happening {
    case .event(let event): tell(event)
    case .fetchMessage(let store, let model, let rank, let size, let isRest):
      noteFetch(store: store, model, rank: rank, size: size, isRest: isRest)
    case .arrival(let request):
      arrivals[request.id] = now
      note("request", ["request": .number(Double(request.id)), "model": name(of: request.deployment)])
      tell(.requestArrived(request.id, deployment: request.deployment))
    case .firstToken(let request):
      firstTokens[request.id] = now
      tell(.firstToken(request.id))
      if request.isAbandonedAfterFirstToken {
        noteDone(request, tokens: .null)
        tell(.clientLeft(request.id))
      }
    case .done(let request):
      noteDone(request, tokens: .number(Double(request.tokens)))
      tell(.requestFinished(request.id, tokens: request.tokens))
    }
  }

  private mutating func noteDone(_ request: TraceCase.ScriptedRequest, tokens: JSONValue) {
    let ttft = (firstTokens[request.id] ?? now) - (arrivals[request.id] ?? now)
    note(
      "request_done",
      ["request": .number(Double(request.id)), "ttft": .number(ttft.inSeconds), "tokens": tokens])
  }

  private mutating func tell(_ event: ControlPlaneEvent) {
    var output = ControlPlaneOutput()
    controlPlane.handle(event, at: now, into: &output)
    for decision in output.decisions { note(decision) }
    for command in output.commands { carryOut(command) }
  }

  // MARK: Commands

  private mutating func carryOut(_ command: Command) {
    switch command {
    case .createPods(let instance, _, _):
      schedule(.event(.podsHaveAddresses(instance)), at: now + scenario.latencies.createPods)
    case .initialise(let instance):
      let size = pipelineSizes[instance] ?? 1
      for rank in 0..<size {
        schedule(
          .event(.workerInitialised(instance, rank: rank)),
          at: now + (scenario.latencies.initialise[size] ?? .zero))
      }
    case .forward(let id, let instance):
      guard let request = scenario.requests.first(where: { $0.id == id }) else { return }
      if request.fails || request.isAbandonedAfterFirstToken { instancesOfBrokenRequests.insert(instance) }
      if request.fails {
        schedule(.event(.requestFailed(id, reason: "the engine call raised")), at: now)
      } else {
        let first = now + request.prefill
        schedule(.firstToken(request), at: first)
        if !request.isAbandonedAfterFirstToken {
          schedule(.done(request), at: first + scenario.latencies.timePerOutputToken * (request.tokens - 1))
        }
      }
    case .deletePods(let instance, let workers):
      schedule(.event(.podsGone(instance, workers: workers)), at: now + Self.polled(scenario.latencies.deletePod))
    case .loadRest(let instance, _, _):
      let loaded = now + scenario.latencies.loadRest
      schedule(.event(.restLoaded(instance)), at: loaded, first: breaksLoadTiesBackwards)
    case .migrate(let instance, _):
      schedule(.event(.kvCacheMigrated(instance)), at: now + scenario.latencies.migrate)
    case .stopOldStage(let instance, _):
      schedule(.event(.oldStageStopped(instance)), at: now + scenario.latencies.stopOrigin)
    case .askCache(let deployment, let node):
      let answer = answerOfStorage(to: deployment, node: node, at: now + scenario.latencies.cacheQuery)
      schedule(
        .event(.cacheAnswered(deployment: deployment, node: node, answer)),
        at: now + scenario.latencies.cacheQuery)
    case .answerWithError(let request, _):
      note("request_failed", ["request": .number(Double(request))])
    case .setTimer(let timer, let time): schedule(.event(.timer(timer)), at: time)
    case .prefetch(_, let model, let rank, let size, let node):
      if size == 1 { held.insert(HeldModel(deployment: model, node: node)) }
      schedule(.fetchMessage(store: node, model, rank: rank, size: size, isRest: false), at: now)
    case .abandon: break
    }
  }

  /// A deleted pod is looked for every 0.1 s.
  private static func polled(_ latency: Duration) -> Duration {
    .milliseconds(100) * Int((latency.inSeconds / 0.1).rounded(.up))
  }

  // MARK: The log

  private func name(of deployment: DeploymentIndex) -> JSONValue {
    .string(scenario.deployments[deployment].name.description)
  }

  private static func numbers(_ values: [Int]) -> JSONValue {
    .array(values.map { .number(Double($0)) })
  }

  private var freeMemory: JSONValue {
    .array(freeGB.map(Self.numbers))
  }

  private mutating func note(_ decision: Decision) {
    switch decision {
    case .instanceCreated(let instance, let model, let size, let willConsolidate):
      pipelineSizes[instance] = size
      note(
        "instance_created",
        [
          "instance": .number(Double(instance)), "model": name(of: model), "pp": .number(Double(size)),
          "will_scale_down": .bool(willConsolidate),
        ])
    case .networkClaimed(let nodes, let sizeGB, let slo):
      note("net_claim", ["nodes": Self.numbers(nodes), "size_gb": .number(sizeGB), "slo_ms": .number(slo)])
    case .networkReleased(let nodes): note("net_release", ["nodes": Self.numbers(nodes)])
    case .podsRequested(_, let model, let plan, let claims):
      notePods(model, plan, claims)
    case .instanceReady(let instance, let model, let pods):
      note(
        "instance_ready",
        [
          "instance": .number(Double(instance)), "model": name(of: model), "pp": .number(Double(pods.count)),
          "pods": .array(pods.map { .string($0) }),
        ])
    case .costAdded(_, let memory): note("cost_add", ["mem": Self.numbers(memory)])
    case .costRemoved(_, let memory): note("cost_remove", ["mem": Self.numbers(memory)])
    case .requestAllocated(let request, let instance, let waited, let size, let runningBefore):
      note(
        "allocate",
        [
          "request": .number(Double(request)), "instance": .number(Double(instance)),
          "waiting": .number(waited.inSeconds), "pp": .number(Double(size)),
          "load_before": .number(Double(runningBefore + 1)),  // the published counter includes a guard of one
        ])
    case .instanceLoopStarted: note("instance_loop_started")
    case .releaseStarted(_, let pods):
      note("release_start", ["pods": .array(pods.map { .string($0) })])
      for pod in pods { note("delete_pod", ["pod": .string(pod)]) }
    case .releaseFinished(_, let pods):
      for claim in pods.compactMap({ heldByPod[$0] }) { freeGB[claim.node][claim.gpu] += claim.heldGB }
      note("release_done", ["pods": .array(pods.map { .string($0) }), "free_mem": freeMemory])
    case .instanceFailed(let instance, _, let reason):
      note("instance_failed", ["instance": .number(Double(instance)), "reason": .string(reason)])
    case .consolidationStarted, .restRequested, .networkClaimedExclusively, .migrationRequested,
      .oldStageStopRequested, .consolidationEnded, .cacheNoted, .cacheAnswered:
      noteConsolidationOrCache(decision)
    }
  }

  private mutating func noteConsolidationOrCache(_ decision: Decision) {
    switch decision {
    case .consolidationStarted(let instance, let size, let memory):
      note(
        "scale_down_start",
        ["instance": .number(Double(instance)), "pp": .number(Double(size)), "mem": Self.numbers(memory)])
    case .consolidationEnded(let instance, let size, let wasDeleted):
      note(
        "scale_down_end",
        ["instance": .number(Double(instance)), "pp": .number(Double(size)), "deleted": .bool(wasDeleted)])
    case .restRequested(_, let model, let pod, let rank, let size, let node):
      noteCall(
        "utils/dest", pod,
        [
          "dest_pp_rank": .string("0"), "ip_list": .array([.string("ip-\(pod)")]),
          "origin_ranks": .object(["0": .string("\(rank)")]),
        ])
      schedule(.fetchMessage(store: node, model, rank: rank, size: size, isRest: true), at: now)
    case .networkClaimedExclusively(let nodes): note("net_exclusive", ["nodes": Self.numbers(nodes)])
    case .migrationRequested(_, let pod, let requests):
      noteCall("utils/migration", pod, ["num_coldstart_reqs": .string("\(requests)")])
    case .oldStageStopRequested(_, let pod):
      noteCall("utils/stop_origin_serve", pod, ["shutdown": .string("true")])
    case .cacheNoted(let model, let node):
      note("cache_add", ["model": name(of: model), "node": .number(Double(node))])
    case .cacheAnswered(let model, let node, let answer):
      let number: Double = answer == .held ? 3 : answer == .evicted ? 1 : 2
      note(
        "cache_query", ["store": .string("store-\(node)"), "model": name(of: model), "answer": .number(number)])
    default: break
    }
  }

  private mutating func noteFetch(store node: Int, _ model: DeploymentIndex, rank: Int, size: Int, isRest: Bool) {
    note(
      "fetch_request",
      [
        "store": .string("store-\(node)"), "model": name(of: model), "rank": .number(Double(rank)),
        "pp": .number(Double(size)), "rest": .bool(isRest),
      ])
  }

  private mutating func noteCall(_ path: String, _ pod: String, _ payload: [String: JSONValue]) {
    note("worker_call", ["path": .string(path), "ip": .string("ip-\(pod)"), "payload": .object(payload)])
  }

  /// A storage agent holds what was fetched whole on its node, but for the windows in which the scenario evicts it.
  private func answerOfStorage(to deployment: DeploymentIndex, node: Int, at time: Timestamp) -> CacheAnswer {
    guard held.contains(HeldModel(deployment: deployment, node: node)) else { return .unknown }
    let model = scenario.deployments[deployment].name.description
    let isEvicted = scenario.evictions.contains {
      $0.model == model && $0.node == node && $0.from <= time && time < $0.to
    }
    return isEvicted ? .evicted : .held
  }

  private mutating func notePods(
    _ model: DeploymentIndex, _ plan: PlacementPlan, _ claims: [GPUClaim]
  ) {
    for claim in claims { heldByPod[claim.podName] = claim }
    for claim in claims { freeGB[claim.node][claim.gpu] -= claim.heldGB }
    note(
      "create_pods",
      [
        "model": name(of: model), "nodes": Self.numbers(plan.nodes), "gpu_mem": Self.numbers(plan.memoryGB),
        "net_usage": .array(plan.gbps.map { .number($0) }), "pp": .number(Double(plan.pipelineSize)),
        "will_scale_down": .bool(plan.willConsolidate), "pods": .array(claims.map { .string($0.podName) }),
        "gpus": Self.numbers(claims.map(\.gpu)), "used_mem": Self.numbers(claims.map(\.heldGB)),
        "free_mem": freeMemory,
      ])
  }
}
