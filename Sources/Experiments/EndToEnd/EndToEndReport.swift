import ResultAnalysis

/// The numbers of an end-to-end setting over its seeds, for people and for programs.
public struct EndToEndReport: Sendable {
  let seeds: [(summary: EndToEndSummary, analysis: RunSummary)]
  private let source: ResultSource

  /// The report of some seeds.
  ///
  /// - Precondition: there is at least one.
  init(seeds: [(summary: EndToEndSummary, analysis: RunSummary)], source: ResultSource) {
    precondition(!seeds.isEmpty, "a run has a seed")
    self.seeds = seeds
    self.source = source
  }

  // MARK: For programs

  /// `summary.json`'s text.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(file)
  }

  /// The same in little room, as precomputed results have it.
  func compactJSON() throws -> String {
    try JSONText.lines([file.compact])
  }

  private var file: EndToEndSummaryFile {
    EndToEndSummaryFile(source: source, seeds: seeds.map { EndToEndSeedResult($0.summary, $0.analysis) })
  }

  // MARK: What is reported

  /// All requests and those of each application, by seed.
  var groups: [(name: String, seeds: [RequestStatistics])] {
    let names = seeds[0].analysis.applications.map(\.application)
    return [("all", seeds.map(\.analysis.total))]
      + names.indices.map { index in (names[index], seeds.map { $0.analysis.applications[index].requests }) }
  }

  /// The numbers of the whole run and its cost, each with its value of every seed.
  var metrics: [(definition: MetricDefinition, statistic: String?, values: [Double?])] {
    let perSeed = seeds.map { Self.metrics(of: $0.summary, $0.analysis) }
    return perSeed[0].indices.map { index in
      (perSeed[0][index].definition, perSeed[0][index].statistic, perSeed.map { $0[index].value })
    }.filter { metric in metric.values.contains { $0 != nil } }
  }

  /// The numbers of one seed and its cost.
  static func metrics(of summary: EndToEndSummary, _ analysis: RunSummary) -> [DefinedMetric] {
    analysis.metrics + costs(of: analysis) + [publishedCost(of: summary)]
  }

  /// The cost of the models that were asked for, in all and a request; nothing where nobody counted it.
  private static func costs(of summary: RunSummary) -> [DefinedMetric] {
    let costs = summary.models.map(\.gpuMemoryTime)
    let isCounted = !costs.contains { $0 == nil }
    let total = isCounted ? costs.reduce(0) { $0 + ($1 ?? 0) } : nil
    return [
      DefinedMetric(.totalCost, total),
      DefinedMetric(.totalCostPerRequest, total.map { $0 / Double(max(summary.total.sent, 1)) }),
    ]
  }

  /// The published cost of a request, over the requests of the models that have one.
  private static func publishedCost(of summary: EndToEndSummary) -> DefinedMetric {
    let models = summary.models.filter { $0.publishedCostPerRequest != nil }
    let sent = models.reduce(0) { $0 + $1.sent }
    let cost = models.reduce(0) { $0 + ($1.publishedCostPerRequest ?? 0) * Double($1.sent) }
    return DefinedMetric(.publishedCostPerRequest, sent > 0 ? cost / Double(sent) : nil)
  }
}

extension MetricDefinition {
  /// The cost of a run.
  static let totalCost = Self(
    name: "cost", unit: "GB*s",
    meaning: "GPU memory that workers held x time for which they held it, over all models that were asked for.")
  /// The cost of a run, by its requests.
  static let totalCostPerRequest = Self(
    name: "cost per request", unit: "GB*s", meaning: "The run's cost / requests sent.")
  /// The cost of a request as the published analysis computes it.
  static let publishedCostPerRequest = Self(
    name: "published cost per request", unit: "GB*s",
    meaning: "Cost per request as the published analysis computes it from logs; what Figure 13 compares.")
}
