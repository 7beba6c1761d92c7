import ResultAnalysis

/// The report for people.
extension EndToEndReport {
  /// Two tables, attainment by application and all numbers, with the definition of each.
  public var text: String {
    let isRepeated = seeds.count > 1
    let notes =
      ["\(MetricDefinition.percentiles.name): \(MetricDefinition.percentiles.meaning)"]
      + (isRepeated ? ["±: half of the 95 % interval of the mean over the seeds (Student's t)."] : [])
    return attainmentTable.text + "\n" + metricTable.text + notes.map { $0 + "\n" }.joined()
  }

  private var attainmentTable: TextTable {
    var table = TextTable(
      header: ["requests", "sent", "completed", "TTFT SLO %", "TPOT SLO %", "both %"],
      numeric: [false, true, true, true, true, true])
    for (name, seeds) in groups {
      let counts = [\RequestStatistics.sent, \.completed].map { count in
        Self.cell(seeds.map { Double($0[keyPath: count]) }, places: seeds.count > 1 ? 1 : 0)
      }
      let shares = [\RequestStatistics.ttftAttainment, \.tpotAttainment, \.sloAttainment].map { share in
        Self.cell(seeds.map { $0[keyPath: share].map { $0 * 100 } }, places: 1)
      }
      table.add([name] + counts + shares)
    }
    return table
  }

  private var metricTable: TextTable {
    var table = TextTable(
      header: ["number", seeds.count > 1 ? "mean of \(seeds.count) seeds" : "value", "unit", "what it is"],
      numeric: [false, true, false, false])
    var last: MetricDefinition?
    for (definition, statistic, values) in metrics {
      table.add([
        ([definition.name] + [statistic].compactMap { $0 }).joined(separator: " "),
        Self.cell(values, places: places(for: definition)), definition.unit,
        definition == last ? "" : definition.meaning,
      ])
      last = definition
    }
    return table
  }

  /// Counts are whole unless they are means; rates of a request every other second need more places than times.
  private func places(for definition: MetricDefinition) -> Int {
    switch definition.unit {
    case "": seeds.count > 1 ? 1 : 0
    case "1/s": 3
    default: 1
    }
  }

  /// A number's mean and, for several seeds, how far its 95 % interval reaches.
  private static func cell(_ values: [Double?], places: Int) -> String {
    guard let statistics = SeedStatistics(values.compactMap { $0 }) else { return "–" }
    let mean = Decimal.text(statistics.mean, places: places)
    return statistics.interval95.map { "\(mean) ± \(Decimal.text($0, places: places))" } ?? mean
  }
}
