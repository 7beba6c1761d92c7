/// Figure 13 as text: how the ratios are spread, beside the paper's, and what was left out.
extension Figure13 {
  /// The ratios of a run, of the mean over runs or of the paper.
  private struct Row {
    let panel: Panel
    let name: String
    let statistics: RatioStatistics
  }

  private var rows: [Row] {
    Panel.allCases.flatMap { panel -> [Row] in
      let paper = paper?.ratios(of: panel)
      let own = seeds.compactMap { seed in
        RatioStatistics(seed.ratios(of: panel), paper: paper).map {
          Row(panel: panel, name: "seed \(seed.seed)", statistics: $0)
        }
      }
      let mean = RatioStatistics(meanOf: own.map(\.statistics)).map {
        Row(panel: panel, name: Self.meanName(of: own.count), statistics: $0)
      }
      let reference = paper.flatMap { RatioStatistics($0, paper: nil) }.map {
        Row(panel: panel, name: "paper", statistics: $0)
      }
      return own + (own.count > 1 ? [mean] : []).compactMap { $0 } + [reference].compactMap { $0 }
    }
  }

  private static func meanName(of seeds: Int) -> String {
    "mean of \(seeds) seeds"
  }

  /// The table of all seeds, of their mean and of the paper; then a line for each panel.
  public var comparison: String {
    var table = TextTable(
      header: ["ratio", "run", "models", "mean", "median", "p10", "p90", "at most 1 (%)", "KS distance"],
      numeric: [false, false, true, true, true, true, true, true, true])
    for row in rows {
      let numbers = row.statistics
      let spread = [numbers.mean, numbers.median, numbers.p10, numbers.p90].map { Decimal.text($0, places: 3) }
      let share = Decimal.text(numbers.shareAtMostOne * 100, places: 1)
      let distance = numbers.distance.map { Decimal.text($0, places: 3) } ?? "–"
      let name = row.panel == .tpot ? "TPOT" : "cost"
      table.add([name, row.name, Decimal.text(numbers.models, places: 0)] + spread + [share, distance])
    }
    return table.text + Panel.allCases.map { summary(of: $0) + "\n" }.joined()
  }

  /// One line: the mean ratio and the share of models at most 1, beside the paper's.
  package func summary(of panel: Panel) -> String {
    let own = seeds.compactMap { RatioStatistics($0.ratios(of: panel), paper: paper?.ratios(of: panel)) }
    guard let ours = RatioStatistics(meanOf: own) else {
      return "\(panel.title): no run to compare with the paper's."
    }
    guard let paper = paper?.ratios(of: panel), let theirs = RatioStatistics(paper, paper: nil) else {
      return "\(panel.title): mean \(Decimal.text(ours.mean, places: 3)); "
        + "share at most 1 \(Decimal.text(ours.shareAtMostOne * 100, places: 1)) %."
    }
    let means = "mean \(Decimal.text(ours.mean, places: 3)), paper's \(Decimal.text(theirs.mean, places: 3))"
    let shares =
      "share at most 1 \(Decimal.text(ours.shareAtMostOne * 100, places: 1)) %, "
      + "paper's \(Decimal.text(theirs.shareAtMostOne * 100, places: 1)) %"
    let distance = ours.distance.map { Decimal.text($0, places: 3) } ?? "–"
    return "\(panel.title): \(means) (difference \(Decimal.signed(ours.mean - theirs.mean, places: 3))); \(shares); "
      + "Kolmogorov-Smirnov distance \(distance)."
  }

  /// What to know of the bars, those of the first seed: whether both systems served the same workload, models that one
  /// system was not asked for, and those without a number.
  var omissions: [String] {
    guard let first = seeds.first else { return [] }
    let name = system.rawValue
    let alone = [(name, first.onlyInCompared), ("serverless_vllm", first.onlyInBaseline)].compactMap {
      system, models in
      models.isEmpty ? nil : "left out, asked for in \(system) only: \(models.count) (\(Self.some(of: models)))"
    }
    let without = Panel.allCases.compactMap { panel -> String? in
      let count = first.models.count - first.ratios(of: panel).count
      return count == 0 ? nil : "left out, without a \(panel.title): \(count)"
    }
    let seeds = "seeds differ: \(first.seed) of \(name), \(first.baselineSeed) of serverless_vllm; run both with one"
    return (first.seed == first.baselineSeed ? [] : [seeds]) + alone + without
  }

  private static func some(of names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
  }

  private struct File: Encodable {
    struct Ratio: Encodable {
      let panel: String
      let application: String
      let model: String?
      let ratio: Double
      let source: String
    }

    struct Spread: Encodable {
      let panel: String
      let run: String
      let models: Double
      let mean: Double
      let median: Double
      let p10: Double
      let p90: Double
      let shareAtMostOne: Double
      let distance: Double?

      enum CodingKeys: String, CodingKey {
        case panel, run, models, mean, median, p10, p90
        case shareAtMostOne = "share_at_most_1"
        case distance = "ks_distance"
      }
    }

    let bars: [Ratio]
    let statistics: [Spread]
  }

  /// The bars with the CSV's names, and the spread of each seed, of their mean and of the paper.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      File(
        bars: bars.map {
          File.Ratio(
            panel: $0.panel.rawValue, application: $0.application, model: $0.model, ratio: $0.ratio, source: source)
        },
        statistics: rows.map {
          File.Spread(
            panel: $0.panel.rawValue, run: $0.name, models: $0.statistics.models, mean: $0.statistics.mean,
            median: $0.statistics.median, p10: $0.statistics.p10, p90: $0.statistics.p90,
            shareAtMostOne: $0.statistics.shareAtMostOne, distance: $0.statistics.distance)
        }))
  }
}

extension ModelRatios {
  /// The ratios of a panel, in the order of the models that have one.
  package func ratios(of panel: Figure13.Panel) -> [Double] {
    models.compactMap { panel == .tpot ? $0.tpot : $0.cost }
  }
}
