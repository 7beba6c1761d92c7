import ArgumentParser
import Experiments

/// The options that name the files of a run of the published artifact.
struct ArtifactOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Log of the published request generator.", valueName: "file"))
  var artifactLog: String

  @Option(help: ArgumentHelp("Log of the published control plane; with --trace it gives the cost.", valueName: "file"))
  var mainLog: String?

  @Option(
    help: ArgumentHelp(
      "The day's arrivals: CSV with the columns arrival_seconds and model, or the artifact's binary form.",
      valueName: "file"))
  var trace: String?

  func validate() throws {
    guard (mainLog == nil) == (trace == nil) else {
      throw ValidationError("Give both --main-log FILE and --trace FILE, from which the cost is computed, or neither.")
    }
  }

  /// The files, read.
  ///
  /// - Parameter requestsPerSecond: the rate of the run.
  func files(requestsPerSecond: Double?) throws -> ArtifactFiles {
    try asUsage {
      try ArtifactFiles(
        requestLog: artifactLog, mainLog: mainLog, trace: trace, requestsPerSecond: requestsPerSecond)
    }
  }
}
