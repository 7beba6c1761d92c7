import ArgumentParser
import Commands
import Experiments
import FoundationEssentials

/// `reproduce crosscheck`: run scenarios on the simulated and on the local cluster and compare them.
struct CrosscheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crosscheck", abstract: "Run scenarios on the simulated and on the local cluster and compare them.",
    discussion: """
      Both clusters get the same requests through the same deployment. They must decide the same, and each TTFT must agree \
      within 5 % or 100 ms of real time, whichever is more. The exit code is 1 if a scenario differs.

      Example: reproduce crosscheck --only burst,consolidation --time-scale 20
      """)

  @Option(help: ArgumentHelp("Scenarios, with commas between them; all if not given.", valueName: "names"))
  var only: String?

  @Option(help: "How many times faster than reality the local cluster runs; above 0 and up to 1000.")
  var timeScale = 20.0

  @Option(help: "By how much there is less of all bytes on the local cluster; 1 to 100000.")
  var byteScale = 10_000.0

  @Option(help: ArgumentHelp("File for the comparison of each request, as CSV.", valueName: "file"))
  var output: String?

  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard timeScale > 0, timeScale <= 1000 else {
      throw ValidationError("--time-scale is \(timeScale); allowed: a number above 0 and up to 1000.")
    }
    guard (1...100_000).contains(byteScale) else {
      throw ValidationError("--byte-scale is \(byteScale); allowed: 1 to 100000.")
    }
  }

  func run() async throws {
    let configuration = try shared.inputs().configuration
    let scenarios = try chosen(try asUsage { try CrosscheckScenario.all(configuration: configuration) })
    let folder = FileManager.default.temporaryDirectory.path + "/crosscheck-\(UUID().uuidString)"
    defer { FileStore.removeFolder(folder) }
    let runner = CrosscheckRunner(
      configuration: configuration, configurationFile: shared.config, timeScale: timeScale, byteScale: byteScale,
      folder: folder)
    Interruption.watch()
    var comparisons: [CrosscheckComparison] = []
    for (number, scenario) in scenarios.enumerated() {
      shared.note("[\(number + 1)/\(scenarios.count)] \(scenario.name): \(scenario.shows)")
      comparisons.append(try await runner.compare(scenario))
      if Interruption.happened { throw ExitCode.failure }
    }
    let report = CrosscheckReport(comparisons: comparisons)
    print(report.text)
    if let output { try FileStore.write(report.csv, to: output) }
    if !comparisons.allSatisfy(\.agrees) { throw ExitCode.failure }
  }

  private func chosen(_ scenarios: [CrosscheckScenario]) throws -> [CrosscheckScenario] {
    guard let only else { return scenarios }
    return try only.split(separator: ",").map { name in
      guard let scenario = scenarios.first(where: { $0.name == name }) else {
        throw ValidationError(
          UsageError.unknown("scenario", String(name), allowed: scenarios.map(\.name)).description)
      }
      return scenario
    }
  }
}
