import Quantities
import ServingModel

/// The requests of one application.
public struct ApplicationSummary: Hashable, Sendable {
  /// The application's name.
  public let application: String
  /// What its requests experienced.
  public let requests: RequestStatistics
}

/// The requests of one model and what serving them cost.
public struct ModelSummary: Hashable, Sendable {
  /// The model.
  public let name: ModelInstanceName
  /// The application that it serves, where the workload has applications.
  public let application: String?
  /// What its requests experienced.
  public let requests: RequestStatistics
  /// GPU memory held × time held, in GB·s; `nil` where the run did not account for it.
  public let gpuMemoryTime: Double?

  /// The cost divided by the requests sent, in GB·s.
  public var costPerRequest: Double? {
    gpuMemoryTime.map { $0 / Double(requests.sent) }
  }
}

/// The analysis of one run: its requests in all, per application and per model.
public struct RunSummary: Hashable, Sendable {
  /// All requests.
  public let total: RequestStatistics
  /// The applications in the order in which the deployments name them; those without requests are there too.
  public let applications: [ApplicationSummary]
  /// The models that were asked for, in deployment order; the others have nothing to report.
  public let models: [ModelSummary]
  /// The gaps between tokens, in milliseconds, where token times are known.
  public let interTokenLatency: Distribution?
  /// The time over which rates are taken.
  public let span: Duration

  /// Analyses a run.
  ///
  /// - Parameters:
  ///   - records: one record for each request that was sent.
  ///   - deployments: what was deployed; requests name their model by its position here.
  ///   - tokenGaps: every gap between two tokens of an answer, where the run recorded token times.
  ///   - gpuMemoryTime: GPU memory held × time held of each deployment, in GB·s; `nil` where nobody counted it.
  ///   - span: the time over which rates are taken; from the first request sent to the last one's end if not given.
  /// - Precondition: every request's deployment is in the list, and there are as many costs as deployments.
  public init(
    records: [RequestRecord], deployments: [ModelDeployment], tokenGaps: [TokenGap] = [],
    gpuMemoryTime: [Double]? = nil, span: Duration? = nil
  ) {
    precondition(gpuMemoryTime.map { $0.count == deployments.count } ?? true, "one cost for each deployment")
    var perDeployment = Array(repeating: [RequestRecord](), count: deployments.count)
    for record in records { perDeployment[record.request.deployment].append(record) }

    total = RequestStatistics(records, deployments: deployments)
    models = deployments.indices.filter { !perDeployment[$0].isEmpty }.map { index in
      ModelSummary(
        name: deployments[index].name, application: deployments[index].application,
        requests: RequestStatistics(perDeployment[index], deployments: deployments),
        gpuMemoryTime: gpuMemoryTime?[index])
    }
    applications = namedApplications(of: deployments).map { name in
      let group = deployments.indices.filter { deployments[$0].application == name }.flatMap { perDeployment[$0] }
      return ApplicationSummary(
        application: name, requests: RequestStatistics(group, deployments: deployments))
    }
    interTokenLatency = Distribution(of: tokenGaps)
    self.span = span ?? spanned(by: records)
  }

  /// Completed requests per second; `nil` for a run that took no time.
  public var requestThroughput: Double? { rate(total.completed) }
  /// Requests completed within both SLOs per second; `nil` for a run that took no time.
  public var goodput: Double? { rate(total.withinBoth) }
  /// Output tokens of completed requests per second; `nil` for a run that took no time.
  public var outputThroughput: Double? { rate(total.outputTokens) }

  private func rate(_ count: Int) -> Double? {
    span > .zero ? Double(count) / span.inSeconds : nil
  }
}

/// The applications of some deployments, each once, in order of appearance.
func namedApplications(of deployments: [ModelDeployment]) -> [String] {
  var seen: Set<String> = []
  return deployments.compactMap(\.application).filter { seen.insert($0).inserted }
}

/// From the first request sent to the last end of one.
private func spanned(by records: [RequestRecord]) -> Duration {
  guard let first = records.map(\.sentAt).min(), let last = records.compactMap(\.finishedAt).max() else { return .zero }
  return last - first
}
