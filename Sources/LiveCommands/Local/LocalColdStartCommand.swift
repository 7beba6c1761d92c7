import ArgumentParser
import Commands
import Experiments
import FoundationEssentials
import ResultAnalysis
import ServingModel

/// `local-cluster coldstart`: measure the cold starts of the server that runs on this machine.
struct LocalColdStartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coldstart", abstract: "Measure the cold starts of the server that runs on this machine.",
    discussion: """
      Takes the published script's arguments and prints its lines. Requests go through the endpoint of the server that \
      start-server --cluster local has started; times are those of its clock.

      Example: coldstart hydraserve 0 a10 --cluster local
      """)

  @Argument(help: "Execution type, for example hydraserve or serverlessllm.")
  var executionType: String

  @Argument(help: "Model set: 0, 1 (not on a10) or 2.")
  var modelSet: String

  @Argument(help: "Backend: a10 or v100.")
  var backend: String

  @OptionGroup var shared: SharedOptions

  func run() async throws {
    let files = ServerFiles(results: shared.results)
    let inputs = try shared.inputs(cluster: shared.liveCluster).served(by: try files.server())
    let setting = try SettingNames.coldStart(executionType, modelSet, backend, in: inputs.configuration)
    try ServerState.check(setting, inputs: inputs, in: shared.results, options: shared.again)
    let server = try files.runningServer(startCommand: setting.startCommand + shared.again)
    let experiment = try asUsage {
      try ColdStartExperiment(
        setting: setting, configuration: inputs.configuration, rules: inputs.rules.rules)
    }
    let startedAt = Date()
    var client = experiment.client
    var line = ProgressLine(isShown: !shared.quiet)
    let live = try await LiveRun.run(
      &client, on: server, files: files, deployment: experiment.deployment
    ) { line.show($0) }
    line.finish()
    let run = ColdStartRun(
      experiment: experiment, result: try experiment.result(of: live.log), inputs: inputs,
      circumstances: RunCircumstances(build: try BuildIdentity.ofThisProgram(), startedAt: startedAt, endedAt: Date()))
    try shared.keep(run)
    if shared.json {
      print(try run.summaryJSON(), terminator: "")
    } else {
      for line in ColdStartReport.lines(of: run.result.models) { print(line) }
    }
    for warning in live.warnings { shared.note("warning: \(warning)") }
    shared.note("\(server.origin); recorded in \(shared.store.path(of: setting, on: .runs)).")
  }
}
