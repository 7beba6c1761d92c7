import ResultAnalysis

/// What the variants of a sweep gave, side by side.
public struct SweepTable: Sendable, Encodable {
  /// A setting of a variant.
  struct Row: Hashable, Sendable, Encodable {
    let variant: String
    let setting: [String]
    /// The mean over the models of a cold-start setting.
    var meanTTFT: Double?
    var ttftAttainment: Double?
    var tpotAttainment: Double?
    var bothAttainment: Double?

    enum CodingKeys: String, CodingKey {
      case variant, setting
      case meanTTFT = "mean_ttft_s"
      case ttftAttainment = "ttft_slo_attainment_pct"
      case tpotAttainment = "tpot_slo_attainment_pct"
      case bothAttainment = "slo_attainment_pct"
    }
  }

  let rows: [Row]

  /// The table of a plan's settings as they are found in a folder of results; those without a result are left out.
  ///
  /// - Throws: ``ExperimentError`` when there is a result that is not ours to read.
  public init(_ plan: SweepPlan, results: String) throws {
    rows = try plan.work.compactMap { work in
      let variant = plan.variants[work.variant]
      let store = RecordStore(folder: variant.results(in: results))
      var row = Row(variant: variant.name, setting: work.setting.words)
      switch work.setting {
      case .coldStart(let setting):
        guard let stored = try store.coldStart(setting, on: .runs), !stored.ttftSeconds.isEmpty else { return nil }
        row.meanTTFT = stored.ttftSeconds.reduce(0) { $0 + $1.ttft } / Double(stored.ttftSeconds.count)
      case .endToEnd(let setting):
        guard let stored = try store.endToEnd(setting, on: .runs) else { return nil }
        func mean(_ count: KeyPath<EndToEndSummary.Group, Int>) -> Double? {
          let shares = stored.seeds.filter { $0.total.sent > 0 }.map {
            Double($0.total[keyPath: count]) / Double($0.total.sent) * 100
          }
          return SeedStatistics(shares)?.mean
        }
        row.ttftAttainment = mean(\.withinTTFT)
        row.tpotAttainment = mean(\.withinTPOT)
        row.bothAttainment = mean(\.withinBoth)
      }
      return row
    }
  }

  /// The table for people, with the columns that have values.
  public var text: String {
    let columns: [(name: String, value: KeyPath<Row, Double?>, places: Int)] = [
      ("mean TTFT s", \.meanTTFT, 3), ("TTFT SLO %", \.ttftAttainment, 1), ("TPOT SLO %", \.tpotAttainment, 1),
      ("both %", \.bothAttainment, 1),
    ].filter { column in rows.contains { $0[keyPath: column.1] != nil } }
    var table = TextTable(
      header: ["variant", "setting"] + columns.map(\.name), numeric: [false, false] + columns.map { _ in true })
    for row in rows {
      table.add(
        [row.variant, row.setting.joined(separator: " ")]
          + columns.map { column in
            row[keyPath: column.value].map { Decimal.text($0, places: column.places) } ?? "–"
          })
    }
    return table.text
  }
}
