/// The claims as HTML.
extension ClaimReport {
  /// `claims.html`: the claims alone.
  public var page: String {
    PageTemplate.page(
      title: "The paper's claims", body: "<h1>The paper's claims</h1>\n<p>\(HTML.escaped(summary))</p>\n\(section)")
  }

  /// The table, what was not checked, and the times.
  var section: String {
    let header = [
      "claim", "baseline", "ours", "paper", "tolerance, and why", "verdict", "source", "command", "minutes",
    ]
    let rows = claims.map { claim in
      [
        "<span id=\"claim-\(HTML.escaped(claim.id))\">\(HTML.escaped(claim.statement))</span> "
          + "<span class=\"faint\">\(HTML.escaped(claim.figure))</span>",
        HTML.escaped(claim.baseline), HTML.escaped(claim.oursText), HTML.escaped(claim.paperText),
        "\(HTML.escaped(claim.toleranceText)) <span class=\"faint\">\(HTML.escaped(claim.reason))</span>",
        "<span class=\"\(claim.verdictClass)\">\(HTML.escaped(claim.verdictText))</span>",
        HTML.escaped(claim.source.isEmpty ? "–" : claim.source), "<code>\(HTML.escaped(claim.command))</code>",
        "\(claim.minutes.human) + \(claim.minutes.machine)",
      ]
    }
    let numeric = [false, false, true, true, false, false, false, false, true]
    let unchecked = claims.compactMap { claim in claim.whyNotChecked.map { "\(claim.statement): \($0)" } }
    return HTML.table(header: header, numeric: numeric, rows: rows)
      + (unchecked.isEmpty ? "" : "<h3>Not checked</h3>\n\(HTML.list(unchecked))")
      + "<h3>Not checked here</h3>\n\(HTML.list(Self.needRealCluster))"
      + "<p class=\"faint\">\(HTML.escaped(timesLine))</p>\n"
  }
}

extension Claim {
  fileprivate var verdictClass: String {
    switch verdict {
    case .holds: "holds"
    case .fails: "fails"
    case .notChecked: "faint"
    }
  }
}
