import Foundation
import ServingModel
import Testing

@testable import Experiments

/// End-to-end results in a folder: kept, found again, resumed and rerun by the rules of all experiments.
@Suite struct EndToEndRecordTests {
  private static let place = "runs/endtoend/hydraserve/cv4-rate0.1"

  @Test func `what was saved is read back`() throws {
    try ScratchFolder.with { folder in
      let run = try EndToEndSamples.run()
      let store = RecordStore(folder: folder.path)
      #expect(try store.endToEnd(EndToEndSamples.setting, on: .runs) == nil)
      for shelf in [RecordStore.Shelf.runs, .precomputed] {
        try store.save(run, on: shelf)
        let stored = try #require(try store.endToEnd(EndToEndSamples.setting, on: shelf))
        #expect(stored.setting == EndToEndSamples.setting && stored.source == .simulated)
        #expect(stored.build == (shelf == .runs ? "this build" : nil))
        #expect(stored.seeds == run.seeds.map(\.summary))
      }
    }
  }

  @Test func `the hash changes with seeds, CV, rate and system`() throws {
    let setting = EndToEndSamples.setting
    let hashes = [
      try EndToEndSamples.inputs().hash(of: setting),
      try EndToEndSamples.inputs(seeds: 3).hash(of: setting),
      try EndToEndSamples.inputs(seed: 2).hash(of: setting),
      try EndToEndSamples.inputs().hash(of: EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.1)),
      try EndToEndSamples.inputs().hash(of: EndToEndSetting(system: .hydraServe, cv: 4, requestsPerSecond: 0.2)),
      try EndToEndSamples.inputs().hash(of: EndToEndSetting(system: .serverlessLLM, cv: 4, requestsPerSecond: 0.1)),
    ]
    #expect(Set(hashes).count == hashes.count)
  }

  @Test func `a setting is run again when its seeds or its program have changed`() throws {
    try ScratchFolder.with { folder in
      let runner = try EndToEndSamples.runner(folder.path)
      #expect(try runner.decision(on: EndToEndSamples.setting, shelf: .runs) == .run(reason: "not run yet"))
      try runner.store.save(EndToEndSamples.run(), on: .runs)
      #expect(try runner.decision(on: EndToEndSamples.setting, shelf: .runs) == .keep)
      #expect(
        try EndToEndSamples.runner(folder.path, seeds: 3).decision(on: EndToEndSamples.setting, shelf: .runs)
          == .run(reason: "configuration, seed, rules or version changed"))
      #expect(
        try EndToEndSamples.runner(folder.path, build: "another").decision(on: EndToEndSamples.setting, shelf: .runs)
          == .run(reason: "made by another build or program"))
    }
  }

  @Test func `a truncated or foreign file is named and never taken for a result`() throws {
    try ScratchFolder.with { folder in
      let store = RecordStore(folder: folder.path)
      try store.save(EndToEndSamples.run(), on: .runs)
      for (name, expected) in [
        ("summary.json", "a summary of an end-to-end run"), ("setting.json", "the setting of an end-to-end run"),
        ("provenance.json", "the provenance of an end-to-end run"),
      ] {
        let good = try folder.text("\(Self.place)/\(name)")
        for bad in ["", "{", "[1, 2]", String(good.dropLast(20))] {
          try folder.write(bad, to: "\(Self.place)/\(name)")
          let error = #expect(throws: ExperimentError.self) {
            try store.endToEnd(EndToEndSamples.setting, on: .runs)
          }
          #expect(
            error?.description == "\(folder.path)/\(Self.place)/\(name):1 is not \(expected); delete the file and run "
              + "the experiment again.")
        }
        try folder.write(good, to: "\(Self.place)/\(name)")
      }
    }
  }

  @Test(arguments: [
    ("summary.json", "\"complete\"", "\"running\""), ("setting.json", "\"cv\" : 4", "\"cv\" : 8"),
    ("setting.json", "\"requests_per_second\" : 0.1", "\"requests_per_second\" : 0.2"),
    ("setting.json", "\"system\" : \"hydraserve\"", "\"system\" : \"serverlessllm\""),
    ("setting.json", "\"endtoend\"", "\"coldstart\""),
  ])
  func `a result that is not complete, or another setting's, is never drawn as this one's`(
    name: String, text: String, other: String
  ) throws {
    try ScratchFolder.with { folder in
      let store = RecordStore(folder: folder.path)
      try store.save(EndToEndSamples.run(), on: .runs)
      let good = try folder.text("\(Self.place)/\(name)")
      #expect(good.contains(text))
      try folder.write(good.replacing(text, with: other), to: "\(Self.place)/\(name)")
      #expect(
        throws: ExperimentError.malformed(
          path: "\(folder.path)/\(Self.place)/summary.json", line: 1,
          expected: "the result of hydraserve, CV 4, 0.1 req/s")
      ) { try store.endToEnd(EndToEndSamples.setting, on: .runs) }
    }
  }

  @Test func `a run that dies at any step leaves the earlier result or the new one`() throws {
    let (earlier, later) = (try EndToEndSamples.run(), try EndToEndSamples.otherRun())
    var outcomes: [Int] = []
    for step in 0..<100 {
      let disk = FaultyDisk(.death, at: step)
      try ScratchFolder.with { folder in
        try RecordStore(folder: folder.path).save(earlier, on: .runs)
        do { try RecordStore(folder: folder.path, disk: disk.writer).save(later, on: .runs) } catch is FaultyDisk.Broken
        {}
        let found = try RecordStore(folder: folder.path).endToEnd(EndToEndSamples.setting, on: .runs)
        outcomes.append(try #require(found, "step \(step)").seeds.count)
        try RecordStore(folder: folder.path).save(later, on: .runs)
        #expect(try folder.names(in: "runs/endtoend/hydraserve") == ["cv4-rate0.1"], "step \(step)")
        let workloads = try folder.names(in: "runs/endtoend/workloads")
        #expect(workloads == ["cv4-rate0.1-seed1.jsonl", "cv4-rate0.1-seed2.jsonl"], "step \(step)")
        let workload = try folder.text("runs/endtoend/workloads/cv4-rate0.1-seed2.jsonl")
        #expect(workload.split(separator: "\n").count == 361, "step \(step): a header and 360 requests")
      }
      if !disk.hasStruck { break }
    }
    // By hand: make the folder of workloads, write one and move it into place; then as for every run, clear up, make
    // the folder, six files, clear up, move the earlier result away (two seeds), then the new one (one seed) is found.
    #expect(outcomes == Array(repeating: 2, count: 14) + [1, 1])
  }

  @Test func `a disk that fails leaves the earlier result and no half of a workload`() throws {
    let (earlier, later) = (try EndToEndSamples.run(), try EndToEndSamples.otherRun())
    for step in 0..<3 {
      try ScratchFolder.with { folder in
        try RecordStore(folder: folder.path).save(earlier, on: .runs)
        let disk = FaultyDisk(.failure, at: step)
        #expect(throws: FaultyDisk.Broken.self) {
          try RecordStore(folder: folder.path, disk: disk.writer).save(later, on: .runs)
        }
        #expect(try RecordStore(folder: folder.path).endToEnd(EndToEndSamples.setting, on: .runs)?.seeds.count == 2)
        #expect(!folder.exists("runs/endtoend/workloads/cv4-rate0.1-seed2.jsonl"), "step \(step)")
      }
    }
  }

  @Test func `one job or two give the same files, and a killed sweep goes on where it was`() async throws {
    try await ScratchFolder.with { folder in
      let settings = [ServingSystem.serverlessVLLM, .hydraServe].flatMap { system in
        [0.05, 0.1].map { EndToEndSetting(system: system, cv: 4, requestsPerSecond: $0) }
      }
      for jobs in [1, 2] {
        let runner = try EndToEndSamples.runner("\(folder.path)/\(jobs)", seeds: 1)
        // The first two settings, as if the sweep had been stopped then.
        let begun = try await Reproduction(
          runner: runner, settings: Array(settings.prefix(2)), force: false, shelf: .runs
        ).run(jobs: jobs) { _ in }
        #expect(begun.count == 2)
        let steps = try await Reproduction(runner: runner, settings: settings, force: false, shelf: .runs)
          .run(jobs: jobs) { _ in }
        let words = steps.map { step in
          switch step.outcome {
          case .ran(let reason): "\(step.setting): \(reason)"
          case .kept: "\(step.setting): kept"
          case .keptMeasured, .failed: "\(step.setting): \(step.outcome)"
          }
        }
        #expect(
          words == [
            "serverless_vllm, CV 4, 0.05 req/s: kept", "serverless_vllm, CV 4, 0.1 req/s: kept",
            "hydraserve, CV 4, 0.05 req/s: not run yet", "hydraserve, CV 4, 0.1 req/s: not run yet",
          ])
      }
      let files = try folder.files()
      let first = files.filter { $0.hasPrefix("1/") }
      let second = files.filter { $0.hasPrefix("2/") }
      // Six files of each of four settings, two workloads, the labels and the lock.
      #expect(first.count == 28)
      let moved = first.map { name in "2" + name.dropFirst() }
      #expect(second == moved)
      for (file, other) in zip(first, second) where !file.hasSuffix("provenance.json") {
        let (text, otherText) = (try folder.text(file), try folder.text(other))
        #expect(text == otherText, "\(file)")
      }
    }
  }
}
