import ArgumentParser
import Experiments

/// `figure-slo-scale`: draw SLO attainment against a factor on all SLOs.
public struct FigureSLOScaleCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "figure-slo-scale", abstract: "Draw SLO attainment against a factor on all SLOs.",
    discussion: """
      Takes your own runs, else the precomputed results, at CV 2, 4 and 8 and 0.6 requests per second, and says for \
      each setting which it used. At a factor of 1 the numbers are those of Figure 9, of the first seed alone. Writes \
      figure-slo-scale.pdf, .svg, .csv and .gp.

      Example: figure-slo-scale --figs figs
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("Folder for the figure, its numbers and its gnuplot script.", valueName: "folder"))
  var figs = "figs"

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Draws the figure and prints its table.
  public func run() throws {
    try SLOScaleFigure(
      store: shared.store, configuration: try shared.inputs().configuration, options: shared.again
    ).draw(shared: shared, figs: figs)
  }
}
