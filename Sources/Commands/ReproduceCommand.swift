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

      With --on kubernetes the settings run as a Job of a Kubernetes cluster and not on this machine; the options for \
      that are in kubernetes-cluster reproduce --help.

      More words have options of their own (--help after them): claims checks the paper's claims against the results, \
      report writes everything on one HTML page, share runs a part of what --print-plan prints and collect takes what \
      shares have printed.

      Example: reproduce figure7 --only hydraserve,serverlessllm --backend v100
      Example: reproduce figure9 --cv 8,4 --rate 0.6 --seeds 3
      Example: reproduce figure13 --sweep hardware.pod_deletion_s=1,2,4
      """, version: Toolkit.version)

  @OptionGroup var work: WorkOptions

  @Option(help: "Where settings run; allowed: local (this machine), kubernetes.")
  var on = "local"

  @Option(help: "Settings that run at a time; 1 to 64.")
  var jobs = 2

  @Flag(help: "Write the results that come with the toolkit, instead of your own, and draw nothing.")
  var precomputed = false

  @Flag(help: "Run nothing; print what would be run as one line of JSON, for reproduce share.")
  var printPlan = false

  @OptionGroup var figure: FigureOptions
  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses what does not go together and a number of jobs without sense.
  public func validate() throws {
    guard on == "local" else {
      throw ValidationError(UsageError.unknown("place to run", on, allowed: ["local", "kubernetes"]).description)
    }
    guard !shared.namesLocalCluster else {
      throw ValidationError("\(work.target) runs on the simulated cluster; on the local one there is crosscheck.")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs is `\(jobs)`; allowed: 1 to 64.") }
    guard !precomputed || work.sweep.isEmpty else {
      throw ValidationError("--precomputed takes no --sweep; the results that come with the toolkit have no variants.")
    }
  }

  /// Runs the settings, draws the figures and fails at the end if a setting did.
  public func run() async throws {
    if printPlan { return print(try work.sweepPlan(shared).text()) }
    let build = try BuildIdentity.ofThisProgram()
    var failures = 0
    for variant in try work.variants() {
      if !variant.changes.isEmpty { shared.note("variant \(variant.name)") }
      failures += try await run(variant, build: build)
    }
    if !precomputed { try work.present(shared, figure) }
    if failures > 0 { throw ExitCode.failure }
  }

  /// Runs all settings with a configuration.
  ///
  /// - Returns: how many have failed.
  private func run(_ variant: ConfigurationVariant, build: String) async throws -> Int {
    let plan = try work.plan()
    let store = RecordStore(folder: variant.results(in: shared.results))
    let shelf: RecordStore.Shelf = precomputed ? .precomputed : .runs
    var failures = 0
    if !plan.coldStart.isEmpty {
      let runner = ColdStartRunner(store: store, inputs: try shared.inputs(variant: variant), build: build)
      failures += try await run(
        Reproduction(runner: runner, settings: plan.coldStart, force: work.force, shelf: shelf))
    }
    if !plan.endToEnd.isEmpty {
      let inputs = try shared.inputs(
        defaultSeed: WorkOptions.firstHeldOutSeed, seedCount: work.seedCount, variant: variant)
      let runner = EndToEndRunner(store: store, inputs: inputs, build: build)
      failures += try await run(
        Reproduction(runner: runner, settings: plan.endToEnd, force: work.force, shelf: shelf))
    }
    return failures
  }

  private func run(_ reproduction: Reproduction<some ExperimentRunner>) async throws -> Int {
    let progress = Progress(output: shared.output)
    return progress.summarise(try await reproduction.run(jobs: jobs) { progress.show($0) })
  }
}
