import Quantities
import ServingModel

/// The arrivals of a run, thinned to its rate: what the systems that are compared have in common.
///
/// Drawing them from two weeks of a trace takes far longer than giving them lengths, so whoever runs several systems
/// draws them once.
public struct ProductionSample: Sendable {
  private let arrivals: [PooledArrivals.Arrival]
  private let traceSeconds: Double
  private let parameters: SyntheticTraceParameters
  private var metadata: WorkloadMetadata

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
    arrivals = try pool.sample(size, using: &sampling, refinement: &times)
    self.traceSeconds = traceSeconds
    self.parameters = parameters
    self.metadata = metadata
    self.metadata.pooledArrivals = pool.count
  }

  /// Squeezes the arrivals into the run and gives them lengths.
  ///
  /// - Parameter outputPurpose: names the stream of the answers' lengths; arrivals, models and prompts are the same for
  ///   all names.
  /// - Throws: `WorkloadError.malformedResource(name:reason:)`.
  public func workload(outputPurpose: String) throws(WorkloadError) -> Workload {
    let lengths = try TokenLengthTable.conversation()
    var prompts = RandomStream(seed: metadata.seed, purpose: "prompts")
    var outputs = RandomStream(seed: metadata.seed, purpose: outputPurpose)
    let end = Timestamp.seconds(ProductionWorkload.runSeconds)
    let requests = arrivals.map { arrival in
      let prompt = lengths.drawContext(using: &prompts)
      let answer = lengths.drawGenerated(after: prompt, using: &outputs)
      // Rounding to nanoseconds must not carry the last arrival to the end of the run.
      let sendAt = min(
        .seconds(arrival.time * ProductionWorkload.runSeconds / traceSeconds),
        Timestamp(nanoseconds: end.nanoseconds - 1))
      return WorkloadRequest(
        sendAt: sendAt, deployment: arrival.deployment,
        promptTokens: ProductionWorkload.deployments[arrival.deployment].application.promptTokens(
          conversation: prompt.tokens, maximum: parameters.maximumTokens),
        outputTokens: min(
          max(Int((parameters.outputFactor * answer).rounded()), 2), parameters.maximumTokens))
    }
    var metadata = metadata
    metadata.outputPurpose = outputPurpose
    return Workload(requests: requests, metadata: metadata)
  }
}
