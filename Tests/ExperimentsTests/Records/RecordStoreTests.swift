import Foundation
import ServingModel
import Testing

@testable import Experiments

@Suite struct RecordStoreTests {
  private static let files = [
    "config.resolved.yaml", "events.jsonl", "provenance.json", "requests.jsonl", "setting.json", "summary.json",
  ]
  private static let runs = "runs/coldstart/hydraserve"

  private static func found(in folder: ScratchFolder, on shelf: RecordStore.Shelf = .runs) throws -> StoredColdStart? {
    try RecordStore(folder: folder.path).coldStart(Samples.setting, on: shelf)
  }

  @Test func `nothing is found where nothing was saved, and looking leaves nothing behind`() throws {
    try ScratchFolder.with { folder in
      #expect(try Self.found(in: folder) == nil)
      #expect(try RecordStore(folder: "\(folder.path)/none").coldStart(Samples.setting, on: .precomputed) == nil)
      let files = try folder.files()
      #expect(files.isEmpty)
    }
  }

  @Test func `what was saved is read back`() throws {
    try ScratchFolder.with { folder in
      let run = try Samples.run()
      try RecordStore(folder: folder.path).save(run, on: .runs)
      let stored = try #require(try Self.found(in: folder))
      #expect(stored.source == .simulated && stored.build == "this build")
      #expect(try stored.inputHash == Samples.inputs().hash(of: Samples.setting))
      #expect(stored.ttftSeconds.map(\.model) == run.result.models.map(\.model))
      #expect(stored.ttftSeconds.map(\.ttft) == run.result.models.map { $0.ttftSeconds() })
      #expect(try folder.names(in: "\(Self.runs)/set0-a10") == Self.files)
      #expect(try folder.names(in: Self.runs) == ["set0-a10"])
      #expect(try Self.found(in: folder, on: .precomputed) == nil)
      #expect(try RecordStore(folder: folder.path).coldStart(Samples.setting(.serverlessVLLM), on: .runs) == nil)
    }
  }

  @Test func `a second run takes the place of the first`() throws {
    try ScratchFolder.with { folder in
      let store = RecordStore(folder: folder.path)
      try store.save(Samples.run(seed: 1), on: .runs)
      try store.save(Samples.run(seed: 2), on: .runs)
      #expect(try Self.found(in: folder)?.inputHash == Samples.inputs(seed: 2).hash(of: Samples.setting))
      #expect(try folder.names(in: Self.runs) == ["set0-a10"])
    }
  }

  @Test func `what a killed run left is removed by the next run, and nothing else`() throws {
    try ScratchFolder.with { folder in
      try folder.write("half a", to: "\(Self.runs)/set0-a10.partial/requests.jsonl")
      try folder.write("half a", to: "\(Self.runs)/set0-v100.partial/requests.jsonl")
      try folder.write("mine", to: "\(Self.runs)/notes.txt")
      #expect(try Self.found(in: folder) == nil)
      try RecordStore(folder: folder.path).save(Samples.run(), on: .runs)
      #expect(try folder.names(in: Self.runs) == ["notes.txt", "set0-a10", "set0-v100.partial"])
      #expect(try folder.names(in: "\(Self.runs)/set0-a10") == Self.files)
    }
  }

  @Test func `an earlier result that a killed run had moved away is still read, and then replaced`() throws {
    try ScratchFolder.with { folder in
      let store = RecordStore(folder: folder.path)
      try store.save(Samples.run(seed: 1), on: .runs)
      try folder.move("\(Self.runs)/set0-a10", to: "\(Self.runs)/set0-a10.old")
      #expect(try Self.found(in: folder)?.inputHash == Samples.inputs(seed: 1).hash(of: Samples.setting))
      try store.save(Samples.run(seed: 2), on: .runs)
      #expect(try Self.found(in: folder)?.inputHash == Samples.inputs(seed: 2).hash(of: Samples.setting))
      #expect(try folder.names(in: Self.runs) == ["set0-a10"])
    }
  }

  @Test func `a newer result counts more than one that a killed run had not yet removed`() throws {
    try ScratchFolder.with { folder in
      let store = RecordStore(folder: folder.path)
      try store.save(Samples.run(seed: 1), on: .runs)
      try folder.move("\(Self.runs)/set0-a10", to: "\(Self.runs)/set0-a10.old")
      try folder.copy(from: "\(folder.path)/\(Self.runs)/set0-a10.old", to: "\(Self.runs)/kept")
      try folder.remove("\(Self.runs)/set0-a10.old")
      try store.save(Samples.run(seed: 2), on: .runs)
      try folder.move("\(Self.runs)/kept", to: "\(Self.runs)/set0-a10.old")
      #expect(try Self.found(in: folder)?.inputHash == Samples.inputs(seed: 2).hash(of: Samples.setting))
      try store.save(Samples.run(seed: 3), on: .runs)
      #expect(try folder.names(in: Self.runs) == ["set0-a10"])
    }
  }

