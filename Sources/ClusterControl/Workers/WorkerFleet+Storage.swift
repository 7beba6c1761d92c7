import NIOCore
import PodEmulation
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// What storage agents are told and asked.
extension WorkerFleet {
  /// Has a node's agent fetch a stage ahead. If it cannot, the worker that needs the stage will say so.
  func prefetch(_ deployment: DeploymentIndex, rank: Int, of pipelineSize: Int, on node: Int) {
    let shard = ShardRequest(
      model: settings.deployments[deployment].name.description, rank: rank, pipelineSize: pipelineSize, isRest: false,
      isPrefetch: true)
    guard let agent = settings.agentAddress(node) else { return }
    Task { try await AgentClient.prefetch(shard, host: agent.host, port: agent.port) }
  }

  /// Asks a node's agent whether it holds a model; one that does not answer holds nothing.
  func askCache(_ deployment: DeploymentIndex, node: Int) {
    let message = StorageAgentMessage.query(model: settings.deployments[deployment].name.description)
    let agent = settings.agentAddress(node)
    let fleet = NIOLoopBound(self, eventLoop: eventLoop)
    Task { [eventLoop] in
      var answer: UInt64?
      if let agent { answer = (try? await AgentClient.ask(message, host: agent.host, port: agent.port)) ?? nil }
      let presence = answer.flatMap(ModelPresence.init(rawValue:)) ?? .unknown
      eventLoop.execute {
        fleet.value.tell(
          .event(.cacheAnswered(deployment: deployment, node: node, CacheAnswer(presence))))
      }
    }
  }
}

extension CacheAnswer {
  fileprivate init(_ presence: ModelPresence) {
    switch presence {
    case .cached: self = .held
    case .evicted: self = .evicted
    case .unknown: self = .unknown
    }
  }
}
