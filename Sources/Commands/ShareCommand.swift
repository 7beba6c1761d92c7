import ArgumentParser
import Experiments
import FoundationEssentials
import Glibc

/// `reproduce share`: run a part of a plan and print the results; what the containers of a sweep run.
public struct ShareCommand: ParsableCommand {
  /// The variable that a container is given its plan in.
  package static let planVariable = "HYDRA_SWEEP_PLAN"
  /// The variable in which Kubernetes tells a pod of an Indexed Job its index.
  private static let indexVariable = "JOB_COMPLETION_INDEX"

  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "share", abstract: "Run a part of a plan and print its results, each with a checksum.",
    discussion: """
      Each share takes every so many-th item of the plan, so all shares together run everything once, wherever each of \
      them runs. Nothing is written but standard output. An item that fails is reported and the others go on; the exit \
      code is then 1.

      Example: reproduce figure9 --cv 8 --print-plan > plan.json
      Example: reproduce share --plan plan.json --index 0 --of 2 > share-0.txt
      """, version: Toolkit.version)

  @Option(
    help: ArgumentHelp("The plan, from reproduce --print-plan; else \(Self.planVariable) has it.", valueName: "file"))
  var plan: String?

  @Option(help: "Which share, from 0; else \(Self.indexVariable) says it.")
  var index: Int?

  @Option(help: "How many shares there are.")
  var of: Int

  /// The program with its arguments yet to be read.
  public init() {}

  /// Runs the items of the share one after the other.
  public func run() throws {
    let variables = ProcessInfo.processInfo.environment
    let number = try asUsage { try shareNumber(variables) }
    let wanted = try asUsage { try SweepPlan(text: try planText(variables)) }
    let runs = try asUsage {
      try SweepRuns(wanted, results: "results", build: try BuildIdentity.ofThisProgram())
    }
    var failures = 0
    for item in wanted.share(number, of: of) {
      do {
        print(try ResultText.text(of: try runs.run(item)), terminator: "")
        fflush(nil)
      } catch {
        Terminal.error("Error: \(item.description): \(error)")
        failures += 1
      }
    }
    if failures > 0 { throw ExitCode.failure }
  }

  private func shareNumber(_ variables: [String: String]) throws -> Int {
    let word = index.map(String.init) ?? variables[Self.indexVariable]
    guard let word else { throw UsageError("Which share is not said; give --index or set \(Self.indexVariable).") }
    guard of > 0, let number = Int(word), number >= 0, number < of else {
      throw UsageError("The share is `\(word)` of \(of); allowed: from 0 and below the number of shares.")
    }
    return number
  }

  private func planText(_ variables: [String: String]) throws -> String {
    if let plan { return try ConfigurationText(ofFile: plan).text }
    guard let text = variables[Self.planVariable] else {
      throw UsageError("There is no plan; give --plan or set \(Self.planVariable).")
    }
    return text
  }
}
