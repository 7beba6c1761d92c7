import ArgumentParser
import Experiments

/// `reproduce collect`: take what shares have printed, wherever they ran.
public struct CollectCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Keep the results that shares of a plan have printed, as local runs are kept.",
    discussion: """
      Results are checked one by one, so texts may be cut or doubled; what is missing in the end is named, and the exit \
      code is then 1. The results of a setting are kept when all its seeds are there.

      Example: reproduce collect --plan plan.json share-0.txt share-1.txt
      """, version: Toolkit.version)

  @Argument(help: ArgumentHelp("What shares have printed.", valueName: "files"))
  var files: [String]

  @Option(help: ArgumentHelp("The plan, from reproduce --print-plan.", valueName: "file"))
  var plan: String

  @Flag(help: "Take settings that have a result of the same inputs, too.")
  var force = false

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Takes the results and says what is missing.
  public func run() async throws {
    let wanted = try asUsage { try SweepPlan(text: try ConfigurationText(ofFile: plan).text) }
    let runs = try asUsage {
      try SweepRuns(wanted, results: shared.results, build: try BuildIdentity.ofThisProgram())
    }
    let collection = try SweepCollection(
      runs, folder: try wanted.waitingFolder(image: "", results: shared.results), image: nil, force: force)
    show(try await collection.resume())
    for file in files {
      let text = try asUsage { try ConfigurationText(ofFile: file).text }
      show(try await collection.take(Array(text.utf8)))
    }
    let missing = await collection.missing
    await collection.close()
    guard missing.isEmpty else {
      Terminal.error(
        "Error: \(missing.count) items are missing, first \(missing[0].description); run their shares again.")
      throw ExitCode.failure
    }
  }

  private func show(_ finished: [SweepCollection.Finished]) {
    for setting in finished { shared.note("[\(setting.number)/\(setting.count)] \(setting.setting): collected") }
  }
}
