import ArgumentParser
import Experiments
import Plotting
import Reporting

/// `timeline`: a run's cold starts as a trace and as a picture.
public struct TimelineCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "timeline", abstract: "Write a run's cold starts as a trace for ui.perfetto.dev and as a Gantt chart.",
    discussion: """
      RUN is a folder with events.jsonl, or the name of a setting's folder, such as coldstart/hydraserve/set0-a10 or \
      endtoend/hydraserve/cv8-rate0.6: your own run if there is one, else one that is computed and not kept. Writes \
      trace.json (stages of each worker, NIC rates, GPU memory, requests; for ui.perfetto.dev or chrome://tracing) and \
      timeline.pdf, .svg, .csv and .gp, a row for each worker from the moment its pod was asked for.

      Example: timeline coldstart/hydraserve/set0-a10
      Example: timeline endtoend/hydraserve/cv8-rate0.6 --from 600 --to 900
      """, version: Toolkit.version)

  @Argument(help: ArgumentHelp("The run: a folder, or the name of a setting's folder.", valueName: "run"))
  var name: String

  @Option(help: ArgumentHelp("Folder for the trace and the figure.", valueName: "folder"))
  var figs = "figs"

  @Option(help: "The chart shows workers asked for from this second of the run on; 0 or more.")
  var from = 0.0

  @Option(help: "The chart shows workers asked for up to this second of the run (default: its end).")
  var to: Double?

  @Option(help: "The chart shows at most that many workers; 1 to 200.")
  var rows = TimelineFigure.mostRows

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses a span that ends before it begins and a number of rows that no page has.
  public func validate() throws {
    guard from >= 0, from.isFinite else { throw ValidationError("--from is `\(from)`; allowed: 0 or more.") }
    guard to.map({ $0 >= from }) ?? true else {
      throw ValidationError("--to is `\(to ?? 0)`; allowed: --from (\(from)) or more.")
    }
    guard (1...200).contains(rows) else { throw ValidationError("--rows is `\(rows)`; allowed: 1 to 200.") }
  }

  /// Writes the trace and the figure.
  public func run() throws {
    let found = try asUsage { try shared.runFinder().find(name) }
    let figure = try asUsage { try TimelineFigure(found, from: from...(to ?? .infinity), rows: rows) }
    try FileStore.makeFolder(figs)
    try FileStore.write(try PerfettoTrace(found).json(), to: "\(figs)/trace.json")
    let paths = try figure.files.draw(with: .live, into: figs)
    print(shared.json ? try found.json() : found.summary + "\n", terminator: "")
    if figure.omitted > 0 {
      shared.note("left out of the chart: \(figure.omitted) workers; see --from, --to and --rows")
    }
    shared.note("Written: \(figs)/trace.json (open it in https://ui.perfetto.dev)")
    shared.note("Drawn: \(paths.joined(separator: ", "))")
  }
}
