import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// The commands of a policy's program: each is checked, noted and passed on, or refused.
extension PolicyBooks {
  /// The names of the commands.
  static let commands = [
    "create_pods", "prefetch", "initialise", "forward", "abandon", "delete_pods", "ask_cache", "answer_with_error",
    "set_timer",
  ]

  /// Carries a command out.
  mutating func carryOut(
    _ order: PolicyAnswer.Order, at now: Timestamp, into output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    switch order.name {
    case "create_pods": try createPods(order, now, &output)
    case "prefetch": try prefetch(order, now, &output)
    case "initialise": try initialise(order, &output)
    case "forward": try forward(order, now, &output)
    case "abandon": try abandon(order, &output)
    case "delete_pods": try deletePods(order, &output)
    case "ask_cache": try askCache(order, &output)
    case "answer_with_error": try answerWithError(order, &output)
    case "set_timer": try setTimer(order, now, &output)
    default:
      throw .nonsense(
        reason: "there is no command `\(order.name)`; allowed: \(Self.commands.joined(separator: ", ")).")
    }
  }

  // MARK: Instances

  private mutating func createPods(
    _ order: PolicyAnswer.Order, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    let instance = try order.number("instance")
    guard instance == instances.count else {
      throw order.impossible("instances are numbered in the order of creation; the next one is \(instances.count).")
    }
    let deployment = try model(of: order)
    let stages = try order.list("workers")
    guard (1...settings.maxPipelineSize).contains(stages.count) else {
      throw order.impossible("an instance has 1 to \(settings.maxPipelineSize) workers.")
    }
    let stageGB = (settings.deployments[deployment].schedulerSizeGB + stages.count - 1) / stages.count
    var plan = PlacementPlan(nodes: [], memoryGB: [], gbps: [], willConsolidate: false)
    var sources: [WeightSource] = []
    for stage in stages {
      let node = try self.node(stage["node"]?.integer, order)
      let whole = settings.nodes[node].type.gpuMemoryGB
      guard let memory = takesWholeGPUs ? whole : stage["memory_gb"]?.integer, memory >= stageGB, memory <= whole else {
        throw order.impossible("a worker needs `memory_gb` from \(stageGB), its share of the model, to \(whole).")
      }
      plan.nodes.append(node)
      plan.memoryGB.append(memory)
      plan.gbps.append(0)
      sources.append(try source(stage["source"], stages: stages.count, order))
    }
    guard let claims = gpus.claim(nodes: plan.nodes, memoryGB: plan.memoryGB) else {
      throw order.impossible("no GPU of such a node has so much memory free; `free_gb` of the event says what is.")
    }
    let workers = Array(nextWorker..<nextWorker + claims.count)
    nextWorker += claims.count
    let fetched = zip(plan.nodes, sources).filter { $0.1 == .remoteStorage }.map(\.0)
    for node in fetched { fetching[node] += 1 }
    instances.append(
      Instance(
        deployment: deployment, claims: claims, workers: workers, createdAt: now, fetchedNodes: fetched,
        uninitialised: workers.count))
    output.decisions += [
      .instanceCreated(instance, deployment: deployment, pipelineSize: workers.count, willConsolidate: false),
      .podsRequested(instance, deployment: deployment, plan: plan, claims: claims),
    ]
    let specifications = workers.indices.map {
      WorkerSpecification(id: workers[$0], rank: $0, claim: claims[$0], source: sources[$0])
    }
    output.commands.append(.createPods(instance, deployment: deployment, workers: specifications))
  }

  private func source(
    _ json: JSON?, stages: Int, _ order: PolicyAnswer.Order
  ) throws(PolicyFailure) -> WeightSource {
    guard let json else { return .remoteStorage }
    guard let source = json.string.flatMap(WeightSource.init(rawValue:)) else {
      throw order.impossible("a worker's `source` is remote_storage or host_memory.")
    }
    guard source == .remoteStorage || usesHostMemoryCache && stages == 1 else {
      throw order.impossible(
        "only whole models stay in host memory, and only with `host_memory_cache` in the configuration.")
    }
    return source
  }

  private mutating func prefetch(
    _ order: PolicyAnswer.Order, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    let id = try instance(of: order)
    let instance = instances[id]
    let isAllRemote = instance.fetchedNodes.count == instance.workers.count
    guard instance.createdAt == now, !instance.isPrefetched, isAllRemote else {
      throw order.impossible("weights are fetched ahead once, together with `create_pods`, and from remote storage.")
    }
    instances[id].isPrefetched = true
    for (rank, claim) in instance.claims.enumerated() {
      output.commands.append(
        .prefetch(
          id, deployment: instance.deployment, rank: rank, pipelineSize: instance.workers.count, node: claim.node))
    }
  }

