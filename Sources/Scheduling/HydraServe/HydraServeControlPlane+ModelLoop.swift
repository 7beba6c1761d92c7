import Quantities
import ServingModel

/// The loop of a model: hand out requests, find the shortfall, start instances, wait for them.
extension HydraServeControlPlane {
  /// Sees to it that the loop of a model runs, after everything else that happens at this moment.
  mutating func wake(_ deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard !models[deployment].loopIsDue else { return }
    models[deployment].loopIsDue = true
    output.commands.append(.setTimer(.modelLoop(deployment), at: now))
  }

  mutating func runLoop(of deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    models[deployment].loopIsDue = false
    passEndedColdStarts(of: deployment, now, &output)
    guard models[deployment].awaitedColdStarts.isEmpty, models[deployment].cachedStart == nil,
      !models[deployment].queue.isEmpty
    else { return }
    let startingCapacity = dispatch(deployment, now, &output)
    let shortfall = models[deployment].queue.count - startingCapacity
    guard shortfall > 0, let oldest = models[deployment].queue.first, let request = requests[oldest] else { return }
    let workers = (shortfall + configuration.batchSizePerStage - 1) / configuration.batchSizePerStage
    let start = CachedStart(workers: workers, waited: now - request.arrivedAt)
    if models[deployment].cachedOn.isEmpty {
      startInstances(of: deployment, start, now, &output)
    } else {
      askNodes(for: deployment, start, &output)
    }
  }

  /// Goes past the cold starts that have ended, in the order in which the loop began them; after each, waiting requests
  /// are handed out.
  private mutating func passEndedColdStarts(
    of deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    while let first = models[deployment].awaitedColdStarts.first, instances[first].state != .starting {
      models[deployment].awaitedColdStarts.removeFirst()
      _ = dispatch(deployment, now, &output)
    }
  }

  /// Hands waiting requests to instances with room, oldest instance first.
  ///
  /// - Returns: how many requests the instances that are still starting will be able to take.
  mutating func dispatch(_ deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput) -> Int {
    var startingCapacity = 0
    var position = 0
    while position < models[deployment].instances.count {
      let instance = models[deployment].instances[position]
      switch instances[instance].state {
      case .deleted:
        models[deployment].instances.remove(at: position)
        if configuration.rules.overlooksInstanceAfterDeletedOne {
          position += 1  // the next one has moved to this place and is passed over
        }
        continue
      case .starting:
        startingCapacity += capacityWhenReady(of: instance)
      case .ready:
        while instances[instance].running < capacity(of: instance),
          let request = models[deployment].queue.popFirst()
        {
          allocate(request, to: instance, now, &output)
        }
        if models[deployment].queue.isEmpty { return startingCapacity }
      }
      position += 1
    }
    return startingCapacity
  }

  /// How many requests an instance takes at a time.
  func capacity(of instance: InstanceID) -> Int {
    configuration.batchSizePerStage * instances[instance].pipelineSize
  }

  /// How many requests an instance that is still starting counts for.
  private func capacityWhenReady(of instance: InstanceID) -> Int {
    // A worker that leaves a pipeline will serve alone, but the published code counts it with all the pipeline's stages.
    let leavesPipeline = instances[instance].consolidation != nil
    return leavesPipeline && !configuration.rules.countsFullCapacityOfStartingInstances
      ? configuration.batchSizePerStage : capacity(of: instance)
  }

  /// Starts instances for a shortfall, in groups of workers; what the loop does next follows from whether any began.
  ///
  /// - Parameter begun: instances that have already been started for the same shortfall, from host memory.
  mutating func startInstances(
    of deployment: DeploymentIndex, _ start: CachedStart, after begun: [InstanceID] = [], _ now: Timestamp,
    _ output: inout ControlPlaneOutput
  ) {
    var begun = begun
    for first in stride(from: 0, to: start.workers, by: configuration.maxWorkersPerColdStart) {
      let required = min(start.workers - first, configuration.maxWorkersPerColdStart)
      if let instance = startInstance(of: deployment, required: required, waited: start.waited, now, &output) {
        begun.append(instance)
      }
    }
    models[deployment].awaitedColdStarts = begun
    if begun.isEmpty {
      waitForCapacity(deployment, now, &output)
    }
  }

  // MARK: When there is no place

  /// Remembers that a model found no place, and when capacity may come back by itself.
  ///
  /// The published loop tries again without a pause; here it tries again whenever memory or bandwidth is given back and
  /// at the moment at which the bandwidth ledger's own answer changes, which is the same without the spinning.
  mutating func waitForCapacity(
    _ deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    if !models[deployment].waitsForCapacity {
      models[deployment].waitsForCapacity = true
      modelsWithoutCapacity.append(deployment)
    }
    reclaimIdleInstance(for: deployment, now, &output)
    scheduleRetry(now, &output)
  }

  mutating func wakeModelsWithoutCapacity(_ now: Timestamp, _ output: inout ControlPlaneOutput) {
    let waiting = modelsWithoutCapacity
    modelsWithoutCapacity.removeAll(keepingCapacity: true)
    for deployment in waiting {
      models[deployment].waitsForCapacity = false
      wake(deployment, now, &output)
    }
  }

  private mutating func scheduleRetry(_ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard let change = network.nextChange(after: now.inSeconds) else { return }
    // Rounded up, so that the ledger's clock has passed the moment when the timer fires.
    let due = Timestamp(nanoseconds: max(Int64((change * 1e9).rounded(.up)), now.nanoseconds) + 1)
    if let pending = retryDue, pending <= due { return }
    retryDue = due
    output.commands.append(.setTimer(.retryPlacement, at: due))
  }
}
