import ResultAnalysis

/// The numbers of one seed of an end-to-end setting, as many as `summary.json` needs of it.
///
/// A seed that is run elsewhere sends this back; numbers survive the way through JSON to the last bit, so it does not
/// matter where a seed was run.
struct EndToEndSeedResult: Codable, Hashable, Sendable {
  /// The attainments of a group of requests, in per cent.
  struct Attainment: Codable, Hashable {
    /// An application, or `all`.
    let requests: String
    let ttft: Double?
    let tpot: Double?
    let both: Double?
  }

  /// A number of the whole run.
  struct Metric: Codable, Hashable {
    let name: String
    let statistic: String?
    let unit: String
    let value: Double?
  }

  /// A number under the name that `vllm bench serve` gives it.
  struct BenchField: Codable, Hashable {
    let name: String
    let value: Double?
  }

  let summary: EndToEndSummary
  let attainments: [Attainment]
  let metrics: [Metric]
  let benchServe: [BenchField]

  init(_ summary: EndToEndSummary, _ analysis: RunSummary) {
    self.summary = summary
    let groups = [("all", analysis.total)] + analysis.applications.map { ($0.application, $0.requests) }
    attainments = groups.map { name, requests in
      Attainment(
        requests: name, ttft: requests.ttftAttainment.map { $0 * 100 }, tpot: requests.tpotAttainment.map { $0 * 100 },
        both: requests.sloAttainment.map { $0 * 100 })
    }
    metrics = EndToEndReport.metrics(of: summary, analysis).map {
      Metric(name: $0.definition.name, statistic: $0.statistic, unit: $0.definition.unit, value: $0.value)
    }
    benchServe = analysis.benchServeFields.map { BenchField(name: $0.name, value: $0.value) }
  }

  /// Whether another seed has the same numbers under the same names, so that the two can stand in one file.
  func hasShape(of other: EndToEndSeedResult) -> Bool {
    attainments.map(\.requests) == other.attainments.map(\.requests)
      && metrics.map { [$0.name, $0.statistic, $0.unit] } == other.metrics.map { [$0.name, $0.statistic, $0.unit] }
  }
}

extension EndToEndSummaryFile {
  /// The file of some seeds.
  ///
  /// - Precondition: there is at least one, and all have the same shape.
  init(source: ResultSource, seeds: [EndToEndSeedResult]) {
    let first = seeds[0]
    self.init(
      source: source, seeds: seeds.map(\.summary),
      attainment: first.attainments.indices.map { index in
        let values = seeds.map { $0.attainments[index] }
        return Attainment(
          requests: values[0].requests, ttft: .init(values.map(\.ttft)), tpot: .init(values.map(\.tpot)),
          both: .init(values.map(\.both)))
      },
      metrics: first.metrics.indices.map { index in seeds.map { $0.metrics[index] } }
        .filter { values in values.contains { $0.value != nil } }
        .map { values in
          Metric(
            name: values[0].name, statistic: values[0].statistic, unit: values[0].unit,
            value: .init(values.map(\.value)))
        }, benchServe: first.benchServe)
  }
}
