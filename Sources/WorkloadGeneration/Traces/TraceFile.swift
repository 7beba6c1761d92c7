import Quantities
import ServingModel

/// The requests of a trace file, sorted by send time.
public struct TraceFile: Hashable, Sendable {
  /// The name and version of our own form.
  public static let schema = "hydraserve-trace/1"

  /// The requests.
  public let records: [TraceRecord]
  /// What they were drawn from, where a generator of ours drew them.
  public let metadata: WorkloadMetadata?
  /// How many requests of the file have no prompt or no answer, because they failed where they were recorded; they are
  /// not among the records.
  public let failedRequests: Int

  /// A trace.
  ///
  /// - Precondition: the records are sorted by send time.
  public init(records: [TraceRecord], metadata: WorkloadMetadata? = nil, failedRequests: Int = 0) {
    precondition(zip(records, records.dropFirst()).allSatisfy { $0.sendAt <= $1.sendAt }, "requests come in order")
    self.records = records
    self.metadata = metadata
    self.failedRequests = failedRequests
  }

  /// The trace of a workload, its requests numbered from 1.
  ///
  /// - Parameter deployments: name and application of each deployment, in the order of the workload's numbers.
  /// - Precondition: every deployment of the workload is among them.
  public init(_ workload: Workload, deployments: [(model: String, application: String?)]) {
    self.init(
      records: workload.requests.enumerated().map { index, request in
        let deployment = deployments[request.deployment]
        return TraceRecord(
          id: index + 1, sendAt: request.sendAt, promptTokens: request.promptTokens,
          outputTokens: request.outputTokens, model: deployment.model, application: deployment.application)
      }, metadata: workload.metadata)
  }

  /// Reads a file of requests, whatever its form.
  ///
  /// - Throws: ``WorkloadError/trace(path:line:problem:)``; a function trace has no requests and is refused here, see
  ///   ``FunctionTrace/init(azureFunctions:path:)``.
  public init(_ contents: [UInt8], path: String) throws(WorkloadError) {
    switch try TraceFormat.detect(contents, path: path) {
    case .hydraserve: try self.init(hydraserve: contents, path: path)
    case .mooncake: try self.init(mooncake: contents, path: path)
    case .azureLLM: try self.init(azureLLM: contents, path: path)
    case .burstGPT: try self.init(burstGPT: contents, path: path)
    case .azureFunctions:
      throw .trace(path: path, line: 0, problem: .functionTrace)
    }
  }
}
