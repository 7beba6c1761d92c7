import Quantities
import ServingModel

/// The loop over all instances that ends the idle ones and begins consolidations, and what it takes to end an instance.
extension HydraServeControlPlane {
  mutating func startInstanceLoop(_ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard !instanceLoopRuns else { return }
    instanceLoopRuns = true
    output.decisions.append(.instanceLoopStarted)
    output.commands.append(.setTimer(.instanceLoop, at: now))
  }

  mutating func runInstanceLoop(_ now: Timestamp, _ output: inout ControlPlaneOutput) {
    let idle = takeInstancesIdleForTooLong(now)
    for instance in idle {
      markDeleted(instance, billed: true, now, &output)
    }
    let consolidating = newPipelines.filter { instances[$0].mayConsolidate }
    newPipelines.removeAll(keepingCapacity: true)
    var children: [InstanceID] = []
    for instance in (idle + consolidating).sorted() {  // in the order of creation
      if instances[instance].state == .deleted {
        release(instance, &output)
      } else {
        children += beginConsolidation(of: instance, now, &output)
      }
    }
    for child in children {
      claimNetworkForRest(of: child, now, &output)
    }
    if let waiting = modelsWithoutCapacity.first { reclaimIdleInstance(for: waiting, now, &output) }
    output.commands.append(.setTimer(.instanceLoop, at: now + configuration.instanceLoopPeriod))
  }

  /// The instances that have been idle for their grace period and may end, in the order of creation: not those that
  /// others are to come out of, which are looked at again.
  ///
  /// Instances become idle in the order of time, so the loop looks only at those whose grace period may be over.
  ///
  /// The published loop forgets an instance that it finds idle while others are to come out of it, and never looks at
  /// it again; that leak is not reproduced.
  private mutating func takeInstancesIdleForTooLong(_ now: Timestamp) -> [InstanceID] {
    var looked = idleForLater
    while let first = idleInstances.first, now - first.since > shortestGracePeriod {
      idleInstances.removeFirst()
      if instances[first.instance].idleSince == first.since { looked.append(first.instance) }
    }
    idleForLater.removeAll(keepingCapacity: true)
    var idle: [InstanceID] = []
    for id in looked.sorted() where idle.last != id && idleForLater.last != id {
      let idleTime = now - instances[id].idleSince
      guard instances[id].state == .ready, instances[id].running == 0, idleTime > shortestGracePeriod else { continue }
      let isParent = instances[id].consolidation != nil && !instances[id].children.isEmpty
      if isParent || idleTime <= gracePeriod(of: instances[id].deployment) {
        idleForLater.append(id)
      } else {
        idle.append(id)
      }
    }
    return idle
  }

  /// Notes that an instance runs nothing from now on; whether that lasts, the loop will see.
  mutating func noteIdle(_ instance: InstanceID, _ now: Timestamp) {
    instances[instance].idleSince = now
    idleInstances.append(IdleInstance(instance: instance, since: now))
  }

  mutating func markDeleted(
    _ instance: InstanceID, billed: Bool, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    instances[instance].state = .deleted
    guard billed else { return }
    removeCost(of: instances[instance].workers, of: instances[instance].deployment, now, &output)
  }

  /// Takes workers off the cost account of their model.
  mutating func removeCost(
    of workers: [WorkerID], of deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    let memory = billedMemoryGB(of: workers)
    models[deployment].cost.remove(memoryGB: memory, at: now.inSeconds)
    output.decisions.append(.costRemoved(deployment: deployment, memoryGB: memory))
  }

  func release(_ instance: InstanceID, _ output: inout ControlPlaneOutput) {
    release(instances[instance].workers, of: instance, &output)
  }

  /// Orders the deletion of workers of an instance.
  func release(_ workers: [WorkerID], of instance: InstanceID, _ output: inout ControlPlaneOutput) {
    output.decisions.append(.releaseStarted(instance, pods: podNames(of: workers)))
    output.commands.append(.deletePods(instance, workers: workers))
  }

  /// Takes back the memory of workers whose pods are gone.
  mutating func free(
    _ workers: [WorkerID], of instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    gpus.release(workers.map { claims[$0] })
    if reclaimedInstance == instance { reclaimedInstance = nil }
    output.decisions.append(.releaseFinished(instance, pods: podNames(of: workers)))
    surplusIsGone(workers, of: instance, &output)
    wakeModelsWithoutCapacity(now, &output)
  }
}
