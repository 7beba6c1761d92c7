import ResultAnalysis

/// `summary.json` of an end-to-end run.
///
/// Besides our own keys it has those of `vllm bench serve --save-result` for the first seed, so that scripts made for
/// those files read this one.
struct EndToEndSummaryFile: Codable {
  /// What several seeds say of one number together.
  struct Statistic: Codable, Hashable {
    let count: Int
    let mean: Double
    let std: Double?
    let interval95: Double?

    enum CodingKeys: String, CodingKey {
      case count, mean, std
      case interval95 = "interval_95"
    }

    init?(_ values: [Double?]) {
      guard let statistics = SeedStatistics(values.compactMap { $0 }) else { return nil }
      count = statistics.count
      mean = statistics.mean
      std = statistics.standardDeviation
      interval95 = statistics.interval95
    }
  }

  /// The attainments of a group of requests over the seeds.
  struct Attainment: Codable, Hashable {
    /// An application, or `all`.
    let requests: String
    let ttft: Statistic?
    let tpot: Statistic?
    let both: Statistic?

    enum CodingKeys: String, CodingKey {
      case requests
      case ttft = "ttft_slo_attainment_pct"
      case tpot = "tpot_slo_attainment_pct"
      case both = "slo_attainment_pct"
    }
  }

  /// A number of the whole run over the seeds.
  struct Metric: Codable, Hashable {
    let name: String
    let statistic: String?
    let unit: String
    let value: Statistic?
  }

  var schemaVersion = 1
  var status = "complete"
  let source: ResultSource
  /// One summary a seed.
  var seeds: [EndToEndSummary]
  /// The models of all seeds, where the seeds themselves have none.
  var models: ModelColumns?
  let attainment: [Attainment]
  let metrics: [Metric]
  /// The first seed in the fields of `vllm bench serve`; they are not read back.
  var benchServe: [EndToEndSeedResult.BenchField] = []

  enum CodingKeys: String, CodingKey {
    case status, source, seeds, models, attainment, metrics
    case schemaVersion = "schema_version"
  }

  private struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var file = encoder.container(keyedBy: CodingKeys.self)
    try file.encode(schemaVersion, forKey: .schemaVersion)
    try file.encode(status, forKey: .status)
    try file.encode(source, forKey: .source)
    try file.encode(seeds, forKey: .seeds)
    try file.encodeIfPresent(models, forKey: .models)
    try file.encode(attainment, forKey: .attainment)
    try file.encode(metrics, forKey: .metrics)
    var fields = encoder.container(keyedBy: FieldName.self)
    for field in benchServe { try fields.encodeIfPresent(field.value, forKey: FieldName(stringValue: field.name)) }
  }

  /// The seeds with their models, wherever the file has them; `nil` when its columns do not fit the seeds.
  var wholeSeeds: [EndToEndSummary]? {
    guard let models else { return seeds }
    return models.filled(into: seeds)
  }

  /// The same with the models in columns.
  var compact: EndToEndSummaryFile {
    var file = self
    file.models = ModelColumns(seeds)
    file.seeds = seeds.map { $0.with(models: []) }
    return file
  }
}

extension EndToEndSummary {
  /// The same summary with other models.
  func with(models: [Model]) -> EndToEndSummary {
    var summary = self
    summary.models = models
    return summary
  }
}
