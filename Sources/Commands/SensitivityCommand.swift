import ArgumentParser
import CapacityPlanning
import Experiments
import Plotting
import ServingModel

/// `sensitivity`: rank the parameters by their effect on SLO attainment.
public struct SensitivityCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "sensitivity", abstract: "Rank parameters by their effect on SLO attainment, by simulation.",
    discussion: """
      Lowers and raises every parameter alone, from the request rate to the calibrated constants, and compares each run \
      with the unchanged one of the same seed. Prints the ranking with 95 % intervals and writes sensitivity.pdf, .svg, \
      .csv and .gp, a tornado of the most important ones. With --morris all parameters differ at once, one random walk a \
      seed, and a table says how much each matters and how much that depends on the others. Every number is simulated.

      Example: sensitivity --system hydraserve --cv 8 --rate 0.6 --change 20
      """, version: Toolkit.version)

  @Option(help: "System: serverless_vllm, serverlessllm, hydraserve or hydraserve_with_cache.")
  var system = "hydraserve"

  @Option(help: "By how much parameters are lowered and raised, in per cent; above 0 and up to 90.")
  var change = 20.0

  @Option(help: "Which objective is looked at; allowed: ttft, tpot, both.")
  var objective = Objective.ttft.rawValue

  @Option(help: "Types of GPU server, with commas, as in plan.")
  var instanceTypes = "a10,v100"

  @Option(help: "How many servers of each of the types, with commas; the default is the paper's end-to-end testbed.")
  var servers = "2,4"

  @Option(help: "Type of the storage servers, of which there are as many as the GPU servers' network needs.")
  var storageType = PlanningNames.defaultStorageType

  @Option(help: "Idle seconds before an instance ends; 1 to 3600.")
  var keepAlive = 30

  @Flag(help: "Let all parameters differ at once (Morris' screening); prints a table and draws nothing.")
  var morris = false

  @Option(help: "Parameters to vary, with commas; all if not given.")
  var only: String?

  @Option(help: "How many seeds each run is repeated with, from --seed on; 1 to 1000.")
  var seeds = 8

  @Option(help: "Runs that are made at a time; 1 to 64; results do not depend on it.")
  var jobs = 2

  @Option(help: ArgumentHelp("Folder for the figure, its numbers and its gnuplot script.", valueName: "folder"))
  var figs = "figs"

  @OptionGroup var workload: WorkloadOptions
  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Varies the parameters, prints their ranking and draws it.
  public func run() async throws {
    let inputs = try shared.planningInputs(seedCount: seeds)
    let change = try PlanningNames.number(change, "--change", upTo: 90) / 100
    let objective: Objective = try PlanningNames.choice(objective, "objective")
    let jobs = try PlanningNames.count(jobs, "--jobs", in: 1...64)
    var scenario = try workload.scenario(inputs: inputs)
    scenario.system = try SettingNames.endToEndSystem(system, in: scenario.configuration)
    scenario.fleet = try fleet(in: scenario.configuration)
    scenario.tuning.keepAlive = .seconds(try PlanningNames.count(keepAlive, "--keep-alive", in: 1...3600))
    let parameters = try parameters(of: scenario)
    do {
      if morris {
        let screening = try await MorrisScreening(
          of: parameters, in: scenario, change: change, objective: objective, seeds: inputs.seeds, jobs: jobs
        ) { shared.note("walk \($0) of \($1)") }
        print(shared.json ? try screening.json() : screening.text, terminator: "")
      } else {
        let seeds = try ScenarioRunner.distinctSeeds(inputs.seeds, of: scenario)
        let analysis = try await SensitivityAnalysis(
          of: parameters, in: scenario, change: change, objective: objective,
          runner: ScenarioRunner(seeds: seeds, jobs: jobs)
        ) { done, count in
          if done % 50 == 0 || done == count { shared.note("run \(done) of \(count)") }
        }
        try show(analysis)
      }
    } catch let error as UsageError {
      throw ValidationError(error.description)
    }
  }

  private func show(_ analysis: SensitivityAnalysis) throws {
    print(shared.json ? try analysis.json() : analysis.text, terminator: "")
    let paths = try analysis.drawing.draw(with: .live, into: figs)
    shared.note("Drawn: \(paths.joined(separator: ", "))")
  }

  private func fleet(in configuration: Configuration) throws -> ServerFleet {
    let types = try PlanningNames.instanceTypes(instanceTypes, in: configuration)
    let counts = try PlanningNames.serverCounts(servers, of: types)
    return ServerFleet(
      groups: zip(types, counts).map { ServerFleet.Group(type: $0, count: $1) },
      storageType: try PlanningNames.storageType(storageType, for: types, in: configuration))
  }

  private func parameters(of scenario: Scenario) throws -> [SensitivityParameter] {
    let all = SensitivityParameter.all(of: scenario)
    guard let only else { return all }
    return try PlanningNames.list(only, "--only").map { word in
      guard let parameter = all.first(where: { $0.name == word }) else {
        throw ValidationError(UsageError.unknown("parameter", word, allowed: all.map(\.name)).description)
      }
      return parameter
    }
  }
}
