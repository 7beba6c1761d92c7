import ServingModel
import Testing

@testable import Experiments

@Suite struct PaperFigure7Tests {
  @Test func `the paper's figure has 60 bars, each once`() throws {
    let paper = try PaperFigure7(results: Samples.committedResults)
    #expect(paper.points.count == 60)
    #expect(Set(paper.points.map { "\($0.system) \($0.backend) \($0.model)" }).count == 60)
    // Five systems on seven models on V100 and on five on A10.
    for system in ColdStartSetting.figure7Systems {
      let own = paper.points.filter { $0.system == system }
      #expect(own.filter { $0.backend == "v100" }.count == 7 && own.filter { $0.backend == "a10" }.count == 5)
    }
  }

  @Test func `a bar is found by its system, backend and model`() throws {
    let paper = try PaperFigure7(results: Samples.committedResults)
    // The paper prints 16.8 s for the first bar of the V100 panel.
    let first = try #require(paper.ttftSeconds(.serverlessVLLM, backend: "v100", model: "facebook/opt-2.7b"))
    #expect((first * 10).rounded() / 10 == 16.8)
    #expect(paper.ttftSeconds(.serverlessVLLM, backend: "a10", model: "facebook/opt-13b") == nil)
  }

  @Test func `a missing file is named, and so is a foreign one`() throws {
    try ScratchFolder.with { folder in
      let path = "\(folder.path)/paper/figure7.json"
      #expect(!PaperFigure7.exists(in: folder.path))
      #expect(throws: ExperimentError.file(path: path, action: "read", reason: "No such file or directory")) {
        try PaperFigure7(results: folder.path)
      }
      let expected = ExperimentError.malformed(
        path: path, line: 1, expected: "the paper's numbers of Figure 7")
      for text in [
        "", "{\"points\": [", "{}",
        "{\"points\": [{\"exec_type\": \"vllm\", \"backend\": \"a10\", \"model\": \"m\", \"ttft_s\": 1}]}",
      ] {
        try folder.write(text, to: "paper/figure7.json")
        #expect(throws: expected) { try PaperFigure7(results: folder.path) }
      }
    }
  }
}
