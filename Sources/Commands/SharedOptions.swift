import ArgumentParser
import Experiments
import FoundationEssentials

/// The options that all programs have in common.
struct SharedOptions: ParsableArguments {
  @Option(help: "Kind of cluster; allowed: simulated. The environment variable HYDRA_CLUSTER sets the default.")
  var cluster: String?

  @Option(help: ArgumentHelp("Folder of results; made if need be.", valueName: "folder"))
  var results = "results"

  @Option(help: "Seed of everything random in a run; a whole number from 0.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("YAML file laid over the built-in configuration.", valueName: "file"))
  var config: String?

  @Option(help: "Rules of the scheduler: published (with its accidents, as in the paper) or corrected.")
  var rules = RulesName.published.rawValue

  @Flag(name: .shortAndLong, help: "Print results only.")
  var quiet = false

  @Flag(help: "Print results as JSON.")
  var json = false

  func validate() throws {
    let name = cluster ?? ProcessInfo.processInfo.environment["HYDRA_CLUSTER"] ?? "simulated"
    guard name == "simulated" else {
      let kind = "kind of cluster" + (cluster == nil ? " (from HYDRA_CLUSTER)" : "")
      throw ValidationError(UsageError.unknown(kind, name, allowed: ["simulated"]).description)
    }
    guard !results.isEmpty else { throw ValidationError("The folder of results has an empty name; name a folder.") }
    _ = try rulesName()
  }

  func rulesName() throws -> RulesName {
    guard let name = RulesName(rawValue: rules) else {
      throw ValidationError(
        UsageError.unknown("set of rules", rules, allowed: RulesName.allCases.map(\.rawValue)).description)
    }
    return name
  }

  /// What runs are made of, from the options.
  func inputs() throws -> RunInputs {
    try asUsage {
      RunInputs(configuration: try Configuration.load(userFile: config), seed: seed, rules: try rulesName())
    }
  }

  /// The options that another command needs to work on the same runs, as they are typed, with a space in front.
  var again: String {
    var words: [String] = []
    if results != "results" { words += ["--results", results] }
    if seed != 1 { words += ["--seed", "\(seed)"] }
    if let config { words += ["--config", config] }
    if rules != RulesName.published.rawValue { words += ["--rules", rules] }
    return words.map { " \(Self.quoted($0))" }.joined()
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  var store: RecordStore {
    RecordStore(folder: results)
  }

  /// Prints a message for people to standard error, unless they want results only.
  func note(_ message: String) {
    if !quiet { Terminal.error(message) }
  }
}

/// Runs something whose ``UsageError`` is the caller's mistake, so that the program exits with 64.
func asUsage<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as UsageError {
    throw ValidationError(error.description)
  }
}
