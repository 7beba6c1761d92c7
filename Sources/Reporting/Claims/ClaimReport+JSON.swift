import Experiments

/// `claims.json`.
extension ClaimReport {
  private struct File: Encodable {
    struct Row: Encodable {
      let id: String
      let figure: String
      let statement: String
      let baseline: String
      let unit: String
      let ours: [Double]?
      let paper: [Double]?
      let tolerance: Double?
      let toleranceKind: String
      let reason: String
      let verdict: String
      let whyNotChecked: String?
      let source: String
      let command: String
      let humanMinutes: Int
      let machineMinutes: Int

      enum CodingKeys: String, CodingKey {
        case id, figure, statement, baseline, unit, ours, paper, tolerance, reason, verdict, source, command
        case toleranceKind = "tolerance_kind"
        case whyNotChecked = "why_not_checked"
        case humanMinutes = "human_minutes"
        case machineMinutes = "machine_minutes"
      }
    }

    var schemaVersion = 1
    let holds: Bool
    let claims: [Row]
    let notCheckedHere: [String]

    enum CodingKeys: String, CodingKey {
      case holds, claims
      case schemaVersion = "schema_version"
      case notCheckedHere = "not_checked_here"
    }
  }

  /// The claims for programs; a value is a list of one number, of the two ends of a range, or of a count and of how many.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      File(
        holds: holds,
        claims: claims.map { claim in
          let (kind, tolerance) = claim.tolerance.words
          return File.Row(
            id: claim.id, figure: claim.figure, statement: claim.statement, baseline: claim.baseline,
            unit: claim.unit, ours: claim.ours?.numbers, paper: claim.paper?.numbers, tolerance: tolerance,
            toleranceKind: kind, reason: claim.reason,
            verdict: claim.verdictText.lowercased().replacing(" ", with: "_"),
            whyNotChecked: claim.whyNotChecked, source: claim.source, command: claim.command,
            humanMinutes: claim.minutes.human, machineMinutes: claim.minutes.machine)
        }, notCheckedHere: Self.needRealCluster))
  }
}

extension Claim.Value {
  fileprivate var numbers: [Double] {
    switch self {
    case .number(let value): [value]
    case .range(let low, let high): [low, high]
    case .share(let count, let all): [Double(count), Double(all)]
    }
  }
}

extension Claim.Tolerance {
  fileprivate var words: (kind: String, value: Double?) {
    switch self {
    case .relative(let share): ("relative", share)
    case .absolute(let distance): ("absolute", distance)
    case .atMost(let limit): ("at_most", limit)
    case .all: ("all", nil)
    }
  }
}
