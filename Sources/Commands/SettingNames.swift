import ArgumentParser
import Experiments
import ServingModel

/// The names that settings have on command lines, as in the published scripts.
package enum SettingNames {
  /// What a shell completes an execution type to.
  static let systems = CompletionKind.list(ColdStartSetting.figure7Systems.map(\.rawValue))

  /// The same in the end-to-end experiment.
  static let endToEndSystems = CompletionKind.list(EndToEndSetting.systems.map(\.rawValue))

  /// The setting of three names, checked against a configuration.
  package static func coldStart(
    _ executionType: String, _ modelSet: String, _ backend: String, in configuration: Configuration
  ) throws -> ColdStartSetting {
    try asUsage {
      let system = try configuration.system(executionType, among: ColdStartSetting.figure7Systems)
      _ = try configuration.modelSet(modelSet)
      _ = try configuration.backend(backend)
      return ColdStartSetting(system: system, modelSet: modelSet, backend: backend)
    }
  }

  /// The end-to-end setting of three words, the first of them checked against a configuration.
  package static func endToEnd(
    _ executionType: String, cv: String, requestRate: String, in configuration: Configuration
  ) throws -> EndToEndSetting {
    EndToEndSetting(
      system: try asUsage { try configuration.system(executionType, among: EndToEndSetting.systems) },
      cv: try number(cv, "CV", upTo: 100), requestsPerSecond: try number(requestRate, "request rate", upTo: 1e6))
  }

  /// A number above 0, as it is typed.
  private static func number(_ word: String, _ name: String, upTo largest: Double) throws -> Double {
    guard let value = Double(word), value > 0, value <= largest else {
      throw ValidationError("The \(name) is `\(word)`; allowed: a number above 0 and up to \(Int(largest)).")
    }
    return value
  }
}
