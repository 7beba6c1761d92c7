import Quantities
import Scheduling
import ServingModel

/// A part of a worker's cold start.
public enum ColdStartStage: String, CaseIterable, Hashable, Sendable {
  /// The pod or actor is created and its container starts.
  case container
  /// The runtime and its libraries load.
  case runtime
  /// The CUDA context is made.
  case cudaContext = "cuda_context"
  /// Weights travel from remote storage to host memory.
  case fetch
  /// Weights go to the GPU.
  case load
  /// The engine starts.
  case engine
  /// The engine makes its profile run.
  case profile
  /// The stages of the pipeline connect.
  case pipeline
  /// The rest of the model travels, so that the worker can serve alone; after the cold start, while the pipeline serves.
  case rest
  /// From ready to the first token that leaves the engine.
  case firstToken = "first_token"
}

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

/// One line of a run's event log.
public enum RunEvent: Hashable, Sendable {
  /// The control plane decided something.
  case decision(Decision, at: Timestamp)
  /// A worker went through a stage of its cold start; logged when the stage ended, those that follow each other without
  /// another event in between when the last of them did.
  case stage(StageInterval)
}

/// What a run leaves behind.
public struct RunLog: Sendable {
  /// One record for each request, in the order in which they were sent.
  public var requests: [RequestRecord] = []
  /// Decisions and stages in the order in which they happened.
  public var events: [RunEvent] = []
  /// The gaps between tokens of one answer, in no order; none where events are not kept.
  public var tokenGaps: [TokenGap] = []
  /// How many simulated events were handled.
  public var handledEvents = 0
  /// Output tokens that reached clients.
  public var deliveredTokens = 0
  /// When the run ended.
  public var end = Timestamp.zero

  /// The log of a run in which nothing has happened yet.
  public init() {}
}
