import Quantities
import ServingModel

/// The life of a request and the load balancer that hands it out.
extension ServerlessLLMControlPlane {
  mutating func arrive(
    _ request: RequestID, at deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    requests[request] = ActiveRequest(deployment: deployment, arrivedAt: now)
    if !models[deployment].isListed {
      models[deployment].isListed = true
      activeModels.append(deployment)
    }
    models[deployment].outstanding += 1
    models[deployment].idleRounds = 0
    models[deployment].queue.append(request)
    startAutoscaler(now, &output)
    startRouter(deployment, now, &output)
  }

  /// Begins the pause after which the first waiting request is handed out.
  private mutating func startRouter(
    _ deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard !models[deployment].routerIsBusy, !models[deployment].queue.isEmpty else { return }
    models[deployment].routerIsBusy = true
    output.commands.append(.setTimer(.router(deployment), at: now + configuration.routerPeriod))
  }

  mutating func route(_ deployment: DeploymentIndex, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    models[deployment].routerIsBusy = false
    guard let request = models[deployment].queue.first else { return }
    let ready = models[deployment].ready
    guard !ready.isEmpty else { return startRouter(deployment, now, &output) }
    let instance = ready[models[deployment].roundRobin % ready.count]
    models[deployment].roundRobin += 1
    guard instances[instance].running < configuration.concurrencyTarget else {
      models[deployment].routerIsBusy = true
      let pause = configuration.routerBackOff + configuration.routerPeriod
      output.commands.append(.setTimer(.router(deployment), at: now + pause))
      return
    }
    models[deployment].queue.removeFirst()
    forward(request, to: instance, now, &output)
    startRouter(deployment, now, &output)
  }

  private mutating func forward(
    _ request: RequestID, to instance: InstanceID, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard let active = requests[request] else { preconditionFailure("request \(request) is queued but unknown") }
    requests[request]?.instance = instance
    output.decisions.append(
      .requestAllocated(
        request, to: instance, waited: now - active.arrivedAt, pipelineSize: 1,
        runningBefore: instances[instance].running))
    instances[instance].running += 1
    output.commands.append(.forward(request, to: instance))
  }

  mutating func end(_ request: RequestID, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard let active = requests.removeValue(forKey: request) else { return }
    models[active.deployment].outstanding -= 1
    if let instance = active.instance {
      instances[instance].running -= 1
    }
  }

  /// Passes an engine's error on to the client, unless the client has left before.
  mutating func fail(
    request: RequestID, reason: String, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    guard requests[request] != nil else { return }
    output.commands.append(.answerWithError(request, reason: reason))
    end(request, now, &output)
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
