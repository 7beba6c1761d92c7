import ArgumentParser
import Experiments

/// `figure7`: draw Figure 7 from whatever results there are.
public struct Figure7Command: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "figure7", abstract: "Draw the TTFT of cold starts (Figure 7) and print it beside the paper's.",
    discussion: """
      Takes your own runs, else the precomputed results, and says for each setting which it used. Writes figure7.pdf, \
      .svg, .csv and .gp.

      Example: figure7 --figs figs
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

  /// Draws the figure and prints its table; what `reproduce figure7` does in the end, too.
  static func draw(shared: SharedOptions, beside own: PolicyOptions, figs: String, allowPaper: Bool) throws {
    let figure = try Figure7(
      store: shared.store, configuration: try shared.inputs().configuration, allowPaper: allowPaper,
      beside: try own.systems(shared),
      options: shared.again + own.again)
    try figure.draw(shared: shared, figs: figs)
  }
}
