import Quantities
import Scheduling
import ServingModel

/// Serving: requests on engines, one step after the other.
extension Simulation {
  mutating func forward(_ request: RequestID, to instance: InstanceID, at now: Timestamp) {
    precondition(instances[instance].readyAt != nil && !instances[instance].isDeleted, "only ready instances serve")
    if instances[instance].engine.isIdle {
      changeBusyCount(of: instance, by: 1)
    }
    instances[instance].engine.waiting.append(scheduled[request - 1].request)
    if instances[instance].engine.step == nil {
      beginStep(of: instance, at: now)
    }
  }

  mutating func abandon(_ request: RequestID, on instance: InstanceID, at now: Timestamp) {
    if log.requests[recordPosition[request - 1] - 1].outcome == .unfinished {
      endRequest(request, .cancelled, at: now)
    }
    if instances[instance].engine.step == .prefill(request) {
      instances[instance].engine.abandoned.append(request)
    } else {
      instances[instance].engine.drop(request)
    }
  }

  private mutating func beginStep(of instance: InstanceID, at now: Timestamp) {
    guard let step = instances[instance].engine.nextStep() else {
      instances[instance].engine.step = nil
      changeBusyCount(of: instance, by: -1)
      return
    }
    instances[instance].engine.step = step
    let nanoseconds = duration(of: step, on: instance).inWholeNanoseconds
    if step == .decode { instances[instance].engine.beginLikeSteps(nanoseconds: nanoseconds, at: now.nanoseconds) }
    queue.schedule(.stepEnded(instance), at: Timestamp(nanoseconds: now.nanoseconds + nanoseconds))
  }

  mutating func stepEnded(_ instance: InstanceID, at now: Timestamp) {
    if let nanoseconds = instances[instance].engine.repeatDecode() {
      queue.schedule(.stepEnded(instance), at: Timestamp(nanoseconds: now.nanoseconds + nanoseconds))
    } else {
      endStep(of: instance, at: now)
    }
  }

  private mutating func endStep(of instance: InstanceID, at now: Timestamp) {
    guard !instances[instance].isDeleted, let step = instances[instance].engine.step else { return }
    switch step {
    case .prefill: endPrefill(on: instance, at: now)
    case .decode:
      for request in instances[instance].engine.finishDecode(at: now.nanoseconds) {
        complete(request, at: now)
      }
    }
    beginStep(of: instance, at: now)
  }

  private mutating func endPrefill(on instance: InstanceID, at now: Timestamp) {
    guard case .prefill(let prefilled) = instances[instance].engine.step else { return }
    let end = instances[instance].engine.finishPrefill(at: now.nanoseconds)
    if let position = instances[instance].engine.abandoned.firstIndex(of: prefilled) {
      instances[instance].engine.abandoned.remove(at: position)
      instances[instance].engine.drop(prefilled)
      return
    }
    guard case .firstToken(let request, let isComplete) = end else { return }
    logFirstToken(of: instance, at: now)
    queue.schedule(.firstTokenDelivered(request), at: now + cluster.hardware.responsePath)
    notify(.firstToken(request), at: now)
    if isComplete {
      complete(request, at: now)
    }
  }

  private mutating func complete(_ request: RequestID, at now: Timestamp) {
    queue.schedule(.answerDelivered(request), at: now + cluster.hardware.responsePath)
    notify(.requestFinished(request, tokens: scheduled[request - 1].request.outputTokens), at: now)
  }

  /// Logs the last stage of a cold start with the first token that an instance gives.
  private mutating func logFirstToken(of instance: InstanceID, at now: Timestamp) {
    guard !instances[instance].engine.hasGivenToken, let readyAt = instances[instance].readyAt else { return }
    instances[instance].engine.hasGivenToken = true
    log(.firstToken, of: instances[instance].workers[0], from: readyAt, to: now)
  }

  mutating func stopEngine(of instance: InstanceID) {
    if !instances[instance].engine.isIdle {
      changeBusyCount(of: instance, by: -1)
    }
    log.tokenGaps += instances[instance].engine.takeTokenGaps()
    instances[instance].engine = Engine()
  }

  // MARK: How long a step takes

  /// Counts an instance as a tenant of its workers' GPUs, or no longer; steps of the other tenants change their length.
  mutating func changeBusyCount(of instance: InstanceID, by change: Int) {
    for worker in instances[instance].workers {
      let gpu = position(ofGPUOf: worker)
      if change > 0 {
        busyInstances[gpu].append(instance)
      } else if let tenant = busyInstances[gpu].firstIndex(of: instance) {
        busyInstances[gpu].remove(at: tenant)
      }
      for tenant in busyInstances[gpu] { instances[tenant].engine.endLikeSteps() }
    }
  }

  private func position(ofGPUOf worker: WorkerID) -> Int {
    let claim = workers[worker].specification.claim
    return firstGPU[claim.node] + claim.gpu
  }

  /// The length of a step: the sum over the stages, each on its share of the weights and slowed down by the other busy
  /// tenants of its GPU, and a hop between stages.
  ///
  /// - Source: the paper's engines run eagerly, so a decode step is a base time and a part that grows with the weights
  ///   (linear laws through the published objectives' base times).
  private func duration(of step: Engine.Step, on instance: InstanceID) -> Duration {
    let workerRange = instances[instance].workers
    let stages = Double(workerRange.count)
    let model = cluster.models[instances[instance].deployment].bytes.inGigabytes
    var seconds = 0.0
    for worker in workerRange {
      let tenants = Double(max(1, busyInstances[position(ofGPUOf: worker)].count))
      let times = stepTimes[workers[worker].node]
      seconds += tenants * secondsOnWholeGPU(step, instance, times, modelGB: model) / stages
    }
    let computing = Duration.seconds(seconds)
    return workerRange.count == 1 ? computing : computing + cluster.hardware.pipelineHop * (workerRange.count - 1)
  }

  private func secondsOnWholeGPU(
    _ step: Engine.Step, _ instance: InstanceID, _ times: StepTimes, modelGB: Double
  ) -> Double {
    switch step {
    case .prefill:
      return times.prefill(tokens: instances[instance].engine.prefillTokens, modelGB: modelGB)
    case .decode:
      let others = Double(instances[instance].engine.running.count - 1)
      return times.decode(modelGB: modelGB) * (1 + cluster.hardware.batchSlowdown * others)
    }
  }

  // MARK: The KV cache

  /// Sizes the KV cache of an instance by what its workers' slices leave beside the weights; the tightest stage decides.
  ///
  /// A worker whose slice holds the whole model keeps room for it, since it may come to serve alone.
  mutating func sizeCache(of instance: InstanceID) {
    let state = instances[instance]
    let model = cluster.models[state.deployment]
    guard model.keyValueBytesPerToken > .zero else { return }
    let perTokenAndStage = Double(model.keyValueBytesPerToken.bytes) / Double(state.workers.count)
    let tokens = state.workers.map { worker in
      let slice = ByteCount.gibibytes(Double(workers[worker].specification.claim.heldGB))
      let weights = slice > model.bytes ? model.bytes : workers[worker].bytes
      return Int(Double((slice - weights).bytes) / perTokenAndStage)
    }
    instances[instance].engine.capacityTokens = max(tokens.min() ?? 0, 1)
  }
}
