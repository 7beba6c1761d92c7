import ArgumentParser
import Experiments
import Reporting

/// `reproduce claims`: check the paper's claims against the results that the figures take.
public struct ClaimsCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "reproduce claims", abstract: "Check the paper's claims against the results that the figures take.",
    discussion: """
      Takes your own runs, else the precomputed results; runs nothing. Prints each claim with our value, the paper's, \
      the tolerance, the verdict and the source, and writes claims.md, claims.json and claims.html, which also say why \
      the tolerance is what it is and which command makes the results. The exit code is 0 only when something was \
      checked and everything that was checked holds.

      Example: reproduce claims --figs figs
      """, version: Toolkit.version)

  @OptionGroup var figure: FigureOptions
  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Prints and writes the claims; fails when one does not hold.
  public func run() throws {
    let report = try ClaimReport(
      store: shared.store, configuration: try shared.inputs().configuration, allowPaper: figure.allowPaper)
    let json = try report.json()
    print(shared.json ? json : Self.coloured(report.text), terminator: "")
    let files = [("md", report.markdown), ("json", json), ("html", report.page)]
    try FileStore.makeFolder(figure.figs)
    for (ending, text) in files { try FileStore.write(text, to: "\(figure.figs)/claims.\(ending)") }
    shared.note("Written: \(files.map { "\(figure.figs)/claims.\($0.0)" }.joined(separator: ", "))")
    guard report.holds else { throw ExitCode.failure }
  }

  /// The table with its verdicts in colours.
  private static func coloured(_ text: String) -> String {
    var text = text
    for (verdict, colour) in [("holds", Terminal.Colour.green), ("FAILS", .red)] {
      text = text.replacing(" \(verdict) ", with: " \(Terminal.coloured(verdict, colour, for: .output)) ")
    }
    return text
  }
}
