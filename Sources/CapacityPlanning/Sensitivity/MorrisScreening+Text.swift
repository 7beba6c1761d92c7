import Experiments
import ResultAnalysis
import ServingModel

/// The screening for people and programs.
extension MorrisScreening {
  /// The table of parameters and what the numbers mean.
  public var text: String {
    var table = TextTable(
      header: ["rank", "parameter", "kind", "value", "mean size", "mean", "spread"],
      numeric: [true, false, false, false, true, true, true])
    for (index, row) in rows.enumerated() {
      let mean = row.statistics.map { Decimal.signed($0.mean, places: 1) } ?? "–"
      let spread = row.statistics?.standardDeviation.map { Decimal.text($0, places: 1) } ?? "–"
      table.add(
        ["\(index + 1)", row.name, row.kind.rawValue, row.value, Decimal.text(row.meanSize, places: 1), mean, spread])
    }
    return table.text + "\n" + notes.map { $0 + "\n" }.joined()
  }

  private var notes: [String] {
    let percent = EndToEndSetting.text((change * 1000).rounded() / 10)
    return [
      "simulated: \(scenario.system.rawValue) on \(scenario.fleet.text), \(scenario.workloadText); \(objective.label).",
      "Morris' screening, \(seeds.count) walks of \(rows.count + 1) runs, each with a seed of its own; all parameters "
        + "differ at once, by up to \(percent) % to both sides.",
      "points of attainment over a parameter's whole range. mean size: how much it matters; spread (standard deviation) "
        + "of that order: how much depends on the other parameters, or on the seed.",
    ]
  }

  private struct Line: Encodable {
    let name: String
    let kind: String
    let value: String
    let meanSize: Double
    let mean: Double?
    let spread: Double?
    let effects: [Double]

    enum CodingKeys: String, CodingKey {
      case name, kind, value
      case meanSize = "mean_size_points"
      case mean = "mean_points"
      case spread = "standard_deviation_points"
      case effects = "effects_points"
    }
  }

  private struct File: Encodable {
    let schemaVersion = 1
    let source = ResultSource.simulated.rawValue
    let method = "morris"
    let system: String
    let workload: String
    let seeds: [UInt64]
    let objective: String
    let change: Double
    let parameters: [Line]

    enum CodingKeys: String, CodingKey {
      case source, method, system, workload, seeds, objective, change, parameters
      case schemaVersion = "schema_version"
    }
  }

  /// Everything, as JSON; the parameters by rank.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      File(
        system: scenario.system.rawValue, workload: scenario.workloadText, seeds: seeds,
        objective: objective.rawValue, change: change,
        parameters: rows.map {
          Line(
            name: $0.name, kind: $0.kind.rawValue, value: $0.value, meanSize: $0.meanSize, mean: $0.statistics?.mean,
            spread: $0.statistics?.standardDeviation, effects: $0.effects)
        }))
  }
}