  @Test func `a truncated or foreign file is named and never taken for a result`() throws {
    try ScratchFolder.with { folder in
      try RecordStore(folder: folder.path).save(Samples.run(), on: .runs)
      let place = "\(Self.runs)/set0-a10"
      for (name, expected) in [
        ("summary.json", "a summary of a cold-start run"), ("setting.json", "the setting of a cold-start run"),
        ("provenance.json", "the provenance of a cold-start run"),
      ] {
        let good = try folder.text("\(place)/\(name)")
        for bad in ["", "{", "[1, 2]", "{\"models\": \"none\"}", "GIF89a", String(good.dropLast(20))] {
          try folder.write(bad, to: "\(place)/\(name)")
          let error = #expect(throws: ExperimentError.self) { try Self.found(in: folder) }
          #expect(
            error?.description
              == "\(folder.path)/\(place)/\(name):1 is not \(expected); delete the file and run the experiment again.")
        }
        try folder.write(good, to: "\(place)/\(name)")
      }
      #expect(try Self.found(in: folder) != nil)
    }
  }

  @Test func `a result without its setting or its provenance is named`() throws {
    for name in ["setting.json", "provenance.json"] {
      try ScratchFolder.with { folder in
        try RecordStore(folder: folder.path).save(Samples.run(), on: .runs)
        try folder.remove("\(Self.runs)/set0-a10/\(name)")
        let path = "\(folder.path)/\(Self.runs)/set0-a10/\(name)"
        #expect(
          throws: ExperimentError.file(path: path, action: "read", reason: "No such file or directory")
        ) { try Self.found(in: folder) }
      }
    }
  }

  @Test func `a result that is not complete, or another setting's, is never drawn as this one's`() throws {
    try ScratchFolder.with { folder in
      let store = RecordStore(folder: folder.path)
      let other = Samples.setting(.hydraServe, "0", "v100")
      try store.save(Samples.run(other), on: .runs)
      try folder.move("\(Self.runs)/set0-v100", to: "\(Self.runs)/set0-a10")
      let path = "\(folder.path)/\(Self.runs)/set0-a10/summary.json"
      let expected = ExperimentError.malformed(
        path: path, line: 1, expected: "the result of hydraserve, model set 0, a10")
      #expect(throws: expected) { try Self.found(in: folder) }
      try store.save(Samples.run(), on: .runs)
      let text = try folder.text("\(Self.runs)/set0-a10/summary.json")
      try folder.write(
        text.replacing("\"complete\"", with: "\"running\""), to: "\(Self.runs)/set0-a10/summary.json")
      #expect(throws: expected) { try Self.found(in: folder) }
    }
  }

  @Test func `deleting the file that an error names is enough`() throws {
    try ScratchFolder.with { folder in
      let runner = try Samples.runner(folder.path)
      try runner.store.save(runner.run(Samples.setting), on: .runs)
      try folder.write("{", to: "\(Self.runs)/set0-a10/summary.json")
      try folder.remove("\(Self.runs)/set0-a10/summary.json")
      #expect(try runner.decision(on: Samples.setting, shelf: .runs) == .run(reason: "not run yet"))
      try runner.store.save(runner.run(Samples.setting), on: .runs)
      #expect(try runner.decision(on: Samples.setting, shelf: .runs) == .keep)
    }
  }

  @Test func `a folder that cannot be made is named, with the system's reason`() throws {
    try ScratchFolder.with { folder in
      let path = try folder.write("in the way", to: "file")
      let error = #expect(throws: ExperimentError.self) {
        try RecordStore(folder: "\(path)/results").save(Samples.run(), on: .runs)
      }
      #expect(
        error?.description == "Could not make the folder \(path)/results/runs/state: Not a directory.")
    }
  }

  @Test func `a setting is run again when its inputs or its program have changed`() throws {
    try ScratchFolder.with { folder in
      let runner = try Samples.runner(folder.path)
      #expect(try runner.decision(on: Samples.setting, shelf: .runs) == .run(reason: "not run yet"))
      for shelf in [RecordStore.Shelf.runs, .precomputed] {
        try runner.store.save(runner.run(Samples.setting), on: shelf)
        #expect(try runner.decision(on: Samples.setting, shelf: shelf) == .keep)
        let decision = try Samples.runner(folder.path, seed: 2).decision(on: Samples.setting, shelf: shelf)
        #expect(decision == .run(reason: "configuration, seed, rules or version changed"))
      }
      let otherBuild = try Samples.runner(folder.path, build: "another build")
      #expect(
        try otherBuild.decision(on: Samples.setting, shelf: .runs) == .run(reason: "made by another build or program"))
      #expect(try otherBuild.decision(on: Samples.setting, shelf: .precomputed) == .keep)
    }
  }
}

extension StoredColdStart: Equatable {
  /// Tuples have no equality of their own, so their parts are compared.
  public static func == (a: Self, b: Self) -> Bool {
    a.source == b.source && a.inputHash == b.inputHash && a.build == b.build
      && a.ttftSeconds.map(\.model) == b.ttftSeconds.map(\.model)
      && a.ttftSeconds.map(\.ttft) == b.ttftSeconds.map(\.ttft)
  }
}
