import Plotting
import ServingModel
import Testing

@testable import Experiments

@Suite struct Figure11Tests {
  private static func paper() throws -> PaperAttainment {
    try PaperAttainment(figure11: Samples.committedResults)
  }

  @Test func `script and table of mixed sources are the ones on record`() throws {
    let figure = try Figure11(paper: try Self.paper(), allowPaper: true) { setting in
      switch setting.system {
      case .hydraServe:
        FoundEndToEnd(
          origin: .run(.simulated),
          seeds: try [0, 30, 60].map { more in
            try FigureSamples.summary(
              seed: UInt64(more),
              applications: [("chatbot", 800 + more), ("code", 740 + more), ("summarization", 930 + more)])
          })
      case .serverlessVLLM:
        try FigureSamples.found(
          .precomputed(.simulated), applications: [("chatbot", 520), ("code", 450), ("summarization", 915)])
      default: nil
      }
    }
    let drawing = try #require(figure.drawings.first)
    #expect(figure.drawings.map(\.name) == ["figure11"])
    try Golden.expect(drawing.script, isIn: "figure11.gp")
    try Golden.expect(drawing.table.text, isIn: "figure11.csv")
  }

  @Test func `each application has its own attainment beside the paper's`() throws {
    let figure = try Figure11(paper: try Self.paper(), allowPaper: false) { setting in
      guard setting.system == .hydraServe else { return nil }
      return try FigureSamples.found(applications: [("chatbot", 845), ("code", 756), ("summarization", 973)])
    }
    #expect(figure.points.map(\.application) == ["chatbot", "code", "summarization"])
    // The paper has 83.5, 76.6 and 97.3: one point above, one below, the same.
    #expect(
      figure.comparison.contains(
        "3 points beside the paper's: mean absolute difference 0.67 points, worst 1.00 points, Spearman 1.000, order of "
          + "the systems right in 0 of 0 applications"), "\(figure.comparison)")
    #expect(
      figure.originLines.contains(
        "serverlessllm, CV 8, 0.6 req/s: no result; make one with `reproduce figure11 --only serverlessllm`"))
  }

  @Test func `an application that a result does not have is a gap, which the paper does not fill`() throws {
    let figure = try Figure11(paper: try Self.paper(), allowPaper: true) { _ in
      try FigureSamples.found(applications: [("chatbot", 800), ("code", 700)])
    }
    #expect(figure.points.count == 8)
    #expect(figure.points.allSatisfy { $0.application != "summarization" && $0.origin == .run(.simulated) })
  }

  @Test func `a figure without the paper's numbers says so`() throws {
    let figure = try Figure11(paper: nil, allowPaper: false) { _ in
      try FigureSamples.found(applications: [("chatbot", 800)])
    }
    #expect(figure.points.allSatisfy { $0.paperPercent == nil })
    #expect(
      figure.originLines.last == "the paper's numbers: none; copy the toolkit's results/paper there to compare")
    #expect(figure.comparison.hasSuffix("No point has a value of its own beside the paper's.\n"))
  }

  @Test func `without any result there is nothing to draw`() throws {
    let error = #expect(throws: ExperimentError.self) {
      try Figure11(paper: nil, allowPaper: false) { _ in nil }
    }
    #expect(error?.description == "There is no result to draw Figure 11 from; make one with `reproduce figure11`.")
  }
}
