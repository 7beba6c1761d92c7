import Experiments

/// The claims as HTML.
extension ClaimReport {
  /// `claims.html`: the claims alone.
  public var page: String {
    PageTemplate.page(
      title: "The paper's claims", body: "<h1>The paper's claims</h1>\n<p>\(HTML.escaped(summary))</p>\n\(section)")
  }

  /// The table, why the tolerances are what they are, what was not checked, and the times.
  var section: String {
    let header = ["claim", "baseline", "ours", "paper", "tolerance", "verdict", "source"]
    let reasons = claims.map(\.reason).uniqued()
    let groups = claims.map(\.figure).uniqued().map { figure in
      let own = claims.filter { $0.figure == figure }
      let times = own.first.map { "\($0.minutes.human) + \($0.minutes.machine) minutes" } ?? ""
      let command = own.first?.command ?? ""
      return (
        title: "\(HTML.escaped(figure)): <code>\(HTML.escaped(command))</code>, \(times)",
        rows: own.map { row(of: $0, reasons: reasons) }
      )
    }
    let unchecked = claims.compactMap { claim in claim.whyNotChecked.map { "\(claim.statement): \($0)" } }
    return HTML.table(header: header, numeric: [false, false, true, true, false, false, false], groups: groups)
      + "<p class=\"faint\">Why that tolerance:</p>\n"
      + "<ol class=\"faint\">\n" + reasons.map { "<li>\(HTML.escaped($0))</li>\n" }.joined() + "</ol>\n"
      + (unchecked.isEmpty ? "" : "<h3>Not checked</h3>\n\(HTML.list(unchecked))")
      + "<h3>Not checked here</h3>\n\(HTML.list(Self.needRealCluster))"
  }

  private func row(of claim: Claim, reasons: [String]) -> [String] {
    let number = (reasons.firstIndex(of: claim.reason) ?? 0) + 1
    return [
      "<span id=\"claim-\(HTML.escaped(claim.id))\">\(HTML.escaped(claim.statement))</span>",
      HTML.escaped(claim.baseline), HTML.escaped(claim.oursText), HTML.escaped(claim.paperText),
      "\(HTML.escaped(claim.toleranceText))&nbsp;<sup class=\"faint\">\(number)</sup>",
      "<span class=\"\(claim.verdictClass)\">\(HTML.escaped(claim.verdictText))</span>",
      HTML.escaped(claim.source.isEmpty ? "–" : claim.source),
    ]
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
