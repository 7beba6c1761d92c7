import Quantities
import ServingModel

/// A run of the published artifact, taken from its logs, so that our own analysis and figures can use it.
///
/// Unlike the published analysis this one loses no request: one without an answer is there as failed or unfinished, the
/// last one too. Of a request that was answered twice the last answer counts, as its clock was started anew then.
public struct ImportedRun: Hashable, Sendable {
  /// One request of the run.
  public struct ImportedRequest: Hashable, Sendable {
    /// The number of the request, from 1 in the order of arrival.
    public let id: RequestID
    /// The position of its model among the deployments.
    public let deployment: DeploymentIndex
    /// When it was sent, from the start of the run; `nil` where the logs do not tell.
    public let arrival: Duration?
    /// TTFT, from the last attempt's start; `nil` without an answer.
    public let timeToFirstToken: Duration?
    /// TPOT; `nil` without an answer of two tokens or more.
    public let timePerOutputToken: Duration?
    /// The tokens of the answer; 0 without one.
    public let outputTokens: Int
    /// How it ended.
    public let outcome: RequestOutcome
  }

  /// The requests in the order of their numbers, without a hole.
  public let requests: [ImportedRequest]
  /// The GPU memory × time of each model per request in GB·s, as the published analysis computes it; `nil` without a
  /// control-plane log and a trace, or where that analysis stops before.
  public let costsPerRequest: [ArtifactAnalysis.ModelValue]?
  /// Whether the arrivals are known: the sample drawn from the trace is the one that was sent.
  public let hasArrivals: Bool
  /// How often a request was sent again after its connection was reset; their TTFT leaves the lost attempt out.
  public let retries: Int

  /// Takes a run from its logs.
  ///
  /// The published generator draws its sample without a seed, and the logs hold no times of sending. The arrivals are
  /// taken from the sample of the published analysis only if it asks for the same models in the same order.
  ///
  /// - Parameters:
  ///   - log: the request generator's log.
  ///   - costInputs: the control plane's log with the trace and the rate, where there are any.
  ///   - deployments: the run's model set.
  /// - Throws: `ArtifactLogError` for a model that is not deployed, or for a log without requests or with a hole.
  public init(
    log: ArtifactRequestLog, costInputs: ArtifactAnalysis.CostInputs?, deployments: [ModelDeployment]
  ) throws(ArtifactLogError) {
    let sent = try Self.sentRequests(of: log)
    let models = ArtifactModels(deployments)
    let arrivals = costInputs.flatMap { Self.arrivals(of: sent, inputs: $0) }
    var answers: [Int: ArtifactRequestLog.Result] = [:]
    for result in log.results { answers[result.request] = result }
    let withoutTokens = Set(log.withoutTokens)

    var requests: [ImportedRequest] = []
    for (index, request) in sent.enumerated() {
      guard let (deployment, _) = models.find(request.model) else {
        throw .unknownModel(file: log.file, line: request.line, model: request.model)
      }
      requests.append(
        ImportedRequest(
          id: request.request, deployment: deployment, arrival: arrivals?[index],
          answer: answers[request.request], hasNoTokens: withoutTokens.contains(request.request)))
    }
    self.requests = requests
    hasArrivals = arrivals != nil
    retries = log.retries
    costsPerRequest = costInputs.flatMap { inputs in
      ArtifactAnalysis(requests: log, costInputs: inputs, deployments: deployments).costs
    }
  }

  /// The requests as records of our own analysis.
  ///
  /// The logs do not say how long the prompts were: they count 0 tokens. Where arrivals are unknown every request is
  /// sent at 0, so that rates over time mean nothing; TTFT, TPOT and attainment do not depend on it.
  public var records: [RequestRecord] {
    requests.map { imported in
      let request = Request(
        id: imported.id, deployment: imported.deployment, promptTokens: 0, outputTokens: max(imported.outputTokens, 1))
      var record = RequestRecord(request: request, sentAt: .zero + (imported.arrival ?? .zero))
      record.outcome = imported.outcome
      guard imported.outcome == .completed, let ttft = imported.timeToFirstToken else { return record }
      let first = record.sentAt + ttft
      record.firstTokenAt = first
      record.finishedAt = first + (imported.timePerOutputToken ?? .zero) * (imported.outputTokens - 1)
      return record
    }
  }

  /// The requests sent, by number; refuses a log that leaves one out.
  private static func sentRequests(
    of log: ArtifactRequestLog
  ) throws(ArtifactLogError) -> [ArtifactRequestLog.Sent] {
    let sent = log.sent.sorted { ($0.request, $0.line) < ($1.request, $1.line) }
    guard !sent.isEmpty else { throw .noResults(file: log.file, lines: log.lineCount) }
    for (index, request) in sent.enumerated() where request.request != index + 1 {
      guard request.request > index else {
        throw .repeatedRequest(file: log.file, line: request.line, request: request.request)
      }
      throw .unknownLostRequest(file: log.file, request: index + 1)
    }
    for result in log.results where !sent.indices.contains(result.request - 1) {
      throw .unknownRequest(file: log.file, line: result.line, request: result.request)
    }
    return sent
  }

  private static func arrivals(
    of sent: [ArtifactRequestLog.Sent], inputs: ArtifactAnalysis.CostInputs
  ) -> [Duration]? {
    let sample = ArtifactSample(of: inputs.trace, requestsPerSecond: inputs.requestsPerSecond)
    guard sample.arrivals.map(\.model) == sent.map(\.model) else { return nil }
    return sample.arrivals.map { .seconds($0.seconds) }
  }
}

extension ImportedRun.ImportedRequest {
  fileprivate init(
    id: RequestID, deployment: DeploymentIndex, arrival: Duration?, answer: ArtifactRequestLog.Result?,
    hasNoTokens: Bool
  ) {
    self.id = id
    self.deployment = deployment
    self.arrival = arrival
    guard let answer else {
      timeToFirstToken = nil
      timePerOutputToken = nil
      outputTokens = 0
      outcome = hasNoTokens ? .failed("No token came back.") : .unfinished
      return
    }
    outputTokens = answer.tokens
    timeToFirstToken = .seconds(answer.ttftSeconds)
    timePerOutputToken = answer.tokens > 1 ? .milliseconds(answer.tpotMilliseconds) : nil
    if answer.tokens == 0 {
      outcome = .failed("The answer had no tokens.")
    } else if answer.ttftSeconds < 0 {
      outcome = .failed("The answer is older than the request.")
    } else if answer.tokens > 1, answer.tpotMilliseconds < 0 {
      outcome = .failed("The answer broke off: its last token is older than its first.")
    } else {
      outcome = .completed
    }
  }
}
