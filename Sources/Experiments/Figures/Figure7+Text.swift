import ServingModel

/// Figure 7 as text: the table beside the paper's numbers, and where each setting's results come from.
extension Figure7 {
  /// The table of all points, with a last line that sums up the differences.
  public var comparison: String {
    var table = TextTable(
      header: ["system", "model", "backend", "ours (s)", "paper (s)", "difference (%)"],
      numeric: [false, false, false, true, true, true])
    for system in systems {
      for point in points where point.system == system {
        table.add([
          system.rawValue, point.model, point.backend, Decimal.text(point.ttftSeconds, places: 2),
          point.paperSeconds.map { Decimal.text($0, places: 2) } ?? "–",
          point.relativeError.map { Decimal.signed($0 * 100, places: 1) } ?? "–",
        ])
      }
    }
    return table.text + errorSummary + "\n"
  }

  /// One line: how many points, how far from the paper's on average and at worst.
  public var errorSummary: String {
    let errors = points.compactMap { $0.relativeError.map { abs($0) * 100 } }
    guard let worst = errors.max() else { return "No point has a value of its own beside the paper's." }
    let mean = errors.reduce(0, +) / Double(errors.count)
    return "\(errors.count) points beside the paper's: mean absolute difference \(Decimal.text(mean, places: 2)) %, "
      + "worst \(Decimal.text(worst, places: 2)) %."
  }

  /// For each setting one line that says which results were used, and one more if the paper's numbers are missing. One
  /// line for all settings will do where they have the same source.
  public var originLines: [String] {
    OriginReport(
      settings: origins.map { setting, origin in
        let parts = "--only \(setting.system.rawValue) --backend \(setting.backend)"
        return ("\(setting)", origin, "reproduce figure7 \(parts)\(options)")
      }, hasPaper: hasPaper
    ).lines
  }

  private struct PointLine: Encodable {
    let backend: String
    let model: String
    let system: String
    let ttft: Double
    let source: String
    let paper: Double?

    enum CodingKeys: String, CodingKey {
      case backend, model, system, source
      case ttft = "ttft_s"
      case paper = "paper_ttft_s"
    }
  }

  /// The points as a JSON array, with the CSV's names.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      points.map {
        PointLine(
          backend: $0.backend, model: $0.model, system: $0.system.rawValue, ttft: $0.ttftSeconds,
          source: $0.origin.text, paper: $0.paperSeconds)
      })
  }
}
