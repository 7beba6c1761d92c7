import ArgumentParser
import Experiments
import Plotting

/// The options of a program that draws a figure of the paper.
struct FigureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder for the figure, its numbers and its gnuplot script.", valueName: "folder"),
    completion: .directory)
  var figs = "figs"

  @Flag(help: "Draw the paper's numbers, hollow, where there is no result.")
  var allowPaper = false
}

extension ReproducedFigure {
  /// Says where the results come from, prints the numbers beside the paper's and draws the figure.
  func draw(shared: SharedOptions, figs: String) throws {
    shared.detail("Looked for results in \(shared.results)/runs, then in \(shared.results)/precomputed")
    for line in originLines { shared.note("source: \(line)") }
    print(shared.json ? try json() : comparison, terminator: "")
    for drawing in drawings {
      let paths = try drawing.draw(with: .live, into: figs)
      shared.note("Drawn: \(paths.joined(separator: ", "))")
    }
  }
}
