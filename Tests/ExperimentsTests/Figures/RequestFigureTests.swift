import Foundation
import Testing

@testable import Experiments

/// Figures of single requests: attainment against a factor on the objectives, and how TTFT is distributed.
@Suite struct RequestFigureTests {
  private let store = RecordStore(folder: Samples.committedResults)

  @Test func `at a factor of 1 attainment is the first seed's, and it rises with the factor`() throws {
    let figure = try SLOScaleFigure(store: store, configuration: try Configuration.load(userFile: nil))
    #expect(figure.points.count == 12 * SLOScaleFigure.scales.count)
    for setting in Set(figure.points.map(\.setting)) {
      let points = figure.points.filter { $0.setting == setting }
      let summary = try #require(try store.endToEnd(setting, on: .precomputed)?.seeds.first)
      let first = try #require(summary.total.ttftAttainmentPercent)
      let one = try #require(points.first { $0.scale == 1 })
      #expect(abs(one.percent - first) < 1e-9, "\(setting)")
      #expect(zip(points, points.dropFirst()).allSatisfy { $0.percent <= $1.percent })
    }
  }

  @Test func `own runs and precomputed results of the same inputs give the same requests`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("requests-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let configuration = try Configuration.load(userFile: nil)
    let inputs = RunInputs(configuration: configuration, seed: 21, seedCount: 2, rules: .published)
    let own = RecordStore(folder: folder.path)
    let setting = EndToEndSetting(system: .serverlessVLLM, cv: 8, requestsPerSecond: 0.6)
    try own.save(EndToEndRunner(store: own, inputs: inputs, build: "test").run(setting), on: .runs)
    let mine = try #require(try own.requestSamples(of: setting, configuration: configuration))
    let precomputed = try #require(try store.requestSamples(of: setting, configuration: configuration))
    #expect(mine.origin == .run(.simulated) && precomputed.origin == .precomputed(.simulated))
    #expect(mine.samples.count == 2160)  // 0.6 requests a second for an hour, one seed
    #expect(mine.samples == precomputed.samples)
  }

  @Test func `a distribution rises, and ends with the share that was answered within a minute`() throws {
    let figure = try TTFTDistributionFigure(store: store, configuration: try Configuration.load(userFile: nil))
    let rows = figure.table.rows
    for requests in ["all", "cold_start"] {
      for system in EndToEndSetting.systems {
        let curve = rows.filter { $0[0] == requests && $0[1] == system.rawValue }.compactMap { row in
          Double(row[2]).flatMap { x in Double(row[3]).map { (x: x, y: $0) } }
        }
        #expect(curve.count > 50 && curve.last?.x == 60)
        #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.x <= $1.x && $0.y <= $1.y })
        let setting = EndToEndSetting(system: system, cv: 8, requestsPerSecond: 0.6)
        let samples = try #require(
          try store.requestSamples(of: setting, configuration: try Configuration.load(userFile: nil))
        ).samples.filter { requests == "all" || $0.metColdStart }
        let within = samples.count { ($0.ttftSeconds ?? .infinity) <= 60 }
        #expect(curve.last.map { abs($0.y - Double(within) / Double(samples.count) * 100) < 1e-9 } == true)
      }
    }
  }

  @Test func `without a result there is nothing to draw`() throws {
    let empty = RecordStore(folder: "/nonexistent")
    let configuration = try Configuration.load(userFile: nil)
    #expect(throws: ExperimentError.nothingToDraw(figure: "SLO scales", command: "reproduce figure9 --rate 0.6")) {
      try SLOScaleFigure(store: empty, configuration: configuration)
    }
    #expect(throws: ExperimentError.nothingToDraw(figure: "TTFT distributions", command: "reproduce figure11")) {
      try TTFTDistributionFigure(store: empty, configuration: configuration)
    }
  }
}
