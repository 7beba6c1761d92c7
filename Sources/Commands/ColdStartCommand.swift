import ArgumentParser
import Experiments
import ResultAnalysis

/// `coldstart`: measure the cold starts of a deployed system.
public struct ColdStartCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "coldstart", abstract: "Measure the cold starts of every model of a set (Figure 7).",
    discussion: """
      Takes the published script's arguments and prints its lines. Each model is measured three times after a full \
      scale-down; its result is the mean of the two smaller times. All three are recorded, with every stage of every \
      cold start, in the folder of results.

      Example: coldstart hydraserve 0 a10
      """, version: Toolkit.version)

  @Argument(help: "Execution type, for example hydraserve or serverlessllm.", completion: SettingNames.systems)
  var executionType: String

  @Argument(help: "Model set: 0, 1 (not on a10) or 2.", completion: .list(["0", "1", "2"]))
  var modelSet: String

  @Argument(help: "Backend: a10 or v100.", completion: .list(["a10", "v100"]))
  var backend: String

  @OptionGroup var shared: SharedOptions

  /// Samples of one model that differ by more than this deserve a warning.
  private static let largeSpread = 0.2

  /// The program with its arguments yet to be read.
  public init() {}

  /// Measures, keeps the results and prints the published client's lines.
  public func run() throws {
    let inputs = try shared.inputs()
    let setting = try SettingNames.coldStart(executionType, modelSet, backend, in: inputs.configuration)
    try ServerState.check(setting, inputs: inputs, in: shared.results, options: shared.again)
    let runner = ColdStartRunner(store: shared.store, inputs: inputs, build: try BuildIdentity.ofThisProgram())
    let run = try asUsage {
      let nodes = try inputs.configuration.backend(setting.backend).nodes.map(\.name)
      try SimulatedNodes(results: shared.results).check(nodes, for: setting.system, options: shared.again)
      return try runner.run(setting)
    }
    shared.tell(of: run.result.log)
    try shared.keep(run)
    if shared.json {
      print(try run.summaryJSON(), terminator: "")
    } else {
      for line in ColdStartReport.lines(of: run.result.models) { print(line) }
    }
    for model in run.result.models where model.ttftSpread > Self.largeSpread {
      shared.note("warning: the measurements of \(model.model) differ by \(Int(model.ttftSpread * 100)) %.")
    }
    shared.note("Simulated, not measured; recorded in \(shared.store.path(of: setting, on: .runs)).")
  }
}
