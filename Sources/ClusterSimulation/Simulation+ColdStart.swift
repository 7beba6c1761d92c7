import Quantities
import Scheduling
import ServingModel

/// Cold starts: from the order to create pods to an instance that can serve, and its end.
extension Simulation {
  mutating func createPods(
    _ instance: InstanceID, deployment: DeploymentIndex, _ specifications: [WorkerSpecification], at now: Timestamp
  ) {
    let stageBytes = cluster.models[deployment].stageBytes[specifications.count - 1]
    var addressesAt = now
    for specification in specifications {
      precondition(specification.id == workers.count, "workers are numbered in the order of their creation")
      hold(specification.claim)
      workers.append(
        SimulatedWorker(
          instance: instance, specification: specification, bytes: stageBytes[specification.rank], createdAt: now))
      if specification.source == .hostMemory {
        workers[specification.id].startsFromHostMemory = useHostMemory(
          of: deployment, by: specification.id)
      }
      let start = constants[specification.claim.node].workerStart
      addressesAt = max(addressesAt, now + start * cluster.hardware.startSplit.container)
      queue.schedule(.workerStarted(specification.id), at: now + start)
    }
    enter(
      SimulatedInstance(
        deployment: deployment, workers: specifications.map(\.id), startingWorkers: specifications.count),
      as: instance)
    queue.schedule(.podsHaveAddresses(instance), at: addressesAt)
  }

  /// Instance numbers come in the order of creation, but their pods may be ordered in another.
  mutating func enter(_ state: SimulatedInstance, as instance: InstanceID) {
    while instances.count <= instance {
      instances.append(SimulatedInstance(deployment: state.deployment, workers: [], startingWorkers: 0))
    }
    instances[instance] = state
    instances[instance].engine = Engine(keepsTokenGaps: keepsEvents)
  }

  mutating func initialise(_ instance: InstanceID, at now: Timestamp) {
    instances[instance].mayInitialise = true
    reportReadyWorkers(of: instance, at: now)
  }

  mutating func workerStarted(_ worker: WorkerID, at now: Timestamp) {
    guard isAlive(worker) else { return }
    workers[worker].startedAt = now
    logStart(of: worker, at: now)
    if workers[worker].startsFromHostMemory {
      load(worker, at: now)
    } else if workers[worker].transfer != nil || workers[worker].fetchedBytes != nil {
      beginStreamedLoad(worker, at: now)
    } else {
      fetch(workers[worker].bytes, for: .stage, to: worker, at: now)
      if cluster.procedure.loader == .streamed {
        beginStreamedLoad(worker, at: now)
      }
    }
  }

  private mutating func logStart(of worker: WorkerID, at now: Timestamp) {
    let created = workers[worker].createdAt
    let split = cluster.hardware.startSplit
    let start = now - created
    let containerEnd = created + start * split.container
    let runtimeEnd = created + start * (split.container + split.runtime)
    log(.container, of: worker, from: created, to: containerEnd)
    log(.runtime, of: worker, from: containerEnd, to: runtimeEnd)
    log(.cudaContext, of: worker, from: runtimeEnd, to: now)
  }

  // MARK: Loading

  /// Loads weights that are in host memory in full.
  mutating func load(_ worker: WorkerID, at now: Timestamp) {
    workers[worker].loadStart = now
    let rate =
      switch cluster.procedure.loader {
      case .framework: constants[workers[worker].node].frameworkLoad
      case .copy, .streamed: cluster.hardware.hostToGPU
      }
    queue.schedule(.weightsLoaded(worker), at: now + workers[worker].bytes / rate)
  }

  mutating func weightsLoaded(_ worker: WorkerID, at now: Timestamp) {
    guard isAlive(worker) else { return }
    workers[worker].loadEnd = now
    releaseFromHostMemory(worker)
    log(.load, of: worker, from: workers[worker].loadStart ?? now, to: now)
    let constants = constants[workers[worker].node]
    let profile = cluster.procedure.runsProfile ? constants.engineProfile : .zero
    queue.schedule(.engineRuns(worker), at: now + constants.engineInitialisation + profile)
  }

