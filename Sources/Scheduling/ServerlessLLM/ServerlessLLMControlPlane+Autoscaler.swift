import Quantities
import ServingModel

/// The loop that compares wanted with running instances, places new ones and ends old ones.
extension ServerlessLLMControlPlane {
  /// Sees to it that the autoscaler looks at the models at its next round; rounds lie on a grid from the start.
  mutating func startAutoscaler(_ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard !autoscalerIsDue else { return }
    autoscalerIsDue = true
    let period = configuration.autoscalerPeriod.inWholeNanoseconds
    let rounds = (now - startedAt).inWholeNanoseconds / period + 1
    output.commands.append(
      .setTimer(.autoscaler, at: Timestamp(nanoseconds: startedAt.nanoseconds + rounds * period)))
  }

  mutating func autoscale(_ now: Timestamp, _ output: inout ControlPlaneOutput) {
    autoscalerIsDue = false
    for deployment in activeModels {
      scale(deployment, &output)
    }
    placeInstances(now, &output)
    for deployment in activeModels where !models[deployment].isActive {
      models[deployment].isListed = false
    }
    activeModels.removeAll { !models[$0].isListed }
    if !activeModels.isEmpty {
      startAutoscaler(now, &output)
    }
  }

  private mutating func scale(_ deployment: DeploymentIndex, _ output: inout ControlPlaneOutput) {
    let target = configuration.concurrencyTarget
    let wanted = (models[deployment].outstanding + target - 1) / target
    let present = models[deployment].starting.count + models[deployment].ready.count
    if wanted > present {
      let instance = instances.count
      instances.append(Instance(deployment: deployment))
      models[deployment].starting.append(instance)
      unplaced.append(instance)
      output.decisions.append(
        .instanceCreated(instance, deployment: deployment, pipelineSize: 1, willConsolidate: false))
    } else if wanted < present {
      if models[deployment].idleRounds >= configuration.keepAliveRounds {
        models[deployment].idleRounds = 0
        stopIdleInstance(of: deployment, &output)
      } else {
        models[deployment].idleRounds += 1
      }
    }
  }

  /// Ends the youngest instance that runs nothing.
  private mutating func stopIdleInstance(of deployment: DeploymentIndex, _ output: inout ControlPlaneOutput) {
    guard let position = models[deployment].ready.lastIndex(where: { instances[$0].running == 0 }) else { return }
    let instance = models[deployment].ready.remove(at: position)
    release(instance, billed: true, &output)
  }

  // MARK: Placement

  private mutating func placeInstances(_ now: Timestamp, _ output: inout ControlPlaneOutput) {
    let waiting = unplaced
    unplaced.removeAll(keepingCapacity: true)
    for instance in waiting {
      if let node = bestNode(for: instances[instance].deployment, at: now) {
        start(instance, on: node, now, &output)
      } else {
        unplaced.append(instance)
      }
    }
  }

  /// The node with a free GPU on which a model would be loaded soonest; the first among equals.
  private func bestNode(for deployment: DeploymentIndex, at now: Timestamp) -> Int? {
    let model = deployments[deployment]
    var best: (node: Int, load: Duration)?
    for (node, free) in gpus.freestGB().enumerated() {
      let worker = nodes[node]
      guard free == worker.gpuMemoryGB, worker.gpuMemoryGB >= model.schedulerSizeGB else { continue }
      let load = estimatedLoad(of: model, on: worker, at: now)
      if best.map({ load < $0.load }) ?? true {
        best = (node, load)
      }
    }
    return best?.node
  }

  private func estimatedLoad(of model: ModelDeployment, on worker: WorkerNode, at now: Timestamp) -> Duration {
    if worker.pool.contains(model.name.description) {
      return model.weights / configuration.hostToGPUEstimate
    }
    let wait = max(worker.fetchesEnd - now, .zero)
    return wait + model.weights / worker.network
  }

