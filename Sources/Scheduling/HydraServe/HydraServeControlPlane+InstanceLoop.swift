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
    let looked = liveInstances
    var idle: [InstanceID] = []
    for instance in looked where isIdleForTooLong(instance, now) {
      markDeleted(instance, billed: true, now, &output)
      idle.append(instance)
    }
    var children: [InstanceID] = []
    for instance in looked {
      if idle.contains(instance) {
        release(instance, &output)
      } else if instances[instance].mayConsolidate {
        children += beginConsolidation(of: instance, now, &output)
      }
    }
    for child in children {
      claimNetworkForRest(of: child, now, &output)
    }
    output.commands.append(.setTimer(.instanceLoop, at: now + configuration.instanceLoopPeriod))
  }

  /// Whether an instance has been idle for the grace period and may end: not while others are to come out of it.
  ///
  /// The published loop forgets an instance that it finds idle at such a moment and never looks at it again; that leak is
  /// not reproduced.
  private func isIdleForTooLong(_ id: InstanceID, _ now: Timestamp) -> Bool {
    let instance = instances[id]
    let awaitsChildren = instance.consolidation != nil && !instance.children.isEmpty
    return instance.state == .ready && instance.running == 0 && !awaitsChildren
      && now - instance.idleSince > configuration.gracePeriod
  }

  mutating func markDeleted(
    _ instance: InstanceID, billed: Bool, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    instances[instance].state = .deleted
    liveInstances.removeAll { $0 == instance }
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
    output.decisions.append(.releaseFinished(instance, pods: podNames(of: workers)))
    surplusIsGone(workers, of: instance, &output)
    wakeModelsWithoutCapacity(now, &output)
  }
}
