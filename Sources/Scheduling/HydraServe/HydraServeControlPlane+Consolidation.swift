import Quantities
import ServingModel

/// Consolidation: the full-memory workers of a pipeline fetch the rest of the model and serve alone.
///
/// The first worker takes over the pipeline's requests with their KV cache and goes on as the same instance (the pipeline
/// scales down); every further full-memory worker becomes an instance of its own (the model scales up); the others end.
extension HydraServeControlPlane {
  /// Begins to consolidate a pipeline: its first worker looks for bandwidth at once.
  ///
  /// - Returns: the instances that the further full-memory workers are to become; they look for bandwidth afterwards.
  mutating func beginConsolidation(
    of instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) -> [InstanceID] {
    let workers = instances[instance].workers
    let memory = billedMemoryGB(of: workers)
    output.decisions.append(
      .consolidationStarted(instance, pipelineSize: workers.count, memoryGB: memory))
    var children: [InstanceID] = []
    for rank in workers.indices.dropFirst() where memory[rank] == memory[0] {
      children.append(addChild(of: instance, rank: rank, now, &output))
    }
    instances[instance].children = children
    instances[instance].consolidation = Consolidation(
      original: instance, worker: workers[0], rank: 0, pipelineSize: workers.count)
    claimNetworkForRest(of: instance, now, &output)
    return children
  }

  private mutating func addChild(
    of original: InstanceID, rank: Int, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) -> InstanceID {
    let parent = instances[original]
    var child = HydraInstance(
      deployment: parent.deployment, pipelineSize: parent.pipelineSize, willConsolidate: false, workers: [],
      nodes: [parent.nodes[rank]], networkClaims: [], uninitialisedWorkers: 1, idleSince: now)
    child.consolidation = Consolidation(
      original: original, worker: parent.workers[rank], rank: rank, pipelineSize: parent.pipelineSize)
    let id = addInstance(child)
    output.decisions.append(
      .instanceCreated(
        id, deployment: parent.deployment, pipelineSize: parent.pipelineSize, willConsolidate: false))
    return id
  }

  /// Goes on with what a consolidation waits for.
  mutating func goOnConsolidating(_ instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    switch instances[instance].consolidation?.phase {
    case .waitsForNetwork: claimNetworkForRest(of: instance, now, &output)
    case .waitsForMigration: claimNetworkForMigration(of: instance, now, &output)
    case .waitsForOriginal: takeOverStage(of: instance, now, &output)
    case .loadsRest, .migrates, .handsOver, .stopsOldStage, nil: break
    }
  }

  // MARK: The rest of the model

  /// Claims the bandwidth of a worker's node for the rest of its model, or looks again a little later.
  mutating func claimNetworkForRest(
    of instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard var consolidation = instances[instance].consolidation else { return }
    guard instances[instance].state != .deleted else { return endConsolidation(of: instance, &output) }
    let deployment = instances[instance].deployment
    let claim = claims[consolidation.worker]
    guard network.available(node: claim.node, at: now.inSeconds) > 0 else {
      output.commands.append(.setTimer(.consolidation(instance), at: now + configuration.restClaimPeriod))
      return
    }
    let stages = Double(consolidation.pipelineSize)
    let sizeGB = Double(deployments[deployment].schedulerSizeGB) * (stages - 1) / stages
    let slo = configuration.restFetchSLO.inMilliseconds
    consolidation.networkClaim =
      network.claim(nodes: [claim.node], modelSizeGB: sizeGB, sloMilliseconds: slo, at: now.inSeconds).first
    consolidation.phase = .loadsRest
    instances[instance].consolidation = consolidation
    output.decisions.append(.networkClaimed(nodes: [claim.node], sizeGB: sizeGB, sloMilliseconds: slo))
    output.decisions.append(
      .restRequested(
        instance, deployment: deployment, pod: claim.podName, rank: consolidation.rank,
        pipelineSize: consolidation.pipelineSize, node: claim.node))
    output.commands.append(.loadRest(instance, deployment: deployment, worker: consolidation.worker))
  }

  mutating func restIsLoaded(for instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard var consolidation = instances[instance].consolidation, let claim = consolidation.networkClaim else { return }
    let node = claims[consolidation.worker].node
    network.release(nodes: [node], claims: [claim], at: now.inSeconds)
    output.decisions.append(.networkReleased(nodes: [node]))
    wakeModelsWithoutCapacity(now, &output)
    consolidation.networkClaim = nil
    consolidation.phase = consolidation.rank == 0 ? .waitsForMigration : .waitsForOriginal
    instances[instance].consolidation = consolidation
    if instances[instance].state == .deleted {
      endConsolidation(of: instance, &output)
    } else {
      goOnConsolidating(instance, now, &output)
    }
  }

