import ResultAnalysis
import ServingModel

/// What one seed of an end-to-end setting gave, as `summary.json` keeps it and figures take it.
public struct EndToEndSummary: Codable, Hashable, Sendable {
  /// What a group of requests experienced.
  public struct Group: Codable, Hashable, Sendable {
    /// Requests sent.
    public let sent: Int
    /// Requests whose whole answer arrived.
    public let completed: Int
    /// Requests within their TTFT SLO.
    public let withinTTFT: Int
    /// Requests within their TPOT SLO.
    public let withinTPOT: Int
    /// Requests within both.
    public let withinBoth: Int

    enum CodingKeys: String, CodingKey {
      case sent, completed
      case withinTTFT = "within_ttft_slo"
      case withinTPOT = "within_tpot_slo"
      case withinBoth = "within_both_slos"
    }

    init(_ statistics: RequestStatistics) {
      sent = statistics.sent
      completed = statistics.completed
      withinTTFT = statistics.withinTTFT
      withinTPOT = statistics.withinTPOT
      withinBoth = statistics.withinBoth
    }

    /// TTFT SLO attainment in per cent of the requests sent; `nil` when none was.
    public var ttftAttainmentPercent: Double? {
      sent > 0 ? Double(withinTTFT) / Double(sent) * 100 : nil
    }
  }

  /// The requests of one application.
  public struct Application: Codable, Hashable, Sendable {
    /// Its name: `chatbot`, `code` or `summarization`.
    public let name: String
    /// What its requests experienced.
    public let requests: Group
  }

  /// The requests of one model that was asked for, and what serving them cost.
  ///
  /// TPOT and costs are rounded, to 0.1 µs and to 1 MB·s, far below what a figure shows: 36 settings of eight seeds have
  /// tens of thousands of them, which come with the toolkit.
  public struct Model: Codable, Hashable, Sendable {
    /// The model instance name, `vendor/name/k`.
    public let name: String
    /// The application that it serves.
    public let application: String?
    /// Requests sent to it.
    public let sent: Int
    /// All time between first and last tokens / all tokens after the first, in ms; `nil` without such a token.
    public let meanTPOT: Double?
    /// GPU memory held × time held / requests sent, in GB·s; `nil` where nobody counted it.
    public let costPerRequest: Double?
    /// The same as the published analysis computes it from logs; what Figure 13-b compares with the paper.
    public let publishedCostPerRequest: Double?

    enum CodingKeys: String, CodingKey {
      case name, application, sent
      case meanTPOT = "mean_tpot_ms"
      case costPerRequest = "cost_per_request_gb_s"
      case publishedCostPerRequest = "published_cost_per_request_gb_s"
    }

    /// A number to the nearest part of one.
    static func rounded(_ value: Double, to parts: Double) -> Double {
      (value * parts).rounded() / parts
    }
  }

  /// The seed.
  public let seed: UInt64
  /// All requests.
  public let total: Group
  /// The applications, in the order in which the model set names them.
  public let applications: [Application]
  /// The models that were asked for, in the order of the model set.
  public internal(set) var models: [Model]

  /// The summary of a seed's run.
  ///
  /// - Parameter publishedCost: cost per request by model as the published analysis computes it, in GB·s.
  public init(_ summary: RunSummary, publishedCost: [ModelInstanceName: Double] = [:], seed: UInt64) {
    self.seed = seed
    total = Group(summary.total)
    applications = summary.applications.map { Application(name: $0.application, requests: Group($0.requests)) }
    models = summary.models.map { model in
      Model(
        name: model.name.description, application: model.application, sent: model.requests.sent,
        meanTPOT: model.requests.meanTimePerOutputToken.map { Model.rounded($0, to: 1e4) },
        costPerRequest: model.costPerRequest.map { Model.rounded($0, to: 1e3) },
        publishedCostPerRequest: publishedCost[model.name].map { Model.rounded($0, to: 1e3) })
    }
  }
}

extension EndToEndSummary {
  /// The summary of a run of an experiment.
  init(_ result: EndToEndExperiment.Result, of experiment: EndToEndExperiment) {
    let costs = zip(experiment.deployment.deployments, result.publishedCostPerRequest).compactMap { deployment, cost in
      cost.map { (deployment.name, $0) }
    }
    self.init(
      result.summary, publishedCost: Dictionary(uniqueKeysWithValues: costs), seed: experiment.workload.metadata.seed)
  }
}

/// A result of an end-to-end setting as it was found in a folder of results, over one seed or several.
public struct StoredEndToEnd: StoredResult, Hashable {
  /// The setting.
  public let setting: EndToEndSetting
  /// How it came to be.
  public let source: ResultSource
  /// The hash of everything that went into it.
  public let inputHash: String
  /// Which build of which program made it; `nil` for a precomputed one.
  public let build: String?
  /// The image whose containers made it; `nil` where none did.
  public let image: String?
  /// One summary a seed, at least one.
  public let seeds: [EndToEndSummary]
}
