import ServingModel
import Testing

@testable import Experiments

/// The files of the paper's own numbers of Figures 9, 11 and 13.
@Suite struct PaperFiguresTests {
  @Test func `Figure 9 has a point for each of the 36 settings`() throws {
    let paper = try PaperAttainment(figure9: Samples.committedResults)
    #expect(paper.points.count == 36)
    #expect(EndToEndSetting.figure9.allSatisfy { paper.percent($0) != nil })
    // The paper's first and last points of CV 8.
    let percent = { (system: ServingSystem, rate: Double) in
      paper.percent(EndToEndSetting(system: system, cv: 8, requestsPerSecond: rate))
    }
    #expect(percent(.serverlessVLLM, 0.6) == 53.5)
    #expect(percent(.hydraServeWithCache, 0.8) == 78.5)
    #expect(percent(.hydraServe, 0.9) == nil)
  }

  @Test func `Figure 11 has a bar for each system and application`() throws {
    let paper = try PaperAttainment(figure11: Samples.committedResults)
    #expect(paper.points.count == 12)
    for setting in EndToEndSetting.figure11 {
      #expect(Figure11.applications.allSatisfy { paper.percent(setting, application: $0) != nil })
      #expect(paper.percent(setting) == nil)
    }
  }

  @Test func `Figure 13 has 101 models in the order of its applications`() throws {
    let models = try PaperFigure13(results: Samples.committedResults).models
    #expect(models.count == 101)
    #expect(models.map(\.application).uniqued() == Figure11.applications)
    #expect(models[0].tpotRatio == 1.2972 && models[0].costRatio == 0.6218)
  }

  private static let point = "\"exec_type\": \"hydraserve\", \"cv\": 8, \"request_rate_per_s\": 0.6"

  @Test(arguments: [
    (9, ""), (9, "{}"), (9, "{\"points\": [{\(point)}]}"),
    (9, "{\"points\": [{\(point), \"ttft_slo_attainment_percent\": 101}]}"),
    (9, "{\"points\": [{\(point), \"ttft_slo_attainment_percent\": 50, \"application\": \"code\"}]}"),
    (9, "{\"points\": [{\"exec_type\": \"hydraserve\", \"ttft_slo_attainment_percent\": 50}]}"),
    (11, "{\"points\": [{\(point), \"ttft_slo_attainment_percent\": 50}]}"),
    (13, "{\"models\": []}"), (13, "{\"models\": [{\"application\": \"code\", \"tpot_ratio\": 1}]}"),
    (13, "{\"models\": [{\"application\": \"code\", \"tpot_ratio\": 1, \"cost_ratio\": 0}]}"),
  ])
  func `a file that is something else is named`(figure: Int, text: String) throws {
    try ScratchFolder.with { folder in
      let path = "\(folder.path)/paper/figure\(figure).json"
      let read = {
        switch figure {
        case 9: _ = try PaperAttainment(figure9: folder.path)
        case 11: _ = try PaperAttainment(figure11: folder.path)
        default: _ = try PaperFigure13(results: folder.path)
        }
      }
      #expect(throws: ExperimentError.file(path: path, action: "read", reason: "No such file or directory")) {
        try read()
      }
      try folder.write(text, to: "paper/figure\(figure).json")
      #expect(
        throws: ExperimentError.malformed(
          path: path, line: 1, expected: "the paper's numbers of Figure \(figure)")
      ) { try read() }
    }
  }
}
