import ArgumentParser
import Experiments

/// `reproduce`: run what a figure needs and draw it.
public struct ReproduceCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Run everything that a figure needs, then draw it.",
    discussion: """
      For each serving system the nodes are relabelled and its settings run; a setting whose result was made from the \
      same inputs is kept, so a run that was stopped goes on where it was. A setting that fails is reported and the \
      others go on; the exit code is then 1.

      figure7 takes 15 cold-start settings, figure9 36 end-to-end settings, figure11 four of these (CV 8, 0.6 requests \
      per second), figure13 two of those (Serverless vLLM and HydraServe); all is everything.

      Two more words have options of their own (--help after them): claims checks the paper's claims against the \
      results, report writes everything on one HTML page.

      Example: reproduce figure7 --only hydraserve,serverlessllm --backend v100
      Example: reproduce figure9 --cv 8,4 --rate 0.6 --seeds 3
      """, version: Toolkit.version)

  @Argument(
    help: "What to reproduce: figure7, figure9, figure11, figure13 or all.",
    completion: .list(["figure7", "figure9", "figure11", "figure13", "all", "claims", "report", "crosscheck"]))
  var target: String

  @Option(help: ArgumentHelp("Systems to run, with commas between them; all if not given.", valueName: "systems"))
  var only: String?

  @Option(
    help: ArgumentHelp(
      "Backends of figure7 to run, with commas between them; all if not given.", valueName: "backends"))
  var backend: String?

  @Option(
    help: ArgumentHelp(
      "CVs of figure9 to run, of 8, 4 and 2, with commas between them; all if not given.", valueName: "numbers"))
  var cv: String?

  @Option(
    help: ArgumentHelp(
      "Requests per second of figure9 to run, of 0.6, 0.7 and 0.8, with commas between them; all if not given.",
      valueName: "numbers"))
  var rate: String?

  @Option(
    help: ArgumentHelp(
      "How many seeds each end-to-end setting runs with; 1 to 1000 (default: 8).", valueName: "count"))
  var seeds: Int?

  @Flag(help: "Run settings that have a result of the same inputs, too.")
  var force = false

  @Option(help: "Settings that run at a time; 1 to 64.")
  var jobs = 2

  @Flag(help: "Write the results that come with the toolkit, instead of your own, and draw nothing.")
  var precomputed = false

  @Option(
    help: ArgumentHelp("Folder for the figure, its numbers and its gnuplot script.", valueName: "folder"),
    completion: .directory)
  var figs = "figs"

  @Flag(help: "Draw the paper's numbers, hollow, where there is no result.")
  var allowPaper = false

  @OptionGroup var shared: SharedOptions

  /// Seeds 1 to 20 are those that the workload and its constants were looked at with; these are others.
  static let firstHeldOutSeed: UInt64 = 21
  private static let usualSeedCount = 8

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses a figure that cannot be reproduced, options that it does not take and a number of jobs without sense.
  public func validate() throws {
    _ = try plan()
    guard !shared.namesLiveCluster else {
      throw ValidationError("\(target) runs on the simulated cluster; on the local one there is crosscheck.")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs is `\(jobs)`; allowed: 1 to 64.") }
  }

  private func plan() throws -> ReproductionPlan {
    try ReproductionPlan(target: target, only: only, backends: backend, cvs: cv, rates: rate, hasSeeds: seeds != nil)
  }

  /// Runs the settings, draws the figures and fails at the end if a setting did.
  public func run() async throws {
    let plan = try plan()
    let shelf: RecordStore.Shelf = precomputed ? .precomputed : .runs
    let build = try BuildIdentity.ofThisProgram()
    var failures = 0
    if !plan.coldStart.isEmpty {
      let runner = ColdStartRunner(store: shared.store, inputs: try shared.inputs(), build: build)
      failures += try await run(
        Reproduction(runner: runner, settings: plan.coldStart, force: force, shelf: shelf))
    }
    if !plan.endToEnd.isEmpty {
      let inputs = try shared.inputs(
        defaultSeed: Self.firstHeldOutSeed, seedCount: seeds ?? Self.usualSeedCount)
      let runner = EndToEndRunner(store: shared.store, inputs: inputs, build: build)
      failures += try await run(
        Reproduction(runner: runner, settings: plan.endToEnd, force: force, shelf: shelf))
    }
    if !precomputed { try draw(plan.figures) }
    if failures > 0 { throw ExitCode.failure }
  }

  private func run(_ reproduction: Reproduction<some ExperimentRunner>) async throws -> Int {
    let progress = Progress(output: shared.output)
    return progress.summarise(try await reproduction.run(jobs: jobs) { progress.show($0) })
  }

  /// Draws figures of what there is; one that cannot be drawn keeps none of the others from it.
  private func draw(_ figures: [ReproductionPlan.Figure]) throws {
    let results = figures.map { figure in Result { try draw(figure) } }
    for result in results { try result.get() }
  }

  /// Draws a figure as its own program does.
  private func draw(_ figure: ReproductionPlan.Figure) throws {
    switch figure {
    case .figure7: try Figure7Command.draw(shared: shared, figs: figs, allowPaper: allowPaper)
    case .figure9: try Figure9Command.draw(shared: shared, figs: figs, allowPaper: allowPaper)
    case .figure11: try Figure11Command.draw(shared: shared, figs: figs, allowPaper: allowPaper)
    case .figure13: try Figure13Command.draw(shared: shared, figs: figs, allowPaper: allowPaper)
    }
  }
}
