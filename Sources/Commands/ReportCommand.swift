import ArgumentParser
import Experiments
import Plotting
import Reporting

/// `reproduce report`: everything on one HTML page.
public struct ReportCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "reproduce report", abstract: "Write claims, figures, timelines and provenance on one HTML page.",
    discussion: """
      Takes your own runs, else the precomputed results; draws all figures into the folder and writes report.html, which \
      needs no network. --timeline names a run as the timeline program does and may be repeated; without it the page has \
      one cold-start run of each system and an hour of HydraServe at CV 8 and 0.6 requests per second.

      Example: reproduce report
      Example: reproduce report --timeline endtoend/serverlessllm/cv8-rate0.8
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("Run whose timeline can be chosen on the page; may be repeated.", valueName: "run"))
  var timeline: [String] = []

  @OptionGroup var figure: FigureOptions
  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// The runs of a report that names none: each system's cold starts, then the hour of Figure 11.
  private static let usualRuns: [String] =
    ColdStartSetting.figure7Systems.reversed().map {
      ColdStartSetting(system: $0, modelSet: "0", backend: "v100").folder
    } + [EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6).folder]

  /// Draws the figures and writes the page.
  public func run() throws {
    let finder = try shared.runFinder()
    let configuration = try shared.inputs().configuration
    let runs = try asUsage { try (timeline.isEmpty ? Self.usualRuns : timeline).map { try finder.find($0) } }
    let report = try Report(
      store: shared.store, configuration: configuration, runs: runs,
      breakdown: try BreakdownFigure(runs: finder, store: shared.store, configuration: configuration),
      allowPaper: figure.allowPaper)
    for drawing in report.drawings { try drawing.draw(with: .live, into: figure.figs) }
    let path = "\(figure.figs)/report.html"
    let page = try report.page { try FileStore.read("\(figure.figs)/\($0).svg") }
    try FileStore.write(page, to: path)
    print(shared.json ? try report.claims.json() : report.claims.summary + "\n", terminator: "")
    shared.note("Written: \(path), \(page.utf8.count / 1000) kB; open it in a browser")
  }
}
