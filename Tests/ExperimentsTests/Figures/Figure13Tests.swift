import GoldenData
import Plotting
import ServingModel
import Testing

@testable import Experiments

@Suite struct Figure13Tests {
  private typealias Model = FigureSamples.Model

  private static func paper() throws -> PaperFigure13 {
    try PaperFigure13(results: Samples.committedResults)
  }

  private static func ratios(_ hydraServe: [Model], _ baseline: [Model]) throws -> ModelRatios {
    ModelRatios(
      try FigureSamples.summary(models: hydraServe), baseline: try FigureSamples.summary(models: baseline))
  }

  private static func figure(
    _ hydraServe: FoundEndToEnd?, _ baseline: FoundEndToEnd?, allowPaper: Bool = false, options: String = ""
  ) throws -> Figure13 {
    try Figure13(paper: try paper(), allowPaper: allowPaper, options: options) { setting in
      #expect(setting.cv == 8 && setting.requestsPerSecond == 0.6)
      return setting.system == .hydraServe ? hydraServe : setting.system == .serverlessVLLM ? baseline : nil
    }
  }

  // MARK: Ratios

  @Test func `models are matched by name, whatever their places, and those of one system only are reported`() throws {
    // By place, b would be compared with a and c with b.
    let ratios = try Self.ratios(
      [
        Model(name: "m/b/0", tpot: 30, cost: 10), Model(name: "m/c/0", tpot: 40, cost: 30),
        Model(name: "m/x/0"), Model(name: "m/n/0", sent: 0),
      ],
      [
        Model(name: "m/a/0"), Model(name: "m/b/0", tpot: 20, cost: 20), Model(name: "m/c/0", tpot: 50, cost: 20),
        Model(name: "m/n/0"),
      ])
    #expect(ratios.models.map(\.name) == ["m/b/0", "m/c/0"])
    #expect(ratios.models.map(\.tpot) == [1.5, 0.8])
    #expect(ratios.models.map(\.cost) == [0.5, 1.5])
    #expect(ratios.onlyInCompared == ["m/x/0"])
    #expect(ratios.onlyInBaseline == ["m/a/0", "m/n/0"])
  }

  @Test func `models come by application, then identifier as a text, then instance number`() throws {
    let models = [
      Model(name: "v/Llama-2-7b/3", application: "summarization"), Model(name: "v/Llama-2-7b/10"),
      Model(name: "v/Llama-2-7b/9"), Model(name: "v/Llama-2-13b/70", application: "code"),
      Model(name: "v/Llama-2-13b/11"), Model(name: "v/Llama-2-7b/64", application: "code"),
      Model(name: "v/Llama-2-7b/1", application: nil),
    ]
    let expected = [
      "v/Llama-2-13b/11", "v/Llama-2-7b/9", "v/Llama-2-7b/10", "v/Llama-2-13b/70", "v/Llama-2-7b/64", "v/Llama-2-7b/3",
      "v/Llama-2-7b/1",
    ]
    #expect(try Self.ratios(models, models.reversed()).models.map(\.name) == expected)
    #expect(try Self.ratios(models.reversed(), models).models.map(\.name) == expected)
  }

