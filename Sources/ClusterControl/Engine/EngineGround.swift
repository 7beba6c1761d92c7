import NIOCore
import Scheduling
import ServingModel

/// What engines of the user's own run on: this machine as it is. They fetch their weights themselves, so nothing has to be
/// started before the first of them.
public struct EngineGround: ClusterGround {
  let engine: OwnEngine
  let processes: EngineProcesses
  /// The GPU servers, whose slots the engines stand behind.
  public let nodes: [GPUServer]
  /// The deployed models.
  public let deployments: [ModelDeployment]
  /// How long the answer is to a request that does not say.
  public var usualAnswerTokens = 512

  /// Slots for an engine.
  ///
  /// - Parameters:
  ///   - logs: the folder that the output of engines goes to; it exists.
  ///   - record: called with everything that would outlive a controller that is killed.
  public init(
    _ engine: OwnEngine, nodes: [GPUServer], deployments: [ModelDeployment], logs: String,
    record: @escaping @Sendable (LocalResource) throws -> Void
  ) {
    self.engine = engine
    self.nodes = nodes
    self.deployments = deployments
    processes = EngineProcesses(record: record, logs: logs)
  }

  /// The cluster, with nothing running on it yet.
  public func cluster(
    clock: LiveClock, eventLoop: any EventLoop, report: @escaping (ClusterReport) -> Void
  ) -> any ControlledCluster {
    EngineCluster(self, eventLoop: eventLoop, report: report)
  }

  /// Does nothing: the engines have ended with the cluster.
  public func stop() async {}
}
