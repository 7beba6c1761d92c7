import GoldenData
import Plotting
import ServingModel
import Testing

@testable import Experiments

@Suite struct Figure7Tests {
  /// A folder of results with the paper's numbers and the runs of some settings on some shelves.
  private static func with(
    runs: [ColdStartSetting] = [], precomputed: [ColdStartSetting] = [], paper: Bool = true,
    _ body: (ScratchFolder) throws -> Void
  ) throws {
    try ScratchFolder.with { folder in
      if paper { try folder.copy(from: "\(Samples.committedResults)/paper", to: "paper") }
      let store = RecordStore(folder: folder.path)
      for setting in runs { try store.save(Samples.run(setting), on: .runs) }
      for setting in precomputed { try store.save(Samples.run(setting), on: .precomputed) }
      try body(folder)
    }
  }

  private static func figure(_ folder: ScratchFolder, allowPaper: Bool = false, options: String = "") throws -> Figure7
  {
    try Figure7(
      store: RecordStore(folder: folder.path), configuration: Samples.configuration(), allowPaper: allowPaper,
      options: options)
  }

  private static let a10 = Samples.setting(.hydraServe, "0", "a10")
  private static let v100 = Samples.setting(.hydraServe, "0", "v100")
  private static let large = Samples.setting(.hydraServe, "1", "v100")

  @Test func `without any result there is nothing to draw, and the sentence has the command`() throws {
    try Self.with { folder in
      let error = #expect(throws: ExperimentError.self) { try Self.figure(folder, options: " --seed 2") }
      #expect(
        error?.description
          == "There is no result to draw Figure 7 from; make one with `reproduce figure7 --seed 2`.")
    }
  }

  @Test func `the user's run counts more than the precomputed result, and that more than the paper`() throws {
    try Self.with(runs: [Self.a10], precomputed: [Self.a10, Self.v100]) { folder in
      let figure = try Self.figure(folder, allowPaper: true)
      func origins(_ backend: String, _ system: ServingSystem = .hydraServe) -> [String] {
        figure.points.filter { $0.backend == backend && $0.system == system }.map(\.origin.text)
      }
      #expect(origins("a10") == Array(repeating: "run:simulated", count: 5))
      // V100's seven models in the order of the figure; the third and the fifth belong to set 1, which was not run.
      let (pre, paper) = ("precomputed:simulated", "paper:published")
      #expect(origins("v100") == [pre, pre, paper, pre, paper, pre, pre])
      #expect(origins("a10", .serverlessVLLM) == Array(repeating: paper, count: 5))
      #expect(figure.points.count == 60)
    }
  }

  @Test func `gaps stay gaps where the paper's numbers are not wanted`() throws {
    try Self.with(runs: [Self.a10], precomputed: [Self.large]) { folder in
      let figure = try Self.figure(folder)
      #expect(
        figure.points.map(\.model) == [
          "facebook/opt-13b", "modelscope/Llama-2-13b-chat-ms", "facebook/opt-2.7b", "facebook/opt-6.7b",
          "modelscope/Llama-2-7b-chat-ms", "LLM-Research/Meta-Llama-3-8B-Instruct", "AI-ModelScope/falcon-7b",
        ])
      #expect(figure.originLines.count == 15)
      #expect(figure.originLines.contains("hydraserve, model set 0, a10: run:simulated"))
      #expect(figure.originLines.contains("hydraserve, model set 1, v100: precomputed:simulated"))
      #expect(
        figure.originLines.contains(
          "serverlessllm, model set 0, a10: no result; make one with `reproduce figure7 --only serverlessllm "
            + "--backend a10`"))
    }
  }

  @Test func `one line says where all settings come from when it is one place`() throws {
    try Self.with { folder in
      let figure = try Self.figure(folder, allowPaper: true)
      #expect(figure.originLines == ["all 15 settings: paper:published"])
      #expect(figure.points.allSatisfy { $0.relativeError == nil }, "the paper is not compared with itself")
      #expect(figure.errorSummary == "No point has a value of its own beside the paper's.")
    }
  }

  @Test func `the CSV has the documented columns, and a row a bar with its source`() throws {
    try Self.with(runs: [Self.a10], precomputed: [Self.v100]) { folder in
      let figure = try Self.figure(folder)
      let lines = figure.files.table.text.split(separator: "\n").map(String.init)
      #expect(lines[0] == "backend,model,system,ttft_s,source,paper_ttft_s")
      #expect(lines.count == 1 + 5 + 5)
      let paper = try PaperFigure7(results: folder.path)
      for (line, point) in zip(lines.dropFirst(), figure.points) {
        let reference = try #require(paper.ttftSeconds(.hydraServe, backend: point.backend, model: point.model))
        let source = point.backend == "a10" ? "run:simulated" : "precomputed:simulated"
        #expect(line == "\(point.backend),\(point.model),hydraserve,\(point.ttftSeconds),\(source),\(reference)")
      }
      #expect(figure.files.name == "figure7")
    }
  }

  @Test func `the values are those of the recorded runs`() throws {
    try Self.with(runs: [Self.a10]) { folder in
      let run = try Samples.run(Self.a10)
      let points = try Self.figure(folder).points
      for model in run.result.models {
        #expect(points.first { $0.model == model.model }?.ttftSeconds == model.ttftSeconds())
      }
    }
  }

  @Test func `the table says how far each value is from the paper's`() throws {
    try Self.with(runs: [Self.a10]) { folder in
      let figure = try Self.figure(folder)
      let point = try #require(figure.points.first)
      let paper = try #require(point.paperSeconds)
      #expect(try #require(point.relativeError) == point.ttftSeconds / paper - 1)
      let lines = figure.comparison.split(separator: "\n").map(String.init)
      #expect(lines.count == 2 + 5 + 1)
      #expect(lines[0].hasPrefix("system      model"))
      #expect(lines[2].hasPrefix("hydraserve  facebook/opt-2.7b"))
      #expect(lines[7].hasPrefix("5 points beside the paper's: mean absolute difference "))
    }
  }

  @Test func `the JSON has the CSV's names and numbers`() throws {
    try Self.with(runs: [Self.a10]) { folder in
      let figure = try Self.figure(folder)
      let points = try JSONValue.parsing(figure.json()).array
      #expect(try points.map { try $0["ttft_s"].double } == figure.points.map(\.ttftSeconds))
      #expect(
        try points[0].object.map(\.key).sorted()
          == ["backend", "model", "paper_ttft_s", "source", "system", "ttft_s"])
    }
  }

  @Test func `a folder without the paper's numbers gives a figure without markers, and says so`() throws {
    try Self.with(runs: [Self.a10], paper: false) { folder in
      let figure = try Self.figure(folder)
      #expect(figure.points.count == 5 && figure.points.allSatisfy { $0.paperSeconds == nil })
      #expect(figure.files.table.text.contains(",run:simulated,\n"))
      #expect(
        figure.originLines.last == "the paper's numbers: none; copy the toolkit's results/paper there to compare")
      #expect(throws: ExperimentError.self) { try Self.figure(folder, allowPaper: true) }
    }
  }

  @Test func `a truncated result is named and nothing is drawn`() throws {
    try Self.with(runs: [Self.a10], precomputed: [Self.a10]) { folder in
      let path = "runs/coldstart/hydraserve/set0-a10/summary.json"
      try folder.write("{", to: path)
      #expect(
        throws: ExperimentError.malformed(
          path: "\(folder.path)/\(path)", line: 1, expected: "a summary of a cold-start run")
      ) { try Self.figure(folder) }
    }
  }
}
