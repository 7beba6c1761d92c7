import Quantities
import ServingModel

/// The arrivals of a run, thinned to its rate: what the systems that are compared have in common.
///
/// Drawing them from two weeks of a trace takes far longer than giving them lengths, so whoever runs several systems
/// draws them once.
public struct ProductionSample: Sendable {
  private enum Content: Sendable {
    /// Arrivals that are yet to be squeezed into the run and given lengths.
    case drawn([PooledArrivals.Arrival], traceSeconds: Double, SyntheticTraceParameters)
    /// Requests that are sent as they are.
    case given([WorkloadRequest])
  }

  private let content: Content
  private var metadata: WorkloadMetadata
  /// What each of the deployed models is used for; drawn arrivals are spread over them.
  private var applications = ProductionWorkload.deployments.map(\.application)

  /// Arrivals from a synthetic trace.
  ///
  /// - Parameters:
  ///   - cv: the factor on the coefficient of variation of the gaps.
  ///   - requestsPerSecond: the mean rate; the run has that many requests an hour, rounded down.
  /// - Throws: `WorkloadError` for a CV or rate out of range, or more requests than arrivals.
  public init(from trace: SyntheticTrace, cv: Double, requestsPerSecond: Double) throws(WorkloadError) {
    try ProductionWorkload.check(cv: cv, requestsPerSecond: requestsPerSecond)
    try self.init(
      trace.segments(cv: cv), traceSeconds: trace.durationSeconds, parameters: trace.parameters,
      metadata: WorkloadMetadata(
        generator: SyntheticTrace.generator, seed: trace.seed, cv: cv, requestsPerSecond: requestsPerSecond,
        durationSeconds: ProductionWorkload.runSeconds, pooledArrivals: 0, outputPurpose: ""))
  }

  /// Arrivals from a function trace of the user's, mapped to the models, fitted and redrawn.
  ///
  /// - Throws: as for a synthetic trace.
  public init(
    from trace: FunctionTrace, cv: Double, requestsPerSecond: Double, seed: UInt64,
    parameters: SyntheticTraceParameters
  ) throws(WorkloadError) {
    try ProductionWorkload.check(cv: cv, requestsPerSecond: requestsPerSecond)
    try parameters.check()
    let replay = TraceReplay(trace: trace, models: ProductionWorkload.deployments.count)
    try self.init(
      replay.segments(cvScale: cv), traceSeconds: replay.durationSeconds, parameters: parameters,
      metadata: WorkloadMetadata(
        generator: TraceReplay.generator, seed: seed, cv: cv, requestsPerSecond: requestsPerSecond,
        durationSeconds: ProductionWorkload.runSeconds, pooledArrivals: 0, outputPurpose: ""))
  }

  /// Thins the arrivals of a trace.
  private init(
    _ segments: [ArrivalSegment], traceSeconds: Double, parameters: SyntheticTraceParameters,
    metadata: WorkloadMetadata
  ) throws(WorkloadError) {
    var random = RandomStream(seed: metadata.seed, purpose: "arrivals")
    var sampling = RandomStream(seed: metadata.seed, purpose: "sampling")
    var times = RandomStream(seed: metadata.seed, purpose: "times of sampled arrivals")
    let pool = PooledArrivals(segments: segments, using: &random)
    let size = ProductionWorkload.requestCount(requestsPerSecond: metadata.requestsPerSecond)
    let arrivals = try pool.sample(size, using: &sampling, refinement: &times)
    content = .drawn(arrivals, traceSeconds: traceSeconds, parameters)
    self.metadata = metadata
    self.metadata.pooledArrivals = pool.count
  }

  /// The requests of a user's trace, sent when it says and as long as it says, the same for every system.
  ///
  /// A request for a deployed model goes there. Where the trace names no model, or only others, each request goes to a
  /// deployed model at random, every one being as likely.
  ///
  /// - Parameters:
  ///   - models: the names of the deployments, in the order of the workload's numbers.
  ///   - seed: of the random models.
  ///   - path: the file, for messages.
  /// - Throws: ``WorkloadError/trace(path:line:problem:)`` for a trace that names some models that are deployed and others
  ///   that are not.
  public init(from trace: TraceFile, models: [String], seed: UInt64, path: String) throws(WorkloadError) {
    content = .given(try trace.requests(models: models, seed: seed, path: path))
    let seconds = trace.records.last?.sendAt.inSeconds ?? 0
    metadata = WorkloadMetadata(
      generator: TraceFile.replayed, seed: seed, cv: trace.metadata?.cv ?? 0,
      requestsPerSecond: seconds > 0 ? Double(trace.records.count) / seconds : 0, durationSeconds: seconds,
      pooledArrivals: trace.records.count, outputPurpose: "")
  }

  /// The same arrivals for other models than those of the paper: each of them gets a contiguous run of the workload's
  /// positions, as functions are mapped to models.
  ///
  /// - Parameter applications: what each model is used for, in order; it decides the lengths of prompts.
  /// - Precondition: there is a model.
  public func spread(over applications: [Application]) -> ProductionSample {
    precondition(!applications.isEmpty, "requests ask for a model")
    var sample = self
    sample.applications = applications
    return sample
  }

  /// Squeezes the arrivals into the run and gives them lengths.
  ///
  /// - Parameter outputPurpose: names the stream of the answers' lengths; arrivals, models and prompts are the same for
  ///   all names.
  /// - Throws: `WorkloadError.malformedResource(name:reason:)`.
  public func workload(outputPurpose: String) throws(WorkloadError) -> Workload {
    var metadata = metadata
    metadata.outputPurpose = outputPurpose
    switch content {
    case .given(let requests):
      return Workload(requests: requests, metadata: metadata)
    case .drawn(let arrivals, let traceSeconds, let parameters):
      let requests = try requests(of: arrivals, traceSeconds: traceSeconds, parameters, outputPurpose: outputPurpose)
      return Workload(requests: requests, metadata: metadata)
    }
  }

  private func requests(
    of arrivals: [PooledArrivals.Arrival], traceSeconds: Double, _ parameters: SyntheticTraceParameters,
    outputPurpose: String
  ) throws(WorkloadError) -> [WorkloadRequest] {
    let lengths = try TokenLengthTable.conversation()
    var prompts = RandomStream(seed: metadata.seed, purpose: "prompts")
    var outputs = RandomStream(seed: metadata.seed, purpose: outputPurpose)
    let end = Timestamp.seconds(ProductionWorkload.runSeconds)
    return arrivals.map { arrival in
      let prompt = lengths.drawContext(using: &prompts)
      let answer = lengths.drawGenerated(after: prompt, using: &outputs)
      // Rounding to nanoseconds must not carry the last arrival to the end of the run.
      let sendAt = min(
        .seconds(arrival.time * ProductionWorkload.runSeconds / traceSeconds),
        Timestamp(nanoseconds: end.nanoseconds - 1))
      let model = arrival.deployment * applications.count / ProductionWorkload.deployments.count
      return WorkloadRequest(
        sendAt: sendAt, deployment: model,
        promptTokens: applications[model].promptTokens(
          conversation: prompt.tokens, maximum: parameters.maximumTokens),
        outputTokens: parameters.answerTokens(answer))
    }
  }
}
