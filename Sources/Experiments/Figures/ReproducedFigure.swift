import Plotting

/// A figure of the paper, made anew from results.
public protocol ReproducedFigure: Sendable {
  /// Where the results come from, a line for each setting or one for all.
  var originLines: [String] { get }
  /// The numbers beside the paper's, for people.
  var comparison: String { get }
  /// The files to draw.
  var drawings: [FigureFiles] { get }

  /// The numbers, for programs.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  func json() throws -> String
}
