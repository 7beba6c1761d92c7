import Quantities
import ServingModel

/// Requests of a trace for models that are deployed here.
extension TraceFile {
  /// The name under which workloads of a user's requests are recorded.
  public static let replayed = "replayed-requests/1"

  /// The requests with the deployment that each asks for.
  ///
  /// - Throws: ``WorkloadError/trace(path:line:problem:)`` where the names of some requests are deployed and those of
  ///   others are not.
  func requests(models: [String], seed: UInt64, path: String) throws(WorkloadError) -> [WorkloadRequest] {
    let numbers = Dictionary(models.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let named = records.map { $0.model.flatMap { numbers[$0] } }
    let isNamed = named.contains { $0 != nil }
    var random = RandomStream(seed: seed, purpose: "models of a trace")
    var requests: [WorkloadRequest] = []
    requests.reserveCapacity(records.count)
    for (index, record) in records.enumerated() {
      let deployment: DeploymentIndex
      if let number = named[index] {
        deployment = number
      } else if isNamed {
        let problem = record.model.map(TraceProblem.unknownModel) ?? .blank(column: "model")
        throw .trace(path: path, line: index + 2, problem: problem)  // after the header
      } else {
        deployment = random.uniform(below: models.count)
      }
      requests.append(
        WorkloadRequest(
          sendAt: record.sendAt, deployment: deployment, promptTokens: record.promptTokens,
          outputTokens: record.outputTokens))
    }
    return requests
  }
}
