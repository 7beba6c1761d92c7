import Experiments

/// A claim in words and numbers.
extension Claim {
  /// A value with its unit, as people read it.
  func text(of value: Value) -> String {
    switch value {
    case .number(let number): numeral(number) + unitText
    case .range(let low, let high): "\(numeral(low)) to \(numeral(high))\(unitText)"
    case .share(let count, let all): "\(count) of \(all)"
    }
  }

  /// Our value; a dash where there is none.
  var oursText: String {
    ours.map(text) ?? "–"
  }

  /// The paper's value; a dash for a bound on the difference to it.
  var paperText: String {
    paper.map(text) ?? "–"
  }

  /// How far ours may be from the paper's.
  var toleranceText: String {
    switch tolerance {
    case .relative(let share): "± \(Decimal.text(share * 100, places: 0)) %"
    case .absolute(let distance): "± \(numeral(distance))\(unit == "%" ? " points" : "")"
    case .atMost(let limit): "at most \(numeral(limit))\(unitText)"
    case .all: "all"
    }
  }

  /// The verdict in one or two words.
  var verdictText: String {
    switch verdict {
    case .holds: "holds"
    case .fails: "FAILS"
    case .notChecked: "not checked"
    }
  }

  /// Why nothing was compared; `nil` where something was.
  var whyNotChecked: String? {
    if case .notChecked(let why) = verdict { why } else { nil }
  }

  private var unitText: String {
    unit.isEmpty || unit == "×" ? unit : " \(unit)"
  }

  /// A ratio alone and a distance have three digits, everything else has fewer.
  private func numeral(_ number: Double) -> String {
    let isRatio = if case .number = ours { unit == "×" || unit.isEmpty } else { false }
    return Decimal.text(number, places: isRatio ? 3 : unit == "%" && abs(number) >= 10 ? 1 : 2)
  }
}

/// The claims as text, for a terminal and in Markdown.
extension ClaimReport {
  /// The table for a terminal, then what was not checked and why, what needs a real cluster, and a line that sums up.
  public var text: String {
    var table = TextTable(
      header: ["claim", "baseline", "ours", "paper", "tolerance", "verdict", "source"],
      numeric: [false, false, true, true, false, false, false])
    for claim in claims {
      table.add([
        claim.id, claim.baseline, claim.oursText, claim.paperText, claim.toleranceText, claim.verdictText,
        claim.source.isEmpty ? "–" : claim.source,
      ])
    }
    let unchecked = claims.compactMap { claim in claim.whyNotChecked.map { "not checked: \(claim.id): \($0)\n" } }
    let beyond = Self.needRealCluster.map { "not checked here: \($0)\n" }
    return table.text + unchecked.joined() + beyond.joined() + timesLine + "\n" + summary + "\n"
  }

  /// What all results take, in minutes of a human's and of a machine's time.
  var timesLine: String {
    let parts = commands.map { "\($0.command) \($0.human) + \($0.machine)" }
    return "Minutes of a first run, human + machine: \(parts.joined(separator: ", "))."
  }

  /// The table in Markdown, with the reasons of the tolerances and the commands.
  public var markdown: String {
    let head = "| claim | baseline | ours | paper | tolerance, and why | verdict | source | command | minutes |"
    let rule = "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    let rows = claims.map { claim in
      let cells = [
        "\(claim.statement) (\(claim.figure))", claim.baseline, claim.oursText, claim.paperText,
        "\(claim.toleranceText): \(claim.reason)", claim.verdictText, claim.source.isEmpty ? "–" : claim.source,
        "`\(claim.command)`", "\(claim.minutes.human) + \(claim.minutes.machine)",
      ]
      return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    let unchecked = claims.compactMap { claim in claim.whyNotChecked.map { "- \(claim.statement): \($0)" } }
    let beyond = Self.needRealCluster.map { "- " + $0 }
    let lists =
      (unchecked.isEmpty ? [] : ["", "Not checked:", ""] + unchecked) + ["", "Not checked here:", ""] + beyond
    let note = "Minutes are a human's and a machine's, building included. Every value says where it comes from."
    return (["# The paper's claims", "", summary, "", note, "", head, rule] + rows + lists).joined(separator: "\n")
      + "\n"
  }
}