  private mutating func start(
    _ instance: InstanceID, on node: Int, _ now: Timestamp, _ output: inout ControlPlaneOutput
  ) {
    let deployment = instances[instance].deployment
    let model = deployments[deployment]
    guard let claims = gpus.claim(nodes: [node], memoryGB: [nodes[node].gpuMemoryGB]) else {
      preconditionFailure("a node was chosen for its free GPU")
    }
    instances[instance].claims = claims
    let name = model.name.description
    let source: WeightSource = nodes[node].pool.contains(name) ? .hostMemory : .remoteStorage
    if source == .hostMemory {
      nodes[node].pool.touch(name)
    } else {
      nodes[node].fetchesEnd = max(nodes[node].fetchesEnd, now) + model.weights / nodes[node].network
      _ = nodes[node].pool.insert(model: name, bytes: model.weights)
    }
    let plan = PlacementPlan(
      nodes: [node], memoryGB: [nodes[node].gpuMemoryGB], gbps: [nodes[node].network.inGbps], willConsolidate: false)
    output.decisions.append(.podsRequested(instance, deployment: deployment, plan: plan, claims: claims))
    output.commands.append(
      .createPods(
        instance, deployment: deployment,
        workers: [WorkerSpecification(id: nextWorker, rank: 0, claim: claims[0], source: source)]))
    instances[instance].worker = nextWorker
    nextWorker += 1
  }

  // MARK: Life of an instance

  /// Asks a worker to initialise, unless its instance has been given up while its pod started.
  func initialise(_ instance: InstanceID, _ output: inout ControlPlaneOutput) {
    guard !instances[instance].isDeleted else { return }
    output.commands.append(.initialise(instance))
  }

  mutating func becomeReady(_ instance: InstanceID, _ output: inout ControlPlaneOutput) {
    let deployment = instances[instance].deployment
    guard let position = models[deployment].starting.firstIndex(of: instance) else { return }
    models[deployment].starting.remove(at: position)
    models[deployment].ready.append(instance)
    models[deployment].consecutiveFailures = 0
    let claims = instances[instance].claims
    output.decisions.append(.instanceReady(instance, deployment: deployment, pods: claims.map(\.podName)))
    output.decisions.append(.costAdded(deployment: deployment, memoryGB: claims.map(\.askedGB)))
  }

  mutating func fail(_ instance: InstanceID, reason: String, _ now: Timestamp, _ output: inout ControlPlaneOutput) {
    guard !instances[instance].isDeleted else { return }
    let deployment = instances[instance].deployment
    let wasReady = models[deployment].ready.contains(instance)
    models[deployment].starting.removeAll { $0 == instance }
    models[deployment].ready.removeAll { $0 == instance }
    output.decisions.append(.instanceFailed(instance, deployment: deployment, reason: reason))
    release(instance, billed: wasReady, &output)
    guard !wasReady else { return }
    models[deployment].consecutiveFailures += 1
    guard models[deployment].consecutiveFailures >= configuration.maxConsecutiveFailures else { return }
    models[deployment].consecutiveFailures = 0
    while let request = models[deployment].queue.popFirst() {
      output.commands.append(.answerWithError(request, reason: reason))
      end(request, now, &output)
    }
  }

  private mutating func release(_ instance: InstanceID, billed: Bool, _ output: inout ControlPlaneOutput) {
    instances[instance].isDeleted = true
    let claims = instances[instance].claims
    if billed {
      output.decisions.append(
        .costRemoved(deployment: instances[instance].deployment, memoryGB: claims.map(\.askedGB)))
    }
    output.decisions.append(.releaseStarted(instance, pods: claims.map(\.podName)))
    output.commands.append(.deletePods(instance, workers: instances[instance].worker.map { [$0] } ?? []))
  }

  mutating func free(_ instance: InstanceID, _ output: inout ControlPlaneOutput) {
    gpus.release(instances[instance].claims)
    output.decisions.append(.releaseFinished(instance, pods: instances[instance].claims.map(\.podName)))
  }
}
