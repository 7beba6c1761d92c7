import ArgumentParser
import Experiments

/// `analyze`: the published analysis of the published logs.
public struct AnalyzeCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "analyze", abstract: "Analyse logs of the published artifact exactly as its own analysis does.",
    discussion: """
      Prints the lines of result.res; with --output also writes result.res, result.cost and result.tpot. The defects of \
      that analysis are kept, so that old runs give the numbers that their authors saw; import-logs makes a run of the \
      same logs that counts every request. Where the published analysis stops, this one does, with exit code 1.

      Example: analyze --artifact-log request.log --main-log main.log --trace trace.csv --requests-per-second 0.6
      """, version: Toolkit.version)

  @OptionGroup var artifact: ArtifactOptions

  @Option(help: "Request rate of the run; needed with --main-log.")
  var requestsPerSecond: Double?

  @Option(help: ArgumentHelp("Folder for result.res, result.cost and result.tpot.", valueName: "folder"))
  var output: String?

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses a control plane's log without a rate, and JSON, which the published analysis does not know.
  public func validate() throws {
    guard artifact.mainLog == nil || requestsPerSecond != nil else {
      throw ValidationError("Give --requests-per-second, the rate of the run, with --main-log and --trace.")
    }
    guard !shared.json else {
      throw ValidationError("analyze prints the published analysis' lines; import-logs --json prints JSON.")
    }
  }

  /// Analyses, prints and writes.
  public func run() throws {
    let files = try artifact.files(requestsPerSecond: requestsPerSecond)
    let report = try asUsage { try ArtifactReport(files, configuration: try shared.inputs().configuration) }
    print(report.text, terminator: "")
    if let output { shared.note("Written: \(try report.write(to: output).joined(separator: ", "))") }
    if let failure = report.failure {
      Terminal.error("Error: \(failure)")
      throw ExitCode.failure
    }
  }
}
