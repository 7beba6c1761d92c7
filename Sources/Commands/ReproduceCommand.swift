import ArgumentParser
import Experiments
import ServingModel

/// `reproduce`: run what a figure needs and draw it.
public struct ReproduceCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Run everything that a figure needs, then draw it.",
    discussion: """
      For each serving system the nodes are relabelled and its settings run; a setting whose result was made from the \
      same inputs is kept. A setting that fails is reported and the others go on; the exit code is then 1.

      Example: reproduce figure7 --only hydraserve,serverlessllm --backend v100
      """, version: Toolkit.version)

  @Argument(help: "What to reproduce: figure7.")
  var target: String

  @Option(help: ArgumentHelp("Systems to run, with commas between them; all if not given.", valueName: "systems"))
  var only: String?

  @Option(help: ArgumentHelp("Backends to run, with commas between them; all if not given.", valueName: "backends"))
  var backend: String?

  @Flag(help: "Run settings that have a result of the same inputs, too.")
  var force = false

  @Option(help: "Settings that run at a time; 1 to 64.")
  var jobs = 2

  @Flag(help: "Write the results that come with the toolkit, instead of your own, and draw nothing.")
  var precomputed = false

  @Option(help: ArgumentHelp("Folder for the figure, its numbers and its gnuplot script.", valueName: "folder"))
  var figs = "figs"

  @Flag(help: "Draw the paper's numbers, hollow, where there is no result.")
  var allowPaper = false

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses a figure that cannot be reproduced and a number of jobs that makes no sense.
  public func validate() throws {
    guard target == "figure7" else {
      throw ValidationError(UsageError.unknown("figure", target, allowed: ["figure7"]).description)
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs is `\(jobs)`; allowed: 1 to 64.") }
  }

  /// Runs the settings, draws the figure and fails at the end if a setting did.
  public func run() async throws {
    let inputs = try shared.inputs()
    let reproduction = Figure7Reproduction(
      runner: ColdStartRunner(store: shared.store, inputs: inputs, build: try BuildIdentity.ofThisProgram()),
      systems: try list(only).map(SettingNames.system), backends: try list(backend).map(figureBackend), force: force,
      shelf: precomputed ? .precomputed : .runs)
    let progress = Progress(isQuiet: shared.quiet)
    let steps = try await reproduction.run(jobs: jobs) { progress.show($0) }
    let failures = progress.summarise(steps)
    if !precomputed {
      try Figure7Command.draw(shared: shared, figs: figs, allowPaper: allowPaper)
    }
    if failures > 0 { throw ExitCode.failure }
  }

  private func list(_ names: String?) -> [String] {
    names?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  /// A backend that the figure shows, by its name.
  private func figureBackend(_ name: String) throws -> String {
    guard Figure7.backends.contains(name) else {
      throw ValidationError(
        UsageError.unknown("backend in Figure 7", name, allowed: Figure7.backends).description)
    }
    return name
  }
}

/// What people see of a reproduction: a line for each setting, written over on a terminal, and a summary.
struct Progress: Sendable {
  let isQuiet: Bool

  func show(_ step: Figure7Reproduction.Step) {
    let text = "[\(step.number)/\(step.count)] \(step.setting): \(words(for: step.outcome)), \(seconds(step.elapsed))"
    if case .failed = step.outcome {
      Terminal.error((Terminal.isInteractive ? "\n" : "") + text)
    } else if !isQuiet {
      if Terminal.isInteractive { Terminal.status(text) } else { Terminal.error(text) }
    }
  }

  /// Sums up.
  ///
  /// - Returns: how many settings failed.
  func summarise(_ steps: [Figure7Reproduction.Step]) -> Int {
    var (ran, kept, failed) = (0, 0, 0)
    for step in steps {
      switch step.outcome {
      case .ran: ran += 1
      case .kept: kept += 1
      case .failed: failed += 1
      }
    }
    if !isQuiet {
      let elapsed = steps.last.map { seconds($0.elapsed) } ?? "0.0 s"
      let lead = Terminal.isInteractive && !steps.isEmpty ? "\n" : ""
      Terminal.error("\(lead)\(steps.count) settings: \(ran) run, \(kept) kept, \(failed) failed, in \(elapsed)")
    }
    return failed
  }

  private func words(for outcome: Figure7Reproduction.Outcome) -> String {
    switch outcome {
    case .ran(let reason): "run (\(reason))"
    case .kept: "kept, same inputs"
    case .failed(let sentence): "FAILED: \(sentence)"
    }
  }

  private func seconds(_ span: Duration) -> String {
    let tenths = (span.components.seconds * 10) + span.components.attoseconds / 100_000_000_000_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
