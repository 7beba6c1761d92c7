import ArgumentParser
import Experiments
import ServingModel

/// The names that settings have on command lines, as in the published scripts.
package enum SettingNames {
  /// What a shell completes an execution type to.
  static let systems = CompletionKind.list(ColdStartSetting.figure7Systems.map(\.rawValue))

  /// The same in the end-to-end experiment.
  static let endToEndSystems = CompletionKind.list(EndToEndSetting.systems.map(\.rawValue))

  /// The serving system of a name.
  static func system(_ name: String) throws -> ServingSystem {
    guard let system = ColdStartSetting.figure7Systems.first(where: { $0.rawValue == name }) else {
      throw ValidationError(
        UsageError.unknown("execution type", name, allowed: ColdStartSetting.figure7Systems.map(\.rawValue))
          .description)
    }
    return system
  }

  /// The serving system of a name in the end-to-end experiment.
  static func endToEndSystem(_ name: String) throws -> ServingSystem {
    guard let system = EndToEndSetting.systems.first(where: { $0.rawValue == name }) else {
      throw ValidationError(
        UsageError.unknown("execution type", name, allowed: EndToEndSetting.systems.map(\.rawValue)).description)
    }
    return system
  }

  /// The setting of three names, checked against a configuration.
  package static func coldStart(
    _ executionType: String, _ modelSet: String, _ backend: String, in configuration: Configuration
  ) throws -> ColdStartSetting {
    let system = try system(executionType)
    return try asUsage {
      _ = try configuration.modelSet(modelSet)
      _ = try configuration.backend(backend)
      return ColdStartSetting(system: system, modelSet: modelSet, backend: backend)
    }
  }

  /// The end-to-end setting of three words.
  package static func endToEnd(_ executionType: String, cv: String, requestRate: String) throws -> EndToEndSetting {
    EndToEndSetting(
      system: try endToEndSystem(executionType), cv: try number(cv, "CV", upTo: 100),
      requestsPerSecond: try number(requestRate, "request rate", upTo: 1e6))
  }

  /// A number above 0, as it is typed.
  private static func number(_ word: String, _ name: String, upTo largest: Double) throws -> Double {
    guard let value = Double(word), value > 0, value <= largest else {
      throw ValidationError("The \(name) is `\(word)`; allowed: a number above 0 and up to \(Int(largest)).")
    }
    return value
  }
}
