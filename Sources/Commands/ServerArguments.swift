import ArgumentParser
import Experiments

/// The published script's six arguments, which say what a server is started for.
package struct ServerArguments: ParsableArguments {
  @Argument(help: "Experiment: 0 (cold start) or 1 (end to end).", completion: .list(["0", "1"]))
  var experiment: String

  @Argument(help: "Execution type, for example hydraserve or serverlessllm.", completion: SettingNames.systems)
  var executionType: String

  @Argument(
    help: "Model set: 0, 1 (not on a10) or 2 in experiment 0; 3 in experiment 1.",
    completion: .list(["0", "1", "2", "3"]))
  var modelSet: String

  @Argument(
    help: "Backend: a10 or v100 in experiment 0; hybrid in experiment 1.",
    completion: .list(["a10", "v100", "hybrid"]))
  var backend: String

  @Argument(help: "Coefficient of variation of the arrivals: 0 in experiment 0; above 0 and up to 100 in experiment 1.")
  var cv: String

  @Argument(help: "Requests per second: 0 in experiment 0; above 0 in experiment 1.")
  var requestRate: String

  /// The arguments with their values yet to be read.
  package init() {}

  /// The setting that they name.
  ///
  /// - Throws: an error of misuse for a value that is not allowed.
  package func setting(in configuration: Configuration) throws -> any ExperimentSetting {
    switch experiment {
    case "0":
      for (name, value) in [("CV", cv), ("request rate", requestRate)] where Double(value) != 0 {
        throw ValidationError("The \(name) is `\(value)`; allowed in experiment 0: 0.")
      }
      return try SettingNames.coldStart(executionType, modelSet, backend, in: configuration)
    case "1":
      let setting = try SettingNames.endToEnd(executionType, cv: cv, requestRate: requestRate)
      for (name, value, allowed) in [
        ("model set", modelSet, setting.modelSet), ("backend", backend, setting.backend),
      ] where value != allowed {
        throw ValidationError("The \(name) is `\(value)`; allowed in experiment 1: \(allowed).")
      }
      return setting
    default:
      throw ValidationError("There is no experiment `\(experiment)`; allowed: 0 (cold start), 1 (end to end).")
    }
  }
}
