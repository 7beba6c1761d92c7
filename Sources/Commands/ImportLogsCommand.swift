import ArgumentParser
import Experiments

/// `import-logs`: a run of the published artifact as one of ours.
public struct ImportLogsCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "import-logs", abstract: "Make a run of kind `measured` of logs of the published artifact.",
    discussion: """
      The run takes the place of a result of the same setting in the folder of results; figures then draw it as measured, \
      and reproduce keeps it unless --force is given. Unlike in the published analysis every request counts: one without \
      an answer is lost and attains nothing. With the control plane's log and the trace the run has costs.

      Example: import-logs hydraserve 8 0.6 --artifact-log request.log --main-log main.log --trace trace.csv
      """, version: Toolkit.version)

  @Argument(help: "Execution type: serverless_vllm, serverlessllm, hydraserve or hydraserve_with_cache.")
  var executionType: String

  @Argument(help: "Coefficient of variation that the run was made with; above 0 and up to 100.")
  var cv: String

  @Argument(help: "Requests per second that the run was made with; above 0.")
  var requestRate: String

  @OptionGroup var artifact: ArtifactOptions

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Reads the logs, keeps the run and prints its numbers.
  public func run() throws {
    let setting = try SettingNames.endToEnd(executionType, cv: cv, requestRate: requestRate)
    let files = try artifact.files(requestsPerSecond: setting.requestsPerSecond)
    let imported = try asUsage {
      try ImportedEndToEndRun(
        files, setting: setting, inputs: try shared.inputs(), build: try BuildIdentity.ofThisProgram())
    }
    try shared.keep(imported)
    print(shared.json ? try imported.report.json() : imported.report.text, terminator: "")
    if !imported.run.hasArrivals {
      shared.note("warning: the logs do not say when requests were sent, so there are no rates over time.")
    }
    if imported.run.retries > 0 {
      shared.note("warning: \(imported.run.retries) requests were sent again; their TTFT leaves the lost attempt out.")
    }
    shared.note("Measured; recorded in \(shared.store.path(of: setting, on: .runs)).")
  }
}