  mutating func engineRuns(_ worker: WorkerID, at now: Timestamp) {
    guard isAlive(worker), let loadEnd = workers[worker].loadEnd else { return }
    let engineEnd = loadEnd + constants[workers[worker].node].engineInitialisation
    log(.engine, of: worker, from: loadEnd, to: engineEnd)
    if cluster.procedure.runsProfile {
      log(.profile, of: worker, from: engineEnd, to: now)
    }
    let instance = workers[worker].instance
    instances[instance].startingWorkers -= 1
    guard instances[instance].startingWorkers == 0 else { return }
    if instances[instance].workers.count == 1 {
      pipelineConnected(instance, at: now)
    } else {
      queue.schedule(.pipelineConnected(instance), at: now + cluster.hardware.pipelineSetup)
    }
  }

  // MARK: Ready, and gone

  mutating func pipelineConnected(_ instance: InstanceID, at now: Timestamp) {
    guard !instances[instance].isDeleted else { return }
    instances[instance].connectedAt = now
    if instances[instance].workers.count > 1 {
      let setup = cluster.hardware.pipelineSetup.inWholeNanoseconds
      for worker in instances[instance].workers {
        log(.pipeline, of: worker, from: Timestamp(nanoseconds: now.nanoseconds - setup), to: now)
      }
    }
    reportReadyWorkers(of: instance, at: now)
  }

  /// Tells the control plane that the workers are initialised, once they are and it has asked.
  private mutating func reportReadyWorkers(of instance: InstanceID, at now: Timestamp) {
    let state = instances[instance]
    guard state.mayInitialise, state.connectedAt != nil, state.readyAt == nil, !state.isDeleted else { return }
    instances[instance].readyAt = now
    sizeCache(of: instance)
    for worker in state.workers {
      notify(.workerInitialised(instance, rank: workers[worker].specification.rank), at: now)
    }
  }

  /// Deletes all workers of an instance, which ends it, or the ones that it no longer needs.
  mutating func deletePods(_ instance: InstanceID, workers deleted: [WorkerID], at now: Timestamp) {
    precondition(!instances[instance].isDeleted, "an instance is deleted once")
    let kept = instances[instance].workers.filter { !deleted.contains($0) }
    if deleted.contains(where: { $0 == instances[instance].workers.first }) || kept.isEmpty {
      stopEngine(of: instance)
      instances[instance].isDeleted = true
      cancelMigration(of: instance, at: now)
    } else {
      serve(instance, with: [kept[0]])
    }
    for worker in deleted {
      precondition(!workers[worker].isDeleted, "a worker is deleted once")
      workers[worker].isDeleted = true
      cancelFetch(of: worker, at: now)
      releaseFromHostMemory(worker)
    }
    deletedPods.append(deleted)
    queue.schedule(.podsGone(instance, deletion: deletedPods.count - 1), at: now + cluster.hardware.podDeletion)
  }

  mutating func podsGone(_ instance: InstanceID, deletion: Int, at now: Timestamp) {
    let gone = deletedPods[deletion]
    deletedPods[deletion] = []
    for worker in gone {
      let claim = workers[worker].specification.claim
      heldGB[claim.node][claim.gpu] -= claim.heldGB
      workers[worker].isGone = true
    }
    notify(.podsGone(instance, workers: gone), at: now)
  }

  private mutating func hold(_ claim: GPUClaim) {
    heldGB[claim.node][claim.gpu] += claim.heldGB
    precondition(
      heldGB[claim.node][claim.gpu] <= cluster.nodes[claim.node].type.gpuMemoryGB, "a GPU is never over-committed")
  }

  func isAlive(_ worker: WorkerID) -> Bool {
    !workers[worker].isDeleted
  }

  mutating func log(_ stage: ColdStartStage, of worker: WorkerID, from start: Timestamp, to end: Timestamp) {
    precondition(start <= end, "time never runs backwards")
    guard keepsEvents else { return }
    let specification = workers[worker].specification
    log.events.append(
      .stage(
        StageInterval(
          instance: workers[worker].instance, rank: specification.rank, pod: specification.claim.podName,
          node: specification.claim.node, stage: stage, start: start, end: end)))
  }
}
