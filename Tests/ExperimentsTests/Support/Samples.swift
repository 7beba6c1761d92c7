import Foundation
import ServingModel

@testable import Experiments

/// What tests of runs begin with.
enum Samples {
  /// The smallest setting: one server's kind, five models.
  static let setting = ColdStartSetting(system: .hydraServe, modelSet: "0", backend: "a10")

  /// A setting of the figure by its names.
  static func setting(_ system: ServingSystem, _ modelSet: String = "0", _ backend: String = "a10") -> ColdStartSetting
  {
    ColdStartSetting(system: system, modelSet: modelSet, backend: backend)
  }

  /// The folder of results that comes with the toolkit.
  static let committedResults = repository + "/results"

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .path

  /// The built-in configuration; loading it takes a while in a debug build, so tests share it.
  static func configuration() throws -> Configuration {
    try loaded.get()
  }

  private static let loaded = Result { try Configuration.load() }

  static func inputs(seed: UInt64 = 1) throws -> RunInputs {
    RunInputs(configuration: try configuration(), seed: seed, rules: .published)
  }

  static func runner(_ results: String, seed: UInt64 = 1, build: String = "this build") throws -> ColdStartRunner {
    ColdStartRunner(store: RecordStore(folder: results), inputs: try inputs(seed: seed), build: build)
  }

  static func run(_ setting: ColdStartSetting = setting, seed: UInt64 = 1) throws -> ColdStartRun {
    try runner("/nowhere", seed: seed).run(setting)
  }

  /// The text of a file of the repository.
  static func committed(_ file: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(repository)/\(file)")), as: UTF8.self)
  }
}
