import Quantities
import ServingModel

/// When a worker was in a stage of its cold start.
public struct StageInterval: Hashable, Sendable {
  /// The instance of the worker.
  public let instance: InstanceID
  /// Its position in the pipeline.
  public let rank: Int
  /// Its pod.
  public let pod: String
  /// Its node, as an index.
  public let node: Int
  /// The stage.
  public let stage: ColdStartStage
  /// When the stage began.
  public let start: Timestamp
  /// When the stage ended.
  public let end: Timestamp

  /// A stage of the cold start of a pod, the worker of that rank of an instance.
  public init(
    instance: InstanceID, rank: Int, pod: String, node: Int, stage: ColdStartStage, start: Timestamp, end: Timestamp
  ) {
    self.instance = instance
    self.rank = rank
    self.pod = pod
    self.node = node
    self.stage = stage
    self.start = start
    self.end = end
  }
}

/// One line of a run's event log, on whichever cluster it was.
public enum RunEvent: Hashable, Sendable {
  /// The control plane decided something.
  case decision(Decision, at: Timestamp)
  /// A worker went through a stage of its cold start; logged when the stage ended, those that follow each other without
  /// another event in between when the last of them did.
  case stage(StageInterval)
}
