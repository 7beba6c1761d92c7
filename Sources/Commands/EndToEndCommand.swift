import ArgumentParser
import Experiments

/// `end2end`: run an hour of a production workload on a deployed system.
public struct EndToEndCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "end2end", abstract: "Run an hour of the production workload (Figures 9, 11 and 13).",
    discussion: """
      Takes the published script's arguments. Prints the SLO attainment of each application and all latencies, rates and \
      costs, each with its definition; records every request, every decision and every stage of a cold start in the \
      folder of results. With several seeds the numbers are means with their 95 % intervals.

      Example: end2end hydraserve 8 0.6
      """, version: Toolkit.version)

  @Argument(
    help: "Execution type: serverless_vllm, serverlessllm, hydraserve or hydraserve_with_cache.",
    completion: SettingNames.endToEndSystems)
  var executionType: String

  @Argument(
    help:
      "Factor on the coefficient of variation of the gaps between arrivals; above 0 and up to 100, in the paper 8, 4 and 2."
  )
  var cv: String

  @Argument(help: "Requests per second; above 0, in the paper 0.6, 0.7 and 0.8.")
  var requestRate: String

  @Option(help: "How many seeds the hour is run with, from --seed on; 1 to 1000.")
  var seeds = 1

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Runs the hour with every seed, keeps the results and prints them.
  public func run() throws {
    let setting = try SettingNames.endToEnd(executionType, cv: cv, requestRate: requestRate)
    let inputs = try shared.inputs(seedCount: seeds)
    try ServerState.check(setting, inputs: inputs, in: shared.results, options: shared.again)
    let runner = EndToEndRunner(store: shared.store, inputs: inputs, build: try BuildIdentity.ofThisProgram())
    let run = try asUsage {
      let nodes = try inputs.configuration.backend(setting.backend).nodes.map(\.name)
      try SimulatedNodes(results: shared.results).check(nodes, for: setting.system, options: shared.again)
      return try runner.run(setting)
    }
    shared.tell(of: run.log)
    try shared.keep(run)
    print(shared.json ? try run.report.json() : run.report.text, terminator: "")
    shared.note("Simulated, not measured; recorded in \(shared.store.path(of: setting, on: .runs)).")
  }
}
