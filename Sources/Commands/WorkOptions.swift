import ArgumentParser
import Experiments

/// What `reproduce` is to run, on whichever machines.
package struct WorkOptions: ParsableArguments {
  @Argument(
    help: "What to reproduce: figure7, figure9, figure11, figure13 or all.",
    completion: .list([
      "figure7", "figure9", "figure11", "figure13", "all", "claims", "report", "crosscheck", "share", "collect",
    ]))
  package var target: String

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

  @Option(
    help: ArgumentHelp(
      """
      Run everything once for each value of a key of the configuration, and print a table in place of figures; given \
      several times, for each combination. Each has a folder of results of its own, sweeps/KEY=VALUE.
      """, valueName: "key=value,value"))
  var sweep: [String] = []

  @OptionGroup var own: PolicyOptions

  @Flag(help: "Run settings that have a result of the same inputs, too.")
  package var force = false

  /// Seeds 1 to 20 are those that the workload and its constants were looked at with; these are others.
  static let firstHeldOutSeed: UInt64 = 21
  private static let usualSeedCount = 8

  /// The options with their values yet to be read.
  package init() {}

  /// Refuses a figure that cannot be reproduced and options that it does not take.
  package func check(_ shared: SharedOptions) throws {
    _ = try plan(shared)
    _ = try variants()
  }

  /// Refuses what cannot be given to another machine.
  package func checkPortable() throws {
    guard own.words.isEmpty else {
      throw ValidationError("--policy \(own.words[0]) decides on this machine only; leave out --on and --print-plan.")
    }
  }

  var seedCount: Int { seeds ?? Self.usualSeedCount }

  func plan(_ shared: SharedOptions) throws -> ReproductionPlan {
    try ReproductionPlan(
      target: target, own: try own.systems(shared), only: only, backends: backend, cvs: cv, rates: rate,
      hasSeeds: seeds != nil)
  }

  func variants() throws -> [ConfigurationVariant] {
    try asUsage { try ConfigurationVariant.all(of: sweep) }
  }

  /// Everything that is to run, as text that can be given away.
  package func sweepPlan(_ shared: SharedOptions) throws -> SweepPlan {
    let (plan, variants) = (try plan(shared), try variants())
    let firstSeed = try shared.firstSeed(default: Self.firstHeldOutSeed, seedCount: seedCount)
    let seeds = (0..<UInt64(seedCount)).map { firstSeed + $0 }
    return SweepPlan(
      configuration: try shared.config.map { path in try asUsage { try ConfigurationText(ofFile: path) } },
      variants: variants, rules: try shared.rulesName(),
      coldStartSeed: try shared.firstSeed(default: SharedOptions.defaultSeed, seedCount: 1), firstSeed: firstSeed,
      seedCount: seedCount,
      work: variants.indices.flatMap { variant in
        plan.coldStart.map { SweepPlan.Work(variant: variant, setting: .coldStart($0), seeds: nil) }
          + plan.endToEnd.map { SweepPlan.Work(variant: variant, setting: .endToEnd($0), seeds: seeds) }
      })
  }

  /// Prints the table of a sweep, or draws the figures where nothing was swept.
  package func present(_ shared: SharedOptions, _ figure: FigureOptions) throws {
    guard !sweep.isEmpty else { return try draw(shared, figure) }
    let table = try SweepTable(try sweepPlan(shared), results: shared.results)
    print(shared.json ? try Output.json(table) + "\n" : table.text, terminator: "")
  }

  /// Draws figures of what there is; one that cannot be drawn keeps none of the others from it.
  private func draw(_ shared: SharedOptions, _ options: FigureOptions) throws {
    let results = try plan(shared).figures.map { figure in Result { try draw(figure, shared, options) } }
    for result in results { try result.get() }
  }

  /// Draws a figure as its own program does.
  private func draw(
    _ figure: ReproductionPlan.Figure, _ shared: SharedOptions, _ options: FigureOptions
  ) throws {
    let (figs, allowPaper) = (options.figs, options.allowPaper)
    switch figure {
    case .figure7: try Figure7Command.draw(shared: shared, beside: own, figs: figs, allowPaper: allowPaper)
    case .figure9: try Figure9Command.draw(shared: shared, beside: own, figs: figs, allowPaper: allowPaper)
    case .figure11: try Figure11Command.draw(shared: shared, beside: own, figs: figs, allowPaper: allowPaper)
    case .figure13: try Figure13Command.draw(shared: shared, beside: own, figs: figs, allowPaper: allowPaper)
    }
  }
}
