import ArgumentParser
import Experiments

/// `figure13`: draw Figure 13 from whatever results there are.
public struct Figure13Command: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "figure13",
    abstract: "Draw TPOT and cost ratios by model (Figure 13) and print their spread beside the paper's.",
    discussion: """
      Takes your own runs, else the precomputed results, and says for each setting which it used. Models are \
      matched by name. The bars are those of the first seed; the table has every seed and their mean. Writes figure13.pdf, \
      .svg, .csv and .gp with both panels, and figure13-a and figure13-b with one each.

      Example: figure13 --figs figs
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

  /// Draws the figure and prints its table; what `reproduce figure13` does in the end, too.
  static func draw(shared: SharedOptions, beside own: PolicyOptions, figs: String, allowPaper: Bool) throws {
    for system in [.hydraServe] + (try own.systems(shared)) {
      try Figure13(
        store: shared.store, allowPaper: allowPaper, of: system, options: shared.again + own.again
      ).draw(shared: shared, figs: figs)
    }
  }
}
