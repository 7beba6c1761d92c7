import ArgumentParser
import Experiments

/// `figure-cdf`: draw the distribution of TTFT over the requests of an hour.
public struct FigureCDFCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "figure-cdf", abstract: "Draw the distribution of TTFT over the requests of an hour.",
    discussion: """
      Takes your own runs, else the precomputed results, at CV 8 and 0.6 requests per second, the first seed of each \
      system; a second panel shows the requests that waited for a cold start. Writes figure-cdf.pdf, .svg, .csv and .gp.

      Example: figure-cdf --figs figs
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("Folder for the figure, its numbers and its gnuplot script.", valueName: "folder"))
  var figs = "figs"

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Draws the figure and prints its table.
  public func run() throws {
    try TTFTDistributionFigure(
      store: shared.store, configuration: try shared.inputs().configuration, options: shared.again
    ).draw(shared: shared, figs: figs)
  }
}
