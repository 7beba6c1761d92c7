import ServingModel

@testable import Experiments

/// End-to-end runs that tests share: an hour takes seconds in a debug build.
enum EndToEndSamples {
  /// The setting that is asked least: 360 requests in the hour.
  static let setting = EndToEndSetting(system: .hydraServe, cv: 4, requestsPerSecond: 0.1)

  static func inputs(seeds: Int = 2, seed: UInt64 = 1) throws -> RunInputs {
    RunInputs(configuration: try Samples.configuration(), seed: seed, seedCount: seeds, rules: .published)
  }

  static func runner(
    _ results: String, seeds: Int = 2, seed: UInt64 = 1, build: String = "this build"
  ) throws -> EndToEndRunner {
    EndToEndRunner(
      store: RecordStore(folder: results), inputs: try inputs(seeds: seeds, seed: seed), build: build)
  }

  /// The setting with seeds 1 and 2.
  static func run() throws -> EndToEndRun { try made.get() }

  /// The setting with seed 2 alone.
  static func otherRun() throws -> EndToEndRun { try madeWithOtherSeed.get() }

  private static let made = Result { try runner("/nowhere").run(setting) }
  private static let madeWithOtherSeed = Result { try runner("/nowhere", seeds: 1, seed: 2).run(setting) }
}
