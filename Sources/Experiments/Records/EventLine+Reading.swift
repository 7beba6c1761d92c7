import ClusterSimulation
import FoundationEssentials
import Quantities
import Scheduling
import ServingModel

extension EventLog {
  /// Reads the text of a log, in its order.
  ///
  /// What a plan had besides its claims is not in the text: rates are 0 and nothing consolidates in what is read.
  ///
  /// - Parameters:
  ///   - path: what an error names.
  ///   - deployment: what was run; it gives models and nodes their numbers.
  /// - Throws: ``ExperimentError/malformed(path:line:expected:)`` for a line that is no event of this deployment.
  public static func events(
    in text: some StringProtocol, path: String, deployment: ServingDeployment
  ) throws -> [RunEvent] {
    let names = EventNames(deployment)
    let decoder = JSONDecoder()
    return try text.split(separator: "\n").enumerated().map { number, line in
      guard let read = try? decoder.decode(EventLine.self, from: Data(line.utf8)), let event = read.event(names) else {
        throw ExperimentError.malformed(path: path, line: number + 1, expected: "an event of this run")
      }
      return event
    }
  }
}

/// The numbers of what events name.
private struct EventNames {
  private let models: [String: DeploymentIndex]
  private let nodes: [String: Int]

  init(_ deployment: ServingDeployment) {
    models = Dictionary(
      uniqueKeysWithValues: deployment.deployments.enumerated().map { ($1.name.description, $0) })
    nodes = Dictionary(uniqueKeysWithValues: deployment.backend.nodes.enumerated().map { ($1.name, $0) })
  }

  func model(_ name: String?) -> DeploymentIndex? {
    name.flatMap { models[$0] }
  }

  /// The numbers of nodes; `nil` if one is unknown or no list is there.
  func nodes(_ names: [String]?) -> [Int]? {
    guard let names else { return nil }
    let numbers = names.compactMap { nodes[$0] }
    return numbers.count == names.count ? numbers : nil
  }
}

extension EventLine {
  /// The event that the line tells of; `nil` when something is missing or unknown.
  fileprivate func event(_ names: EventNames) -> RunEvent? {
    if event == "stage" { return interval(names).map(RunEvent.stage) }
    return decision(names).map { .decision($0, at: .seconds(time)) }
  }

  private func interval(_ names: EventNames) -> StageInterval? {
    guard let instance, let rank, let pod = pods?.first, let node = names.nodes(nodes)?.first, let start, let end,
      let stage = stage.flatMap(ColdStartStage.init)
    else { return nil }
    return StageInterval(
      instance: instance, rank: rank, pod: pod, node: node, stage: stage, start: .seconds(start), end: .seconds(end))
  }

  private func decision(_ names: EventNames) -> Decision? {
    switch event {
    case "network_claimed", "network_released", "network_claimed_exclusively": network(names)
    case "cost_added", "cost_removed": cost(names)
    case "cache_noted", "cache_answered": cache(names)
    case "instance_loop_started": .instanceLoopStarted
    default: ofInstance(names)
    }
  }

  private func network(_ names: EventNames) -> Decision? {
    guard let nodes = names.nodes(nodes) else { return nil }
    switch event {
    case "network_released": return .networkReleased(nodes: nodes)
    case "network_claimed_exclusively": return .networkClaimedExclusively(nodes: nodes)
    default:
      guard let sizeGB, let slo else { return nil }
      return .networkClaimed(nodes: nodes, sizeGB: sizeGB, sloMilliseconds: slo)
    }
  }

  private func cost(_ names: EventNames) -> Decision? {
    guard let model = names.model(model), let memoryGB else { return nil }
    return event == "cost_added"
      ? .costAdded(deployment: model, memoryGB: memoryGB) : .costRemoved(deployment: model, memoryGB: memoryGB)
  }

  private func cache(_ names: EventNames) -> Decision? {
    guard let model = names.model(model), let node = names.nodes(nodes)?.first else { return nil }
    guard event == "cache_answered" else { return .cacheNoted(deployment: model, node: node) }
    return answer.flatMap(CacheAnswer.init).map { .cacheAnswered(deployment: model, node: node, $0) }
  }

  private func ofInstance(_ names: EventNames) -> Decision? {
    guard let instance else { return nil }
    switch (event, names.model(model), pods) {
    case ("instance_created", let model?, _):
      guard let pipelineSize, let willConsolidate else { return nil }
      return .instanceCreated(
        instance, deployment: model, pipelineSize: pipelineSize, willConsolidate: willConsolidate)
    case ("pods_requested", let model?, let pods?): return request(of: pods, instance, model, names)
    case ("instance_ready", let model?, let pods?): return .instanceReady(instance, deployment: model, pods: pods)
    case ("instance_failed", let model?, _):
      return reason.map { .instanceFailed(instance, deployment: model, reason: $0) }
    case ("request_allocated", _, _):
      guard let request, let waited, let pipelineSize, let runningBefore else { return nil }
      return .requestAllocated(
        request, to: instance, waited: Timestamp.seconds(waited) - .zero,
        pipelineSize: pipelineSize, runningBefore: runningBefore)
    case ("release_started", _, let pods?): return .releaseStarted(instance, pods: pods)
    case ("release_finished", _, let pods?): return .releaseFinished(instance, pods: pods)
    case ("consolidation_started", _, _):
      guard let pipelineSize, let memoryGB else { return nil }
      return .consolidationStarted(instance, pipelineSize: pipelineSize, memoryGB: memoryGB)
    case ("consolidation_ended", _, _):
      guard let pipelineSize, let wasDeleted else { return nil }
      return .consolidationEnded(instance, pipelineSize: pipelineSize, wasDeleted: wasDeleted)
    case ("rest_requested", let model?, let pods?):
      guard let pod = pods.first, let rank, let pipelineSize, let node = names.nodes(nodes)?.first else { return nil }
      return .restRequested(
        instance, deployment: model, pod: pod, rank: rank, pipelineSize: pipelineSize, node: node)
    case ("migration_requested", _, let pods?):
      guard let pod = pods.first, let coldStartRequests else { return nil }
      return .migrationRequested(instance, pod: pod, coldStartRequests: coldStartRequests)
    case ("old_stage_stop_requested", _, let pods?):
      return pods.first.map { .oldStageStopRequested(instance, pod: $0) }
    default: return nil
    }
  }

  private func request(
    of pods: [String], _ instance: InstanceID, _ model: DeploymentIndex, _ names: EventNames
  ) -> Decision? {
    guard let nodes = names.nodes(nodes), let gpus, let memoryGB, let heldGB,
      [nodes.count, gpus.count, memoryGB.count, heldGB.count].allSatisfy({ $0 == pods.count })
    else { return nil }
    let claims = pods.indices.map { index in
      GPUClaim(
        podName: pods[index], node: nodes[index], gpu: gpus[index], askedGB: memoryGB[index], heldGB: heldGB[index])
    }
    let plan = PlacementPlan(
      nodes: nodes, memoryGB: memoryGB, gbps: Array(repeating: 0, count: nodes.count), willConsolidate: false)
    return .podsRequested(instance, deployment: model, plan: plan, claims: claims)
  }
}
