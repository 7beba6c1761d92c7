import Quantities
import ServingModel

/// Instances that the loop of a model has decided to start, while it looks for nodes that hold the model.
struct CachedStart: Sendable {
  /// Workers that are wanted and not started yet.
  var workers: Int
  /// How long the model's oldest request had waited when the loop decided.
  let waited: Duration
  /// Storage agents that have not answered.
  var missingAnswers = 0
  /// Nodes that are still to be tried, in order.
  var nodes: [Int] = []
  /// Free memory of each node's freest GPU when the answers were there.
  var freestGB: [Int] = []
  /// Instances begun on nodes that were tried.
  var begun: [InstanceID] = []

  init(workers: Int, waited: Duration) {
    self.workers = workers
    self.waited = waited
  }
}

/// Starts from host memory: nodes that hold a whole model serve it without fetching, once their storage agent has said
/// that it is still there.
extension HydraServeControlPlane {
  /// Asks every node that is noted as holding a model; the loop goes on when all have answered.
  mutating func askNodes(
    for deployment: DeploymentIndex, _ start: CachedStart, _ output: inout ControlPlaneOutput
  ) {
    var start = start
    start.missingAnswers = models[deployment].cachedOn.count
    models[deployment].cachedStart = start
    for node in models[deployment].cachedOn {
      output.commands.append(.askCache(deployment: deployment, node: node))
    }
  }

  mutating func takeCacheAnswer(
    _ deployment: DeploymentIndex, node: Int, _ answer: CacheAnswer, _ now: Timestamp,
    _ output: inout ControlPlaneOutput
  ) {
    output.decisions.append(.cacheAnswered(deployment: deployment, node: node, answer))
    if answer != .held, let position = models[deployment].cachedOn.firstIndex(of: node) {
      models[deployment].cachedOn.remove(at: position)
    }
    guard var start = models[deployment].cachedStart, start.missingAnswers > 0 else { return }
    start.missingAnswers -= 1
    if start.missingAnswers == 0 {
      start.nodes = models[deployment].cachedOn
      start.freestGB = gpus.freestGB()
    }
    models[deployment].cachedStart = start
    if start.missingAnswers == 0 {
      goOnStarting(deployment, now, &output)
    }
  }

  /// Starts instances on the nodes that hold the model, then the others.
  mutating func goOnStarting(_ deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard var start = models[deployment].cachedStart, start.missingAnswers == 0 else { return }
    let memory = PlacementQuery.memoryOfWholeModelGB(ofSizeGB: deployments[deployment].schedulerSizeGB)
    while start.workers > 0, let node = start.nodes.first {
      let free = configuration.rules.claimsCachedNodeTwice ? start.freestGB[node] : gpus.freestGB(ofNode: node)
      if free >= memory {
        guard let instance = startFromHostMemory(deployment, node: node, memoryGB: memory, now, &output) else {
          models[deployment].cachedStart = start
          output.commands.append(.setTimer(.cachedStart(deployment), at: now + configuration.cachedClaimPeriod))
          return
        }
        start.begun.append(instance)
        start.workers -= 1
      }
      start.nodes.removeFirst()
    }
    models[deployment].cachedStart = nil
    startInstances(of: deployment, start, after: start.begun, now, &output)
    if models[deployment].awaitedColdStarts.isEmpty, !models[deployment].loopIsDue {
      // The nodes are asked again: what they hold, or room on a running instance, may have changed meanwhile.
      models[deployment].loopIsDue = true
      output.commands.append(.setTimer(.modelLoop(deployment), at: now + configuration.cachedRetryPause))
    }
  }

  private mutating func startFromHostMemory(
    _ deployment: DeploymentIndex, node: Int, memoryGB: Int, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) -> InstanceID? {
    let plan = PlacementPlan(nodes: [node], memoryGB: [memoryGB], gbps: [0], willConsolidate: false)
    guard let claimed = gpus.claim(nodes: plan.nodes, memoryGB: plan.memoryGB) else { return nil }
    let instance = addInstance(deployment, plan: plan, claimed: claimed, networkClaims: [], now)
    output.decisions.append(contentsOf: [
      .instanceCreated(instance, deployment: deployment, pipelineSize: 1, willConsolidate: false),
      .podsRequested(instance, deployment: deployment, plan: plan, claims: claimed),
    ])
    order(instance, of: deployment, source: .hostMemory, &output)
    return instance
  }

  /// Notes that a node fetches a whole model, which its storage agent will keep.
  mutating func noteCache(_ deployment: DeploymentIndex, plan: PlacementPlan, _ output: inout ControlPlaneOutput) {
    guard configuration.usesHostMemoryCache, plan.pipelineSize == 1, let node = plan.nodes.first else { return }
    if configuration.rules.claimsCachedNodeTwice || !models[deployment].cachedOn.contains(node) {
      models[deployment].cachedOn.append(node)
    }
    output.decisions.append(.cacheNoted(deployment: deployment, node: node))
  }
}
