import Experiments
import Quantities
import ServingModel

/// Comparisons as a table for people, and as CSV.
struct CrosscheckReport {
  let comparisons: [CrosscheckComparison]

  /// A line for each request, then one for each scenario.
  var text: String {
    var lines = [Self.line("scenario", "request", "TTFT sim s", "local s", "diff s", "TPOT sim ms", "local ms")]
    for comparison in comparisons {
      for row in comparison.rows {
        lines.append(
          Self.line(
            comparison.scenario.name, "\(row.request.id)", Self.seconds(row.simulated), Self.seconds(row.local),
            Self.seconds(row.difference), Self.milliseconds(row.simulatedTPOT), Self.milliseconds(row.localTPOT)))
      }
    }
    for comparison in comparisons {
      let decisions = comparison.firstDifference ?? "\(comparison.simulated.decisions.count) decisions are the same"
      let count = comparison.rows.count { comparison.agrees($0) }
      lines.append(
        "\(comparison.scenario.name): \(comparison.agrees ? "agrees" : "DIFFERS"); \(count) of "
          + "\(comparison.scenario.requests.count) TTFTs within the tolerance; \(decisions)")
    }
    return lines.joined(separator: "\n")
  }

  /// A row for each request.
  var csv: String {
    var lines = [
      "scenario,request,ttft_simulated_s,ttft_local_s,tpot_simulated_ms,tpot_local_ms,within_tolerance,same_decisions"
    ]
    for comparison in comparisons {
      for row in comparison.rows {
        lines.append(
          [
            comparison.scenario.name, "\(row.request.id)", Self.seconds(row.simulated), Self.seconds(row.local),
            Self.milliseconds(row.simulatedTPOT), Self.milliseconds(row.localTPOT), "\(comparison.agrees(row))",
            "\(comparison.decisionsAgree)",
          ].joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let widths = [42, 8, 11, 9, 8, 12, 9]

  private static func line(_ words: String...) -> String {
    zip(words, widths).enumerated().map { index, cell in
      let space = String(repeating: " ", count: max(cell.1 - cell.0.count, 0))
      return index == 0 ? cell.0 + space : space + cell.0
    }.joined(separator: " ")
  }

  private static func seconds(_ span: Duration?) -> String {
    span.map { "\(($0.inSeconds * 1000).rounded() / 1000)" } ?? ""
  }

  private static func milliseconds(_ span: Duration?) -> String {
    span.map { "\(($0.inMilliseconds * 10).rounded() / 10)" } ?? ""
  }
}
