import Quantities
import ServingModel

/// The life of a request: arrival, hand-over, first token, end.
extension HydraServeControlPlane {
  mutating func arrive(
    _ request: RequestID, at deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    if !configuration.rules.startsInstanceLoopAfterFirstAnswer {
      startInstanceLoop(now, &output)
    }
    requests[request] = ActiveRequest(deployment: deployment, arrivedAt: now)
    models[deployment].queue.append(request)
    wake(deployment, now, &output)
  }

  /// Gives a waiting request to an instance.
  mutating func allocate(
    _ request: RequestID, to instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard var active = requests[request] else { preconditionFailure("request \(request) is queued but unknown") }
    let pipelineSize = instances[instance].pipelineSize
    firstRequest = firstRequest ?? request
    active.instance = instance
    active.forwardedAt = now
    active.profilePointsAtStart = pipelineSize == 1 ? models[active.deployment].profile.points : nil
    requests[request] = active
    output.decisions.append(
      .requestAllocated(
        request, to: instance, waited: now - active.arrivedAt, pipelineSize: pipelineSize,
        runningBefore: instances[instance].running))
    instances[instance].running += 1
    if pipelineSize > 1 {
      instances[instance].runningFromPipeline += 1
    }
    output.commands.append(.forward(request, to: instance))
  }

  mutating func noteFirstToken(of request: RequestID, _ now: Timestamp) {
    guard let active = requests[request], let forwardedAt = active.forwardedAt else { return }
    let prefill = now - forwardedAt
    requests[request]?.prefill = prefill
    guard let points = profileWeight(of: active) else { return }
    models[active.deployment].profile.notePrefill(prefill, pointsBefore: points)
  }

  /// The weight of a model's profile against one more request; `nil` for a request that is not profiled.
  private func profileWeight(of active: ActiveRequest) -> Int? {
    active.profilePointsAtStart.map {
      configuration.rules.weighsProfileByPointsAtStart ? $0 : models[active.deployment].profile.points
    }
  }

  mutating func finish(
    _ request: RequestID, tokens: Int, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard let active = requests[request] else { return }
    models[active.deployment].answeredTokens += tokens
    if let points = profileWeight(of: active), let prefill = active.prefill, let forwardedAt = active.forwardedAt {
      let decode = (now - forwardedAt) - prefill
      models[active.deployment].profile.noteAnswer(decode: decode, tokens: tokens, pointsBefore: points)
    }
    end(request, now, &output)
  }

  /// Passes an engine's error on to the client, unless the client has left before.
  mutating func fail(
    request: RequestID, reason: String, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard requests[request] != nil else { return }
    output.commands.append(.answerWithError(request, reason: reason))
    end(request, now, &output)
  }

  /// Forgets a request, whatever its end was, and frees its place.
  ///
  /// The published scheduler frees the place only when the answer was complete, so an error or a client that leaves
  /// keeps the instance alive for ever; that leak is not reproduced.
  mutating func end(_ request: RequestID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard let active = requests.removeValue(forKey: request) else { return }
    if let instance = active.instance, instances[instance].state != .deleted {
      instances[instance].running -= 1
      if instances[instance].running == 0 { noteIdle(instance, now) }
      if active.profilePointsAtStart == nil {
        instances[instance].runningFromPipeline -= 1
      }
    }
    if !models[active.deployment].queue.isEmpty {
      wake(active.deployment, now, &output)
    }
    if request == firstRequest, configuration.rules.startsInstanceLoopAfterFirstAnswer {
      startInstanceLoop(now, &output)
    }
  }

  mutating func abandon(_ request: RequestID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard let active = requests[request] else { return }
    if let instance = active.instance {
      output.commands.append(.abandon(request, on: instance))
    } else {
      models[active.deployment].queue.removeAll { $0 == request }
    }
    end(request, now, &output)
  }
}
