import Quantities
import ServingModel

/// A request of a workload.
public struct WorkloadRequest: Hashable, Sendable {
  /// When the client sends it.
  public let sendAt: Timestamp
  /// The deployment that it asks for.
  public let deployment: DeploymentIndex
  /// Length of the prompt in tokens, at least 1.
  public let promptTokens: Int
  /// Length of the answer in tokens, at least 1.
  public let outputTokens: Int

  /// A request of a workload.
  public init(sendAt: Timestamp, deployment: DeploymentIndex, promptTokens: Int, outputTokens: Int) {
    self.sendAt = sendAt
    self.deployment = deployment
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
  }
}

/// The requests of one run, sorted by send time: one stored sample that every system and the analysis use.
public struct Workload: Hashable, Sendable {
  /// The requests, sorted by send time.
  public let requests: [WorkloadRequest]
  /// What they were drawn from.
  public let metadata: WorkloadMetadata

  /// A workload.
  ///
  /// - Precondition: the requests are sorted by send time.
  public init(requests: [WorkloadRequest], metadata: WorkloadMetadata) {
    precondition(zip(requests, requests.dropFirst()).allSatisfy { $0.sendAt <= $1.sendAt }, "requests come in order")
    self.requests = requests
    self.metadata = metadata
  }
}

/// What a workload was drawn from: enough to draw it again.
public struct WorkloadMetadata: Codable, Hashable, Sendable {
  /// The generator and the version of its recipe, for example `synthetic-production-trace/1`.
  public var generator: String
  /// The seed of all its streams.
  public var seed: UInt64
  /// The factor on the coefficient of variation of the trace's gaps.
  public var cv: Double
  /// The mean rate over the run.
  public var requestsPerSecond: Double
  /// The length of the run in seconds.
  public var durationSeconds: Double
  /// How many arrivals the requests were sampled from.
  public var pooledArrivals: Int
  /// The purpose of the stream that drew the answers' lengths.
  public var outputPurpose: String

  /// A description of a workload.
  public init(
    generator: String, seed: UInt64, cv: Double, requestsPerSecond: Double, durationSeconds: Double,
    pooledArrivals: Int, outputPurpose: String
  ) {
    self.generator = generator
    self.seed = seed
    self.cv = cv
    self.requestsPerSecond = requestsPerSecond
    self.durationSeconds = durationSeconds
    self.pooledArrivals = pooledArrivals
    self.outputPurpose = outputPurpose
  }
}
