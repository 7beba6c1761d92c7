import Quantities
import ServingModel

/// From the decision to start an instance to the moment it can serve, or has failed.
extension HydraServeControlPlane {
  /// Places and begins one instance that fetches its weights.
  ///
  /// - Parameters:
  ///   - required: how many workers are wanted; placement rules may give fewer.
  ///   - waited: how long the model's oldest request has waited.
  /// - Returns: the instance, or `nil` when there is no place for it.
  mutating func startInstance(
    of deployment: DeploymentIndex, required: Int, waited: Duration, _ now: Timestamp,
    _ output: inout ControlPlaneOutput
  ) -> InstanceID? {
    let model = deployments[deployment]
    let plan = configuration.placement.plan(
      for: PlacementQuery(
        freeMemoryGB: gpus.freestGB(), availableGbps: network.availableGbps(at: now.inSeconds),
        modelSizeGB: model.schedulerSizeGB, ttftSLOMilliseconds: model.slo.timeToFirstToken.inMilliseconds,
        tpotSLOMilliseconds: model.slo.timePerOutputToken.inMilliseconds, profile: models[deployment].profile,
        requiredPipelineSize: required, waitingMilliseconds: waited.inMilliseconds))
    guard let plan, let claimed = gpus.claim(nodes: plan.nodes, memoryGB: plan.memoryGB) else { return nil }
    let sizeGB = Double(model.schedulerSizeGB)
    let fetchSLO = (model.slo.timeToFirstToken - waited - configuration.fetchMargin).inMilliseconds
    let networkClaims = network.claim(
      nodes: plan.nodes, modelSizeGB: sizeGB, sloMilliseconds: fetchSLO, at: now.inSeconds)
    let instance = addInstance(deployment, plan: plan, claimed: claimed, networkClaims: networkClaims, now)
    output.decisions.append(
      .instanceCreated(
        instance, deployment: deployment, pipelineSize: plan.pipelineSize, willConsolidate: plan.willConsolidate))
    output.decisions.append(.networkClaimed(nodes: plan.nodes, sizeGB: sizeGB, sloMilliseconds: fetchSLO))
    noteCache(deployment, plan: plan, &output)
    output.decisions.append(.podsRequested(instance, deployment: deployment, plan: plan, claims: claimed))
    order(instance, of: deployment, source: .remoteStorage, &output)
    return instance
  }

  /// Enters an instance and its workers.
  mutating func addInstance(
    _ deployment: DeploymentIndex, plan: PlacementPlan, claimed: [GPUClaim], networkClaims: [Int], _ now: Timestamp
  ) -> InstanceID {
    let workers = Array(claims.count..<claims.count + claimed.count)
    claims.append(contentsOf: claimed)
    return addInstance(
      HydraInstance(
        deployment: deployment, pipelineSize: plan.pipelineSize, willConsolidate: plan.willConsolidate,
        workers: workers, nodes: plan.nodes, networkClaims: networkClaims, uninitialisedWorkers: workers.count,
        idleSince: now))
  }

  mutating func addInstance(_ instance: HydraInstance) -> InstanceID {
    let id = instances.count
    instances.append(instance)
    models[instance.deployment].instances.append(id)
    return id
  }

  /// Orders the pods of a new instance and, where storage agents fetch ahead, its weights.
  func order(
    _ instance: InstanceID, of deployment: DeploymentIndex, source: WeightSource,
    _ output: inout ControlPlaneOutput
  ) {
    let workers = instances[instance].workers.enumerated().map { rank, worker in
      WorkerSpecification(id: worker, rank: rank, claim: claims[worker], source: source)
    }
    output.commands.append(.createPods(instance, deployment: deployment, workers: workers))
    guard configuration.prefetchesWeights, source == .remoteStorage else { return }
    for worker in workers {
      output.commands.append(
        .prefetch(
          instance, deployment: deployment, rank: worker.rank, pipelineSize: workers.count, node: worker.claim.node))
    }
  }

  mutating func initialise(_ instance: InstanceID, _ output: inout ControlPlaneOutput) {
    guard instances[instance].state == .starting else { return }
    output.commands.append(.initialise(instance))
  }

  mutating func workerIsInitialised(
    of instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard instances[instance].state == .starting else { return }
    instances[instance].uninitialisedWorkers -= 1
    guard instances[instance].uninitialisedWorkers == 0 else { return }
    releaseNetwork(of: instance, now, &output)
    let deployment = instances[instance].deployment
    let memory = billedMemoryGB(of: instances[instance].workers)
    becomeReady(instance, now, &output)
    models[deployment].cost.add(memoryGB: memory, at: now.inSeconds)
    models[deployment].consecutiveFailures = 0
    output.decisions.append(.costAdded(deployment: deployment, memoryGB: memory))
    wakeModelsWithoutCapacity(now, &output)
  }

  mutating func becomeReady(_ instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    instances[instance].state = .ready
    noteIdle(instance, now)
    if instances[instance].mayConsolidate { newPipelines.append(instance) }
    let deployment = instances[instance].deployment
    output.decisions.append(
      .instanceReady(instance, deployment: deployment, pods: podNames(of: instances[instance].workers)))
    wake(deployment, now, &output)
  }

  /// Gives up an instance that could not be started or has died; its requests wait again elsewhere or fail.
  mutating func fail(
    _ instance: InstanceID, reason: String, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    let wasStarting = instances[instance].state == .starting
    guard instances[instance].state != .deleted else { return }
    let deployment = instances[instance].deployment
    if wasStarting {
      releaseNetwork(of: instance, now, &output)
      models[deployment].consecutiveFailures += 1
    }
    output.decisions.append(.instanceFailed(instance, deployment: deployment, reason: reason))
    markDeleted(instance, billed: !wasStarting, now, &output)
    release(instance, &output)
    if models[deployment].consecutiveFailures >= configuration.maxConsecutiveFailures {
      models[deployment].consecutiveFailures = 0
      while let request = models[deployment].queue.popFirst() {
        output.commands.append(.answerWithError(request, reason: reason))
        end(request, now, &output)
      }
    }
    wake(deployment, now, &output)
    wakeModelsWithoutCapacity(now, &output)
  }

  private mutating func releaseNetwork(
    of instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard !instances[instance].networkClaims.isEmpty else { return }
    let nodes = instances[instance].nodes
    network.release(nodes: nodes, claims: instances[instance].networkClaims, at: now.inSeconds)
    output.decisions.append(.networkReleased(nodes: nodes))
  }
}
