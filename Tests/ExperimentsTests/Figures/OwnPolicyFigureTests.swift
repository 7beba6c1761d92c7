import Plotting
import ServingModel
import Testing

@testable import Experiments

/// Own policies in the figures: after the paper's systems, in colours and shapes of their own, without paper's numbers.
@Suite struct OwnPolicyFigureTests {
  private static let own = ["mine", "yours"].map { ServingSystem.own(OwnSystem(name: $0, label: "The \($0)")) }

  private static func figure9(beside own: [ServingSystem]) throws -> Figure9 {
    try Figure9(paper: PaperAttainment(figure9: Samples.committedResults), allowPaper: false, beside: own) { setting in
      try FigureSamples.found(within: own.contains(setting.system) ? 900 : 800)
    }
  }

  @Test func `a policy's points come after the paper's systems and are no part of the differences`() throws {
    let (without, with) = (try Self.figure9(beside: []), try Self.figure9(beside: Self.own))
    #expect(without.points.count == 36 && with.points.count == 54)
    #expect(with.points.prefix(6).map(\.setting.system) == EndToEndSetting.systems + Self.own)
    #expect(with.points.filter { Self.own.contains($0.setting.system) }.allSatisfy { $0.paperPercent == nil })
    #expect(with.summary == without.summary)
    #expect(with.table.rows.filter { $0[2] == "mine" }.allSatisfy { $0[3] == "90.0" && $0[5].isEmpty })
    #expect(with.comparison.contains("  yours  "))
  }

  @Test func `every series has a colour and a name of its own`() throws {
    let script = try #require(try Self.figure9(beside: Self.own).drawings.first).script
    for colour in Palette.furtherColours {
      #expect(script.contains(colour))
      #expect(try !#require(try Self.figure9(beside: []).drawings.first).script.contains(colour))
    }
    #expect(script.contains("The mine") && script.contains("The yours"))
  }

  @Test func `without a policy the figures are those that come with the toolkit, byte for byte`() throws {
    let (results, store) = (Samples.committedResults, RecordStore(folder: Samples.committedResults))
    // Those figures were drawn from runs that became the precomputed results.
    let found: EndToEndLookup = { setting in
      try store.found(setting).map { FoundEndToEnd(origin: .run(.simulated), seeds: $0.seeds) }
    }
    let figures: [any ReproducedFigure] = [
      try Figure9(paper: PaperAttainment(figure9: results), allowPaper: false, lookup: found),
      try Figure11(paper: PaperAttainment(figure11: results), allowPaper: false, lookup: found),
      try Figure13(paper: PaperFigure13(results: results), allowPaper: false, lookup: found),
    ]
    for drawing in figures.flatMap(\.drawings) {
      #expect(try drawing.table.text == Samples.committed("figs/\(drawing.name).csv"), "\(drawing.name)")
      #expect(try drawing.script == Samples.committed("figs/\(drawing.name).gp"), "\(drawing.name)")
    }
    let figure7 = try Figure7(store: store, configuration: Samples.configuration(), allowPaper: false)
    let table = figure7.table.text.replacing("precomputed:simulated", with: "run:simulated")
    #expect(try table == Samples.committed("figs/figure7.csv"))
  }

  @Test func `a policy stands beside the systems of every application`() throws {
    let figure = try Figure11(
      paper: PaperAttainment(figure11: Samples.committedResults), allowPaper: false, beside: [Self.own[0]]
    ) { _ in
      try FigureSamples.found(applications: [("chatbot", 700), ("code", 800), ("summarization", 900)])
    }
    #expect(figure.points.map(\.setting.system).prefix(5) == (EndToEndSetting.systems + [Self.own[0]])[...])
    #expect(figure.points.filter { $0.setting.system == Self.own[0] }.map(\.percent) == [70, 80, 90])
    #expect(figure.comparison.contains("12 points beside the paper's"))
  }

  @Test func `a policy's costs are drawn in a figure of its own`() throws {
    let models = { (cost: Double) in [FigureSamples.Model(name: "m/x/0", cost: cost)] }
    let figure = try Figure13(paper: nil, allowPaper: false, of: Self.own[0]) { setting in
      try FigureSamples.found(models: models(setting.system == Self.own[0] ? 1500 : 1000))
    }
    #expect(figure.drawings.map(\.name) == ["figure13-mine", "figure13-mine-a", "figure13-mine-b"])
    #expect(figure.bars.last?.ratio == 1.5)
    #expect(figure.comparison.hasSuffix("cost ratio: mean 1.500; share at most 1 0.0 %.\n"), "\(figure.comparison)")
    #expect(figure.originLines == ["all 2 settings: run:simulated"])
    #expect(figure.drawings[0].script.contains("The mine and Serverless vLLM served"))
  }

  @Test func `a policy without a result is asked for by the command that makes it`() throws {
    let figure = try Figure9(
      paper: nil, allowPaper: false, beside: [Self.own[0]], options: " --policy mine"
    ) { setting in
      setting.system == Self.own[0] ? nil : try FigureSamples.found()
    }
    let command = "reproduce figure9 --only mine --cv 8 --rate 0.6 --policy mine"
    #expect(
      figure.originLines.contains("mine, CV 8, 0.6 req/s: no result; make one with `\(command)`"),
      "\(figure.originLines)")
  }
}
