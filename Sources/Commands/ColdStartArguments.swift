import ArgumentParser
import Experiments
import ServingModel

/// The names that settings have on command lines, as in the published scripts.
enum SettingNames {
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
  static func coldStart(
    _ executionType: String, _ modelSet: String, _ backend: String, in configuration: Configuration
  ) throws -> ColdStartSetting {
    let system = try system(executionType)
    return try asUsage {
      _ = try configuration.modelSet(modelSet)
      _ = try configuration.backend(backend)
      return ColdStartSetting(system: system, modelSet: modelSet, backend: backend)
    }
  }
}