  // MARK: The first worker

  /// Moves the KV cache of the requests that began on the pipeline, if there are any, once all its nodes are free of
  /// fetches.
  private mutating func claimNetworkForMigration(
    of instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard instances[instance].state != .deleted else { return endConsolidation(of: instance, &output) }
    let requests = instances[instance].runningFromPipeline
    guard requests > 0 else { return serveAlone(instance, now, &output) }
    guard network.tryClaimExclusively(nodes: instances[instance].nodes, at: now.inSeconds) else {
      output.commands.append(.setTimer(.consolidation(instance), at: now + configuration.migrationClaimPeriod))
      return
    }
    instances[instance].consolidation?.phase = .migrates
    output.decisions.append(.networkClaimedExclusively(nodes: instances[instance].nodes))
    output.decisions.append(
      .migrationRequested(
        instance, pod: claims[instances[instance].workers[0]].podName, coldStartRequests: requests))
    output.commands.append(.migrate(instance, coldStartRequests: requests))
  }

  mutating func kvCacheHasMoved(to instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard instances[instance].consolidation?.phase == .migrates else { return }
    do {
      try network.releaseExclusive(nodes: instances[instance].nodes)
    } catch {
      preconditionFailure("the nodes of a migration are held for it: \(error)")
    }
    wakeModelsWithoutCapacity(now, &output)
    guard instances[instance].state != .deleted else { return endConsolidation(of: instance, &output) }
    serveAlone(instance, now, &output)
  }

  /// The first worker serves alone from now on; the workers that nobody needs any more end.
  private mutating func serveAlone(_ instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    let state = instances[instance]
    let leaving = Set(state.children.compactMap { instances[$0].consolidation?.worker })
    let surplus = state.workers.dropFirst().filter { !leaving.contains($0) }
    instances[instance].consolidation?.phase = .handsOver
    instances[instance].pipelineSize = 1
    instances[instance].workers = [state.workers[0]]
    instances[instance].workersBeingReleased = surplus.count
    if !surplus.isEmpty {
      removeCost(of: surplus, of: state.deployment, now, &output)
      release(surplus, of: instance, &output)
    }
    endConsolidationIfDone(of: instance, &output)
  }

  /// Notes that surplus workers of an instance are gone.
  mutating func surplusIsGone(_ workers: [WorkerID], of instance: InstanceID, _ output: inout ControlPlaneOutput) {
    guard instances[instance].workersBeingReleased > 0, workers != instances[instance].workers else { return }
    instances[instance].workersBeingReleased -= workers.count
    endConsolidationIfDone(of: instance, &output)
  }

  // MARK: The further workers

  /// Has a further worker stop its old stage once the first one serves alone, or looks again a little later.
  private mutating func takeOverStage(
    of child: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard let consolidation = instances[child].consolidation else { return }
    let original = instances[consolidation.original]
    guard original.state == .deleted || original.pipelineSize == 1 else {
      output.commands.append(.setTimer(.consolidation(child), at: now + configuration.handOverPeriod))
      return
    }
    instances[child].consolidation?.phase = .stopsOldStage
    output.decisions.append(.oldStageStopRequested(child, pod: claims[consolidation.worker].podName))
    output.commands.append(.stopOldStage(child, worker: consolidation.worker))
  }

  mutating func oldStageHasStopped(for child: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard let consolidation = instances[child].consolidation, consolidation.phase == .stopsOldStage else { return }
    instances[child].consolidation = nil
    instances[child].pipelineSize = 1
    instances[child].workers = [consolidation.worker]
    becomeReady(child, now, &output)
    instances[consolidation.original].children.removeAll { $0 == child }
    endConsolidationIfDone(of: consolidation.original, &output)
  }

  // MARK: The end

  /// Ends a consolidation when its surplus workers are gone and its children serve.
  private mutating func endConsolidationIfDone(of instance: InstanceID, _ output: inout ControlPlaneOutput) {
    guard instances[instance].consolidation?.phase == .handsOver, instances[instance].workersBeingReleased == 0,
      instances[instance].children.isEmpty
    else { return }
    endConsolidation(of: instance, &output)
  }

  private mutating func endConsolidation(of instance: InstanceID, _ output: inout ControlPlaneOutput) {
    let wasDeleted = instances[instance].state == .deleted
    instances[instance].consolidation = nil
    output.decisions.append(
      .consolidationEnded(instance, pipelineSize: instances[instance].pipelineSize, wasDeleted: wasDeleted))
  }
}
