import ServingModel
import Testing

@testable import Experiments

/// The same inputs give the same bytes, whatever runs beside them.
@Suite struct EndToEndDeterminismTests {
  private static let settings = [ServingSystem.hydraServeWithCache, .serverlessLLM].map {
    EndToEndSetting(system: $0, cv: 4, requestsPerSecond: 0.1)
  }

  /// Every file of every setting but the provenance, which names the hour.
  private func files(jobs: Int) async throws -> [String: String] {
    try await ScratchFolder.with { folder in
      let runner = try EndToEndSamples.runner(folder.path, seeds: 2)
      _ = try await Reproduction(runner: runner, settings: Self.settings, force: false, shelf: .runs)
        .run(jobs: jobs) { _ in }
      var files: [String: String] = [:]
      for setting in Self.settings {
        let path = runner.store.path(of: setting, on: .runs)
        for name in FileStore.names(in: path) where name != "provenance.json" {
          files["\(setting.folder)/\(name)"] = try FileStore.read("\(path)/\(name)")
        }
      }
      return files
    }
  }

  @Test func `one job or two write the same bytes`() async throws {
    let one = try await files(jobs: 1)
    let two = try await files(jobs: 2)
    #expect(one.count == 10)
    #expect(one == two)
  }
}
