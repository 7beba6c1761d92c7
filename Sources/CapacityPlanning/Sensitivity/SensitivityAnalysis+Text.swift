import Experiments
import Quantities
import ResultAnalysis
import ServingModel

/// The analysis for people and programs.
extension SensitivityAnalysis {
  /// The table of parameters and what the numbers mean.
  public var text: String {
    var table = TextTable(
      header: [
        "rank", "parameter", "kind", "value", "at -\(changeText)", "points", "at +\(changeText)", "points", "clear",
      ], numeric: [true, false, false, false, false, true, false, true, false])
    for (index, row) in rows.enumerated() {
      table.add(
        ["\(index + 1)", row.name, row.kind.rawValue, row.value, row.low?.value ?? "–", Self.cell(row.low)]
          + [row.high?.value ?? "–", Self.cell(row.high), Self.clarity(of: row)])
    }
    return table.text + "\n" + notes.map { $0 + "\n" }.joined()
  }

  private static func cell(_ effect: SensitivityRow.Effect?) -> String {
    guard let effect else { return "–" }
    let interval = effect.points.interval95.map { " ± \(Decimal.text($0, places: 1))" } ?? ""
    return Decimal.signed(effect.points.mean, places: 1) + interval
  }

  private static func clarity(of row: SensitivityRow) -> String {
    switch (row.low?.isClear ?? false, row.high?.isClear ?? false) {
    case (true, true): "both"
    case (true, false): "-"
    case (false, true): "+"
    case (false, false): "no"
    }
  }

  var changeText: String {
    "\(Decimal.text(change * 100, places: change * 100 == (change * 100).rounded() ? 0 : 1)) %"
  }

  /// The unchanged attainment with its interval.
  private var baseText: String {
    let interval = base.interval95.map { " ± \(Decimal.text($0, places: 1))" } ?? ""
    return "\(Decimal.text(base.mean, places: 1))\(interval) %"
  }

  private var notes: [String] {
    let spread =
      seeds.count > 1
      ? "points: change of the mean over \(seeds.count) seeds, each against the unchanged run of the same seed, ± half "
        + "of its 95 % interval; clear: the sides whose interval leaves out 0."
      : "points: change of one run; with several --seeds it gets an interval."
    return [
      "simulated: \(scenario.system.rawValue) on \(scenario.fleet.text), \(scenario.workloadText); "
        + "\(objective.label) \(baseText) unchanged.",
      spread,
      "One parameter at a time, the others unchanged; whole numbers go to the next one. The division of a worker's start "
        + "into container, library and CUDA context is assumed.",
    ]
  }

  // MARK: For programs

  private struct Effect: Encodable {
    let value: String
    let points: Double
    let interval95: Double?
    let isClear: Bool

    init(_ effect: SensitivityRow.Effect) {
      value = effect.value
      points = effect.points.mean
      interval95 = effect.points.interval95
      isClear = effect.isClear
    }

    enum CodingKeys: String, CodingKey {
      case value, points
      case interval95 = "points_interval95"
      case isClear = "clear"
    }
  }

  private struct Line: Encodable {
    let name: String
    let kind: String
    let value: String
    let low: Effect?
    let high: Effect?
  }

  private struct File: Encodable {
    let schemaVersion = 1
    let source = ResultSource.simulated.rawValue
    let system: String
    let servers: [String: Int]
    let workload: String
    let seeds: [UInt64]
    let objective: String
    let change: Double
    let base: Double
    let baseInterval95: Double?
    let parameters: [Line]

    enum CodingKeys: String, CodingKey {
      case source, system, servers, workload, seeds, objective, change, parameters
      case schemaVersion = "schema_version"
      case base = "attainment_pct"
      case baseInterval95 = "attainment_pct_interval95"
    }
  }

  /// Everything, as JSON; the parameters by rank.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      File(
        system: scenario.system.rawValue,
        servers: Dictionary(uniqueKeysWithValues: scenario.fleet.groups.map { ($0.type.name, $0.count) }),
        workload: scenario.workloadText, seeds: seeds, objective: objective.rawValue, change: change, base: base.mean,
        baseInterval95: base.interval95,
        parameters: rows.map {
          Line(
            name: $0.name, kind: $0.kind.rawValue, value: $0.value, low: $0.low.map(Effect.init),
            high: $0.high.map(Effect.init))
        }))
  }
}
