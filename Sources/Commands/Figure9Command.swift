import ArgumentParser
import Experiments

/// `figure9`: draw Figure 9 from whatever results there are.
public struct Figure9Command: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "figure9",
    abstract: "Draw SLO attainment against request rate (Figure 9) and print it beside the paper's.",
    discussion: """
      Takes your own runs, else the precomputed results, and says for each setting which it used. The numbers \
      are means over the seeds, with their 95 % intervals. Writes figure9.pdf, .svg, .csv and .gp.

      Example: figure9 --figs figs
      """, version: Toolkit.version)

  @OptionGroup var figure: FigureOptions
  @OptionGroup var own: PolicyOptions
  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Draws the figure and prints its table.
  public func run() throws {
    try Self.draw(shared: shared, beside: own, figs: figure.figs, allowPaper: figure.allowPaper)
  }

  /// Draws the figure and prints its table; what `reproduce figure9` does in the end, too.
  static func draw(shared: SharedOptions, beside own: PolicyOptions, figs: String, allowPaper: Bool) throws {
    try Figure9(
      store: shared.store, allowPaper: allowPaper, beside: try own.systems(shared), options: shared.again + own.again
    ).draw(shared: shared, figs: figs)
  }
}
