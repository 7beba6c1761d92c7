import Foundation
import Plotting
import ServingModel
import Synchronization
import Testing

@testable import Experiments

/// Keeps what a reproduction reports.
private final class Reports: Sendable {
  private let kept = Mutex<[ReproductionStep]>([])

  func add(_ step: ReproductionStep) {
    kept.withLock { $0.append(step) }
  }

  var all: [ReproductionStep] {
    kept.withLock { $0 }
  }
}

@Suite struct ReproductionTests {
  private static func run(
    in folder: ScratchFolder, systems: [ServingSystem] = [], backends: [String] = [], force: Bool = false,
    shelf: RecordStore.Shelf = .runs, jobs: Int = 2, configuration: Configuration? = nil
  ) async throws -> (steps: [String], reported: [String]) {
    let inputs = RunInputs(
      configuration: try configuration ?? Samples.configuration(), seed: 1, rules: .published)
    let runner = ColdStartRunner(store: RecordStore(folder: folder.path), inputs: inputs, build: "this build")
    let reports = Reports()
    let settings = ColdStartSetting.figure7.filter {
      (systems.isEmpty || systems.contains($0.system)) && (backends.isEmpty || backends.contains($0.backend))
    }
    let steps = try await Reproduction(runner: runner, settings: settings, force: force, shelf: shelf).run(jobs: jobs) {
      reports.add($0)
    }
    return (steps.map(words), reports.all.map(words))
  }

  private static func words(_ step: ReproductionStep) -> String {
    let outcome =
      switch step.outcome {
      case .ran(let reason): "ran (\(reason))"
      case .kept: "kept"
      case .keptMeasured: "kept, measured"
      case .failed(let sentence): "failed (\(sentence))"
      }
    return "\(step.number)/\(step.count) \(step.setting): \(outcome)"
  }

  private static func all(_ outcome: String) -> [String] {
    ColdStartSetting.figure7.enumerated().map { "\($0.offset + 1)/15 \($0.element): \(outcome)" }
  }

  @Test(arguments: [1, 2, 64])
  func `all settings are run once, and kept from then on`(jobs: Int) async throws {
    try await ScratchFolder.with { folder in
      let first = try await Self.run(in: folder, jobs: jobs)
      #expect(first.steps == Self.all("ran (not run yet)"))
      #expect(first.reported == first.steps, "reports come in order, whatever ends first")
      #expect(try await Self.run(in: folder, jobs: jobs).steps == Self.all("kept"))
      #expect(try await Self.run(in: folder, force: true, jobs: jobs).steps == Self.all("ran (forced)"))
    }
  }

  @Test func `a part is run on its own, and the rest follows later`() async throws {
    try await ScratchFolder.with { folder in
      let part = try await Self.run(in: folder, systems: [.serverlessLLM, .hydraServe], backends: ["v100"])
      #expect(
        part.steps == [
          "1/4 hydraserve, model set 0, v100: ran (not run yet)",
          "2/4 hydraserve, model set 1, v100: ran (not run yet)",
          "3/4 serverlessllm, model set 0, v100: ran (not run yet)",
          "4/4 serverlessllm, model set 1, v100: ran (not run yet)",
        ])
      let rest = try await Self.run(in: folder).steps
      #expect(
        rest.filter { $0.hasSuffix(": kept") }.count == 4 && rest.filter { $0.contains("not run yet") }.count == 11)
    }
  }

  @Test func `the nodes are labelled for the system that was run last`() async throws {
    try await ScratchFolder.with { folder in
      let nodes = SimulatedNodes(results: folder.path)
      _ = try await Self.run(in: folder, systems: [.serverlessLLM], backends: ["a10"])
      #expect(try nodes.isolation(of: "a10-0").isolation == .exclusive)
      _ = try await Self.run(in: folder, systems: [.hydraServe], backends: ["a10"])
      #expect(try nodes.isolation(of: "a10-0").isolation == .shared)
      #expect(try nodes.isolation(of: "v100-0").label.hasSuffix("(never labelled)"), "others are left alone")
    }
  }

  @Test func `a setting that fails is reported and the others go on`() async throws {
    try await ScratchFolder.with { folder in
      let path = try folder.write(
        """
        model_sets:
          "1": [{model: facebook/opt-13b, ttft_slo_ms: 13000, tpot_slo_ms: 200, scheduler_size_gb: 33}]
        """, to: "my.yaml")
      let configuration = try Configuration.load(userFile: path)
      let steps = try await Self.run(in: folder, configuration: configuration).steps
      let failed = steps.filter { $0.contains("failed") }
      #expect(failed.count == 5 && steps.count == 15)
      #expect(
        failed.first
          == "3/15 serverless_vllm, model set 1, v100: failed (Model set 1 does not fit on v100: facebook/opt-13b needs "
          + "33 GB of one GPU and the largest there has 32 GB; move on to the next setting.)")
      #expect(steps.filter { $0.hasSuffix("ran (not run yet)") }.count == 10)
    }
  }

  @Test func `a truncated result fails its setting only, with the file to delete`() async throws {
    try await ScratchFolder.with { folder in
      _ = try await Self.run(in: folder)
      let summary = "runs/coldstart/hydraserve/set0-a10/summary.json"
      try folder.write("{", to: summary)
      let steps = try await Self.run(in: folder).steps
      #expect(steps.filter { $0.hasSuffix(": kept") }.count == 14)
      #expect(
        steps.filter { $0.contains("failed") } == [
          "7/15 hydraserve, model set 0, a10: failed (\(folder.path)/\(summary):1 is not a summary of a cold-start run; "
            + "delete the file and run the experiment again.)"
        ])
    }
  }

  @Test func `precomputed results label no node`() async throws {
    try await ScratchFolder.with { folder in
      _ = try await Self.run(in: folder, systems: [.hydraServe], backends: ["a10"], shelf: .precomputed)
      #expect(
        try folder.files() == [
          "precomputed/coldstart/hydraserve/set0-a10/provenance.json",
          "precomputed/coldstart/hydraserve/set0-a10/requests.jsonl",
          "precomputed/coldstart/hydraserve/set0-a10/setting.json",
          "precomputed/coldstart/hydraserve/set0-a10/summary.json", "runs/state/lock",
        ])
    }
  }
}
