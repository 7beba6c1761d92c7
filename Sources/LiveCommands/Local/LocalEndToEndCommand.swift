import ArgumentParser
import Commands
import Experiments
import FoundationEssentials
import Quantities
import ServingModel

/// `local-cluster end2end`: send the hour of production workload to the server that runs on this machine.
struct LocalEndToEndCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "end2end", abstract: "Run an hour of the production workload on the server of this machine.",
    discussion: """
      Takes the published script's arguments. Requests go through the endpoint of the server that start-server --cluster \
      local has started; times are those of its clock, by which an hour passes faster than on the wall.

      Example: end2end hydraserve 8 0.6 --cluster local
      """)

  @Argument(help: "Execution type: serverless_vllm, serverlessllm, hydraserve or hydraserve_with_cache.")
  var executionType: String

  @Argument(help: "Factor on the coefficient of variation of the gaps between arrivals; above 0 and up to 100.")
  var cv: String

  @Argument(help: "Requests per second; above 0.")
  var requestRate: String

  @Option(help: "How many seeds the hour is run with: 1; the simulated cluster takes more.")
  var seeds = 1

  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard seeds == 1 else {
      throw ValidationError("--seeds is \(seeds); allowed on the local cluster, where an hour takes real time: 1.")
    }
  }

  func run() async throws {
    let files = ServerFiles(results: shared.results)
    let inputs = try shared.inputs(cluster: shared.liveCluster).served(by: try files.server())
    let setting = try SettingNames.endToEnd(executionType, cv: cv, requestRate: requestRate)
    try ServerState.check(setting, inputs: inputs, in: shared.results, options: shared.again)
    let server = try files.runningServer(startCommand: setting.startCommand + shared.again)
    let experiment = try asUsage {
      try EndToEndExperiment(
        setting: setting, seed: inputs.seed, samples: ProductionSamples(configuration: inputs.configuration),
        configuration: inputs.configuration, rules: inputs.rules.rules)
    }
    let startedAt = Date()
    let limits = LiveRun.Limits(
      deadline: experiment.limit - .zero, patience: inputs.configuration.endToEnd.clientPatience,
      settling: EndToEndExperiment.settling)
    var load = OpenLoop(experiment.requests)
    var line = ProgressLine(isShown: !shared.quiet)
    let live = try await LiveRun.run(
      &load, on: server, files: files, deployment: experiment.deployment, limits: limits
    ) { line.show($0) }
    line.finish()
    let run = EndToEndRun(
      experiment: experiment, log: live.log, inputs: inputs,
      circumstances: RunCircumstances(build: try BuildIdentity.ofThisProgram(), startedAt: startedAt, endedAt: Date()))
    try shared.keep(run)
    print(shared.json ? try run.report.json() : run.report.text, terminator: "")
    for error in live.errors { shared.note("failed: \(error.count) with \(error.label), for example: \(error.sample)") }
    for warning in live.warnings { shared.note("warning: \(warning)") }
    shared.note("\(server.origin); recorded in \(shared.store.path(of: setting, on: .runs)).")
  }
}
