import Plotting
import Testing

@testable import Experiments

/// Same seed, same bytes: two runs, with one thread or two.
@Suite struct DeterminismTests {
  @Test(arguments: ColdStartSetting.figure7)
  func `a setting that is run twice gives the same bytes`(setting: ColdStartSetting) throws {
    let (one, other) = (try Samples.run(setting), try Samples.run(setting))
    for (a, b) in zip(try one.files(for: .runs), try other.files(for: .runs)) where a.name != "provenance.json" {
      #expect(a.name == b.name)
      #expect(a.text == b.text, "\(a.name)")
    }
  }

  @Test func `one job or two give the same files and the same figure`() async throws {
    try await ScratchFolder.with { folder in
      let configuration = try Samples.configuration()
      for jobs in [1, 2] {
        let results = "\(folder.path)/\(jobs)/results"
        try folder.copy(
          from: "\(Samples.committedResults)/paper/figure7.json", to: "\(jobs)/results/paper/figure7.json")
        _ = try await Reproduction(
          runner: Samples.runner(results), settings: ColdStartSetting.figure7, force: false, shelf: .runs
        ).run(jobs: jobs) { _ in }
        let figure = try Figure7(
          store: RecordStore(folder: results), configuration: configuration, allowPaper: false)
        try folder.write(figure.files.table.text, to: "\(jobs)/figs/figure7.csv")
        try folder.write(figure.files.script, to: "\(jobs)/figs/figure7.gp")
        try folder.write(figure.comparison, to: "\(jobs)/figs/table.txt")
      }
      let files = try folder.files()
      let first = files.filter { $0.hasPrefix("1/") }
      // Six files for each of 15 settings, the paper's numbers, labels and lock, and three of the figure.
      #expect(first.count == 96)
      let second = files.filter { $0.hasPrefix("2/") }
      #expect(second.map { $0.dropFirst() } == first.map { $0.dropFirst() })
      for (a, b) in zip(first, second) where !a.hasSuffix("provenance.json") {
        #expect(try folder.text(a) == folder.text(b), "\(a)")
      }
    }
  }

  /// The results that come with the toolkit are what this commit computes.
  @Test(arguments: ColdStartSetting.figure7)
  func `the precomputed result is what a run gives now`(setting: ColdStartSetting) throws {
    for file in try Samples.run(setting).files(for: .precomputed) {
      let committed = try Samples.committed("results/precomputed/\(setting.folder)/\(file.name)")
      #expect(file.text == committed, "\(file.name) has changed; run `make precomputed`, and say in the commit why")
    }
  }
}
