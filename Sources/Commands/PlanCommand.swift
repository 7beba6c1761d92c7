import ArgumentParser
import CapacityPlanning
import Experiments
import Plotting

/// `plan`: find the cheapest cluster that reaches an SLO attainment.
public struct PlanCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Find the cheapest cluster that reaches an SLO attainment, by simulation.",
    discussion: """
      Brackets the number of servers of each type, for every system and tuning, with cold starts included, and prints \
      the cheapest that reaches the target, the Pareto front of cost against attainment and what the numbers mean. \
      Writes plan.pdf, .svg, .csv and .gp. Every number is simulated. Costs are those of reserved servers; prices come \
      from `prices:` in the --config file, and without them every GPU-hour counts as one.

      Exit code 0: some system reaches the target. 1: none does within the limits; the best that was found is printed. \
      64: misused.

      Example: plan --slo-attainment 90 --trace my.jsonl --instance-types a10,v100 --systems all
      """, version: Toolkit.version)

  @Option(help: "Attainment to reach, in per cent; above 0 and up to 100.")
  var sloAttainment = 90.0

  @Option(help: "Which objective it counts; allowed: ttft, tpot, both.")
  var objective = Objective.ttft.rawValue

  @Option(
    help: """
      What of several seeds must reach it; allowed: lower-bound (of the 95 % interval of the mean), mean.
      """)
  var criterion = AttainmentCriterion.lowerBound.rawValue

  @Option(
    help: """
      Types of GPU server to choose from, with commas: names of instance types, or a10 and v100 for those of the paper's \
      end-to-end testbed; up to 3.
      """)
  var instanceTypes = "a10,v100"

  @Option(help: "Type of the storage servers, of which there are as many as the GPU servers' network needs.")
  var storageType = PlanningNames.defaultStorageType

  @Option(help: "Most GPU servers of all types together; 1 to 200.")
  var maxServers = 16

  @Option(help: "Systems to consider, with commas, or all.")
  var systems = "hydraserve"

  @Option(help: "Idle seconds before an instance ends, with commas; 1 to 3600.")
  var keepAlive = "30,10,120"

  @Option(help: "Most stages of a pipeline, with commas; 1 to 4; for systems that choose its size.")
  var maxPipelineSize = "4,2,1"

  @Option(
    help: """
      Host memory for models, in per cent of what the paper's deployment uses, with commas; 1 to 100; for systems that \
      keep models there.
      """)
  var cache = "100"

  @Option(help: "How many seeds each candidate is run with, from --seed on; 1 to 1000.")
  var seeds = 5

  @Option(help: "Runs that are made at a time; 1 to 64; results do not depend on it.")
  var jobs = 2

  @Option(help: ArgumentHelp("Folder for the figure, its numbers and its gnuplot script.", valueName: "folder"))
  var figs = "figs"

  @OptionGroup var workload: WorkloadOptions
  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Searches, prints the plan and draws its figure.
  public func run() async throws {
    let inputs = try shared.planningInputs(seedCount: seeds)
    let target = PlanTarget(
      percent: try PlanningNames.number(sloAttainment, "--slo-attainment", upTo: 100),
      objective: try PlanningNames.choice(objective, "objective"),
      criterion: try PlanningNames.choice(criterion, "criterion"))
    let jobs = try PlanningNames.count(jobs, "--jobs", in: 1...64)
    var scenario = try workload.scenario(inputs: inputs)
    let space = try space(in: scenario.configuration)
    scenario.fleet = space.fleet(space.types.map { _ in 1 })
    scenario.system = space.systems[0]
    let distinct = try asUsage { try ScenarioRunner.distinctSeeds(inputs.seeds, of: scenario) }
    let runner = ScenarioRunner(seeds: distinct, jobs: jobs)
    let plan: CapacityPlan
    var told = 0
    do {
      plan = try await CapacityPlan(space: space, target: target, workload: scenario, runner: runner) { progress in
        guard progress.candidates >= told + 25 else { return }
        told = progress.candidates
        shared.note("\(progress.candidates) candidates evaluated, \(progress.runs) runs")
      }
    } catch let error as UsageError {
      throw ValidationError(error.description)
    }
    print(shared.json ? try plan.json() : plan.text, terminator: "")
    if let drawing = plan.drawing {
      let paths = try drawing.draw(with: .live, into: figs)
      shared.note("Drawn: \(paths.joined(separator: ", "))")
    }
    if let shortfall = plan.shortfall {
      Terminal.error(shortfall)
      throw ExitCode.failure
    }
  }

  private func space(in configuration: Configuration) throws -> PlanSpace {
    let types = try PlanningNames.instanceTypes(instanceTypes, in: configuration)
    let storageType = try PlanningNames.storageType(storageType, for: types, in: configuration)
    return PlanSpace(
      systems: try PlanningNames.systems(systems, in: configuration), types: types, storageType: storageType,
      maxServers: try PlanningNames.count(maxServers, "--max-servers", in: 1...200),
      prices: try asUsage { try ClusterPrices(of: types, storageType: storageType, configuration: configuration) },
      tunings: PlanSpace.Tunings(
        keepAliveSeconds: try PlanningNames.counts(keepAlive, "--keep-alive", in: 1...3600),
        maxPipelineSizes: try PlanningNames.counts(
          maxPipelineSize, "--max-pipeline-size", in: 1...PlanningNames.largestPipeline),
        hostMemoryPercents: try PlanningNames.counts(cache, "--cache", in: 1...100)))
  }
}
