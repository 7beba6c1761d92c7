import Foundation
import ServingModel
import Testing

@testable import Experiments

/// Results that were made elsewhere are kept as those of a local run.
@Suite struct SweepCollectionTests {
  private static let coldStart = ColdStartSetting(system: .hydraServe, modelSet: "0", backend: "a10")
  private static let settings: [SweepSetting] = [.coldStart(coldStart), .endToEnd(EndToEndSamples.setting)]

  private static func plan(seeds: [UInt64] = [1, 2]) -> SweepPlan {
    SweepPlan(
      configuration: nil, variants: [.unchanged], rules: .published, coldStartSeed: 1, firstSeed: 1, seedCount: 2,
      work: [
        .init(variant: 0, setting: settings[0], seeds: nil), .init(variant: 0, setting: settings[1], seeds: seeds),
      ])
  }

  private static func runs(_ folder: String, build: String = "this build") throws -> SweepRuns {
    try SweepRuns(plan(), results: folder, build: build)
  }

  /// The texts of all items, in the order of the plan.
  private static let texts = Result {
    let runs = try SweepRuns(plan(), results: "/nowhere", build: "container")
    return try plan().items.map { try ResultText.text(of: try runs.run($0)) }
  }

  private static func files(_ folder: ScratchFolder) throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try folder.files() where name.hasPrefix("runs/") && !name.contains("/state/") {
      if !name.hasSuffix("provenance.json") { files[name] = try folder.text(name) }
    }
    return files
  }

  @Test func `every file is that of a local run, byte for byte, in whatever order results come`() async throws {
    let local = try await ScratchFolder.with { folder in
      let inputs = try EndToEndSamples.inputs(seeds: 1)
      _ = try await Reproduction(
        runner: ColdStartRunner(store: RecordStore(folder: folder.path), inputs: inputs, build: "b"),
        settings: [Self.coldStart], force: false, shelf: .runs
      ).run(jobs: 1) { _ in }
      _ = try await Reproduction(
        runner: try EndToEndSamples.runner(folder.path), settings: [EndToEndSamples.setting], force: false, shelf: .runs
      ).run(jobs: 1) { _ in }
      return try Self.files(folder)
    }
    let collected = try await ScratchFolder.with { folder in
      let collection = try SweepCollection(
        try Self.runs(folder.path), folder: "\(folder.path)/runs/state/waiting", image: "i@sha256:1", force: false)
      var finished: [String] = []
      for text in try Self.texts.get().reversed() {
        finished += try await collection.take(Array(text.utf8)).map(\.setting)
      }
      #expect(Set(finished) == Set(Self.settings.map(\.description)))
      #expect(await collection.missing.isEmpty)
      await collection.close()
      #expect(!folder.exists("runs/state/waiting"))
      let provenance = try folder.text("runs/\(EndToEndSamples.setting.folder)/provenance.json")
      #expect(provenance.contains("\"image\" : \"i@sha256:1\"") && provenance.contains("\"build\" : \"container\""))
      return try Self.files(folder)
    }
    // By hand: five files of the cold starts and five of the hour, provenance apart, and the hour's workload.
    #expect(local.count == 5 + 5 + 1)
    #expect(collected == local)
  }

  @Test func `what has come before a kill is not asked for again`() async throws {
    try await ScratchFolder.with { folder in
      let waiting = "\(folder.path)/waiting"
      let texts = try Self.texts.get()
      let first = try SweepCollection(try Self.runs(folder.path), folder: waiting, image: "i", force: false)
      #expect(try await first.take(Array(texts[0].utf8)).isEmpty, "one seed of two")
      let second = try SweepCollection(try Self.runs(folder.path), folder: waiting, image: "i", force: false)
      #expect(try await second.resume().isEmpty)
      #expect(await second.missing.count == 2)
      for text in texts.dropFirst() { _ = try await second.take(Array(text.utf8)) }
      #expect(await second.openCount == 0)
      let third = try SweepCollection(try Self.runs(folder.path), folder: waiting, image: "i", force: false)
      #expect(await third.settingCount == 0, "results of the same image are kept")
      let other = try SweepCollection(try Self.runs(folder.path), folder: waiting, image: "other", force: false)
      #expect(await other.settingCount == 2, "another image is another build")
      let local = try SweepCollection(
        try Self.runs(folder.path, build: "container"), folder: waiting, image: "other", force: false)
      #expect(await local.settingCount == 0, "results of the same build are kept, whoever ran it")
    }
  }

  @Test func `a result of other inputs is refused in a sentence that names it`() async throws {
    try await ScratchFolder.with { folder in
      let collection = try SweepCollection(
        try SweepRuns(
          SweepPlan(
            configuration: ConfigurationText(name: "c", text: "hardware: {pod_deletion_s: 9}"),
            variants: [.unchanged], rules: .published, coldStartSeed: 1, firstSeed: 1, seedCount: 2,
            work: Self.plan().work), results: folder.path, build: "b"), folder: "\(folder.path)/w", image: nil,
        force: false)
      let text = try Self.texts.get()[0]
      await #expect(
        throws: ExperimentError.foreignResult(item: "\(EndToEndSamples.setting.description), seed 1")
      ) { try await collection.take(Array(text.utf8)) }
    }
  }
}