  private mutating func initialise(
    _ order: PolicyAnswer.Order, _ output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    let id = try instance(of: order)
    guard instances[id].hasAddresses, !instances[id].isInitialising else {
      throw order.impossible("an instance is initialised once, after `pods_have_addresses`.")
    }
    instances[id].isInitialising = true
    output.commands.append(.initialise(id))
  }

  private mutating func deletePods(
    _ order: PolicyAnswer.Order, _ output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    let id = try instance(of: order)
    let instance = instances[id]
    guard instance.running == 0 else {
      throw order.impossible("the instance runs \(instance.running) requests; let them end first.")
    }
    if instance.isReady {
      output.decisions.append(
        .costRemoved(deployment: instance.deployment, memoryGB: instance.claims.map(\.askedGB)))
    } else {
      stopFetching(id)
    }
    instances[id].isDeleted = true
    output.decisions.append(.releaseStarted(id, pods: instance.claims.map(\.podName)))
    output.commands.append(.deletePods(id, workers: instance.workers))
  }

  // MARK: Requests

  private mutating func forward(
    _ order: PolicyAnswer.Order, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    let (request, state) = try waiting(order)
    let id = try instance(of: order)
    guard instances[id].isReady, instances[id].deployment == state.deployment else {
      throw order.impossible("a request goes to an instance of its model whose workers are all initialised.")
    }
    output.decisions.append(
      .requestAllocated(
        request, to: id, waited: now - state.arrivedAt, pipelineSize: instances[id].workers.count,
        runningBefore: instances[id].running))
    instances[id].running += 1
    requests[request]?.instance = id
    output.commands.append(.forward(request, to: id))
  }

  private mutating func abandon(
    _ order: PolicyAnswer.Order, _ output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    let (request, id) = (try order.number("request"), try instance(of: order))
    guard let state = requests[request], state.instance == id, state.clientHasLeft else {
      throw order.impossible("only a request that runs there and whose client has left is abandoned.")
    }
    end(request)
    output.commands.append(.abandon(request, on: id))
  }

  private mutating func answerWithError(
    _ order: PolicyAnswer.Order, _ output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    let request = try order.number("request")
    guard let state = requests[request], state.instance == nil else {
      throw order.impossible("only a request that waits, or that its engine has failed, is answered with an error.")
    }
    requests[request] = nil
    output.commands.append(.answerWithError(request, reason: try order.text("reason")))
  }

  private func waiting(_ order: PolicyAnswer.Order) throws(PolicyFailure) -> (RequestID, OpenRequest) {
    let request = try order.number("request")
    guard let state = requests[request], state.instance == nil, !state.hasFailed else {
      throw order.impossible("there is no request \(request) that waits.")
    }
    return (request, state)
  }

  // MARK: The rest

  private func askCache(_ order: PolicyAnswer.Order, _ output: inout ControlPlaneOutput) throws(PolicyFailure) {
    guard usesHostMemoryCache else {
      throw order.impossible("models stay in host memory only with `host_memory_cache` in the configuration.")
    }
    let node = try self.node(try order.number("node"), order)
    output.commands.append(.askCache(deployment: try model(of: order), node: node))
  }

  private func setTimer(
    _ order: PolicyAnswer.Order, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) throws(PolicyFailure) {
    let (timer, seconds) = (try order.number("timer"), try order.seconds("at_s"))
    // Seconds come back from a program that may have rounded them, so a microsecond in the past counts as now.
    guard seconds >= now.inSeconds - 1e-6, seconds <= Self.latestTimer else {
      throw order.impossible("a timer goes off between now, \(now.inSeconds) s, and \(Self.latestTimer) s.")
    }
    output.commands.append(.setTimer(.policy(timer), at: max(now, .seconds(seconds))))
  }

  /// A year: longer than any run.
  private static let latestTimer = 31_536_000.0

  private func instance(of order: PolicyAnswer.Order) throws(PolicyFailure) -> InstanceID {
    let id = try order.number("instance")
    guard instances.indices.contains(id), !instances[id].isDeleted else {
      throw order.impossible("there is no instance \(id), or it has been deleted.")
    }
    return id
  }

  private func model(of order: PolicyAnswer.Order) throws(PolicyFailure) -> DeploymentIndex {
    let model = try order.number("model")
    guard settings.deployments.indices.contains(model) else {
      throw order.impossible(
        "there is no model \(model); models are numbered from 0 to \(settings.deployments.count - 1).")
    }
    return model
  }

  private func node(_ number: Int?, _ order: PolicyAnswer.Order) throws(PolicyFailure) -> Int {
    guard let number, settings.nodes.indices.contains(number) else {
      throw order.impossible("`node` is a whole number from 0 to \(settings.nodes.count - 1).")
    }
    return number
  }
}
