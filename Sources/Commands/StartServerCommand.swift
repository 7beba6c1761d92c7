import ArgumentParser
import Experiments

/// `start-server`: check and record a deployment.
public struct StartServerCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "start-server", abstract: "Start the server of a serving system on a set of models and a backend.",
    discussion: """
      Takes the published script's arguments. On the simulated cluster nothing runs between two commands: the deployment \
      is checked and recorded in the folder of results, and coldstart or end2end brings it to life in virtual time. With \
      --cluster local a controller and emulated machines run in the background until stop-server; its own options are in \
      local-cluster start --help. With --cluster kubernetes the controller runs here and everything else on the cluster's \
      nodes; its options are in kubernetes-server start --help.

      Example: start-server 0 hydraserve 0 a10 0 0
      Example: start-server 1 hydraserve 3 hybrid 8 0.6
      """, version: Toolkit.version)

  @OptionGroup var arguments: ServerArguments

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Checks the deployment, records it and prints the command that comes next.
  public func run() throws {
    let inputs = try shared.inputs()
    try start(try arguments.setting(in: inputs.configuration), inputs)
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