  @Test func `a model without a number in one system has no ratio and is counted`() throws {
    let hydraServe = try FigureSamples.found(models: [Model(name: "m/a/0", tpot: nil), Model(name: "m/b/0", cost: nil)])
    let baseline = try FigureSamples.found(models: [Model(name: "m/a/0"), Model(name: "m/b/0"), Model(name: "m/c/0")])
    let figure = try Self.figure(hydraServe, baseline)
    #expect(figure.bars.map(\.model) == ["m/b/0", "m/a/0"])
    #expect(figure.bars.map(\.panel) == [.tpot, .cost])
    #expect(
      figure.originLines == [
        "all 2 settings: run:simulated", "left out, asked for in serverless_vllm only: 1 (m/c/0)",
        "left out, without a TPOT ratio: 1", "left out, without a cost ratio: 1",
      ])
  }

  @Test func `runs of the same seed are compared, and the first in both gives the bars`() throws {
    let summary = { (seed: UInt64, tpot: Double) in
      try FigureSamples.summary(seed: seed, models: [Model(name: "m/a/0", tpot: tpot)])
    }
    let hydraServe = [try summary(1, 10), try summary(2, 20), try summary(3, 30)]
    let baseline = [try summary(3, 10), try summary(2, 10)]
    let pairs = ModelRatios.paired(hydraServe, baseline: baseline)
    #expect(pairs.map(\.seed) == [2, 3])
    #expect(pairs.map { $0.models[0].tpot } == [2, 3])
    let others = ModelRatios.paired(hydraServe, baseline: [try summary(7, 5)])
    #expect(others.map { $0.models[0].tpot } == [2])
    let figure = try Self.figure(
      FoundEndToEnd(origin: .run(.simulated), seeds: hydraServe),
      FoundEndToEnd(origin: .run(.simulated), seeds: [try summary(7, 5)]))
    #expect(
      figure.originLines == [
        "all 2 settings: run:simulated", "seeds differ: 1 of hydraserve, 7 of serverless_vllm; run both with one",
      ])
  }

  // MARK: The figure

  @Test func `script and table are the ones on record, of both panels and of each`() throws {
    let names = [("13b/0", "chatbot"), ("7b/0", "chatbot"), ("7b/64", "code"), ("7b/128", "summarization")]
    let models = { (tpot: [Double], cost: [Double]) in
      names.indices.map {
        Model(name: "v/m-\(names[$0].0)", application: names[$0].1, tpot: tpot[$0], cost: cost[$0])
      }
    }
    let figure = try Self.figure(
      try FigureSamples.found(.run(.simulated), models: models([60, 40, 45, 50], [10, 10, 30, 20])),
      try FigureSamples.found(.precomputed(.simulated), models: models([50, 40, 50, 40], [20, 16, 20, 20])))
    #expect(figure.drawings.map(\.name) == ["figure13", "figure13-a", "figure13-b"])
    for drawing in figure.drawings {
      try Golden.expect(drawing.script, isIn: "\(drawing.name).gp")
      try Golden.expect(drawing.table.text, isIn: "\(drawing.name).csv")
    }
    #expect(
      figure.originLines == [
        "serverless_vllm, CV 8, 0.6 req/s: precomputed:simulated", "hydraserve, CV 8, 0.6 req/s: run:simulated",
      ])
  }

  @Test func `the table has each seed, their mean and the paper`() throws {
    let seeds = { (tpots: [[Double]]) in
      FoundEndToEnd(
        origin: .run(.simulated),
        seeds: try tpots.enumerated().map { seed, tpots in
          try FigureSamples.summary(
            seed: UInt64(seed), models: tpots.enumerated().map { Model(name: "m/a/\($0)", tpot: $1) })
        })
    }
    let figure = try Self.figure(try seeds([[50, 100], [60, 80]]), try seeds([[50, 50], [50, 50]]))
    let lines = figure.comparison.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    // Seed 0: 1 and 2; seed 1: 1.2 and 1.6. Percentiles lie on the line between the two.
    #expect(lines[2].hasPrefix("TPOT seed 0 2 1.500 1.500 1.100 1.900 50.0 "))
    #expect(lines[3].hasPrefix("TPOT seed 1 2 1.400 1.400 1.240 1.560 0.0 "))
    #expect(lines[4].hasPrefix("TPOT mean of 2 seeds 2 1.450 1.450 1.170 1.730 25.0 "))
    // The paper's, from its own summary.
    #expect(lines[5] == "TPOT paper 101 1.078 1.053 0.930 1.254 32.7 –")
    #expect(lines[9] == "cost paper 101 0.823 0.795 0.649 1.006 88.1 –")
    #expect(lines[10].hasPrefix("TPOT ratio: mean 1.450, paper's 1.078 (difference +0.372); share at most 1 25.0 %, "))
    let statistics = try JSONValue.parsing(figure.json())["statistics"].array
    #expect(try statistics.map { try $0["run"].string }.count == 8)
    #expect(abs(try statistics[2]["mean"].double - 1.45) < 1e-12)
  }

  @Test func `ratios equal to the paper's have no distance to it`() throws {
    let paper = try Self.paper()
    let models = { (tpot: (PaperFigure13.Model) -> Double, cost: (PaperFigure13.Model) -> Double) in
      paper.models.enumerated().map { index, model in
        Model(name: "v/m/\(index)", application: model.application, tpot: tpot(model), cost: cost(model))
      }
    }
    let figure = try Self.figure(
      try FigureSamples.found(models: models(\.tpotRatio, \.costRatio)),
      try FigureSamples.found(models: models({ _ in 1 }, { _ in 1 })))
    #expect(
      figure.summary(of: .tpot)
        == "TPOT ratio: mean 1.078, paper's 1.078 (difference +0.000); share at most 1 32.7 %, paper's 32.7 %; "
        + "Kolmogorov-Smirnov distance 0.000.")
  }

  @Test func `where a system has no result, the paper's bars are drawn if allowed, else nothing`() throws {
    let own = try FigureSamples.found(models: [Model(name: "m/a/0")])
    let error = #expect(throws: ExperimentError.self) { try Self.figure(own, nil, options: " --seed 3") }
    #expect(
      error?.description
        == "There is no result to draw Figure 13 from; make one with `reproduce figure13 --only serverless_vllm "
        + "--seed 3`.")
    let figure = try Self.figure(own, nil, allowPaper: true)
    #expect(figure.bars.count == 2 * 101 && figure.bars.allSatisfy { $0.model == nil })
    #expect(figure.originLines == ["all 2 settings: paper:published"])
    #expect(figure.drawings[0].table.rows.allSatisfy { $0[4] == "paper:published" && $0[2].isEmpty })
    #expect(figure.summary(of: .cost) == "cost ratio: no run to compare with the paper's.")
  }
}
