import ArgumentParser
import Experiments

/// `start-server`: check and record a deployment.
public struct StartServerCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "start-server", abstract: "Start the server of a serving system on a set of models and a backend.",
    discussion: """
      Takes the published script's arguments. On the simulated cluster nothing runs between two commands: the deployment \
      is checked and recorded in the folder of results, and coldstart or end2end brings it to life in virtual time.

      Example: start-server 0 hydraserve 0 a10 0 0
      Example: start-server 1 hydraserve 3 hybrid 8 0.6
      """, version: Toolkit.version)

  @Argument(help: "Experiment: 0 (cold start) or 1 (end to end).")
  var experiment: String

  @Argument(help: "Execution type, for example hydraserve or serverlessllm.")
  var executionType: String

  @Argument(help: "Model set: 0, 1 (not on a10) or 2 in experiment 0; 3 in experiment 1.")
  var modelSet: String

  @Argument(help: "Backend: a10 or v100 in experiment 0; hybrid in experiment 1.")
  var backend: String

  @Argument(help: "Coefficient of variation of the arrivals: 0 in experiment 0; above 0 and up to 100 in experiment 1.")
  var cv: String

  @Argument(help: "Requests per second: 0 in experiment 0; above 0 in experiment 1.")
  var requestRate: String

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Checks the deployment, records it and prints the command that comes next.
  public func run() throws {
    switch experiment {
    case "0":
      for (name, value) in [("CV", cv), ("request rate", requestRate)] where Double(value) != 0 {
        throw ValidationError("The \(name) is `\(value)`; allowed in experiment 0: 0.")
      }
      let inputs = try shared.inputs()
      try start(
        SettingNames.coldStart(executionType, modelSet, backend, in: inputs.configuration), inputs)
    case "1":
      let setting = try SettingNames.endToEnd(executionType, cv: cv, requestRate: requestRate)
      for (name, value, allowed) in [
        ("model set", modelSet, setting.modelSet), ("backend", backend, setting.backend),
      ] where value != allowed {
        throw ValidationError("The \(name) is `\(value)`; allowed in experiment 1: \(allowed).")
      }
      try start(setting, try shared.inputs())
    default:
      throw ValidationError(
        "There is no experiment `\(experiment)`; allowed: 0 (cold start), 1 (end to end).")
    }
  }

  private func start(_ setting: some ExperimentSetting, _ inputs: RunInputs) throws {
    let deployment = try asUsage {
      try setting.deployment(configuration: inputs.configuration, rules: inputs.rules.rules)
    }
    try SimulatedNodes(results: shared.results).check(
      deployment.backend.nodes.map(\.name), for: setting.system, options: shared.again)
    let state = ServerState(deployment: deployment, setting: setting, inputs: inputs)
    try state.save(in: shared.results)
    if shared.json {
      print(try Output.json(state))
    } else {
      print(
        "Server of \(setting) is ready on the simulated cluster: \(deployment.backend.nodes.count) GPU nodes, "
          + "\(deployment.deployments.count) models.")
      shared.note("Next: \(setting.command)\(shared.again)")
    }
  }
}
