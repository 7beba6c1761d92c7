import ArgumentParser
import Experiments
import Plotting
import Reporting

/// `figure-breakdown`: draw where the time of a cold start goes, by system.
public struct FigureBreakdownCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "figure-breakdown", abstract: "Draw where the time of a cold start goes, by system.",
    discussion: """
      Shows the stages of a cold start of Llama2-7B on V100 and A10, five systems, when each happened: of your own runs \
      where they have events, else of runs that are computed for the figure and not kept. Writes figure-breakdown.pdf, \
      .svg, .csv and .gp.

      Example: figure-breakdown --figs figs
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("Folder for the figure, its numbers and its gnuplot script.", valueName: "folder"))
  var figs = "figs"

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Draws the figure and prints its table.
  public func run() throws {
    let figure = try BreakdownFigure(
      runs: try shared.runFinder(), store: shared.store, configuration: try shared.inputs().configuration)
    print(shared.json ? try figure.json() : figure.text, terminator: "")
    let paths = try figure.files.draw(with: .live, into: figs)
    shared.note("Drawn: \(paths.joined(separator: ", "))")
  }
}
