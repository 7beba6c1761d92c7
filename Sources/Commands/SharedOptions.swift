import ArgumentParser
import ClusterSimulation
import Experiments
import FoundationEssentials

/// The options that all programs have in common.
package struct SharedOptions: ParsableArguments {
  @Option(
    help: """
      Kind of cluster; allowed: simulated, local (start-server, coldstart, end2end and reproduce crosscheck), kubernetes \
      (label-nodes, start-server, coldstart, end2end and stop-server). The environment variable HYDRA_CLUSTER sets the \
      default.
      """, completion: .list(ClusterKind.allCases.map(\.rawValue)))
  package var cluster: String?

  @Option(help: ArgumentHelp("Folder of results; made if need be.", valueName: "folder"), completion: .directory)
  package var results = "results"

  @Option(
    help: """
      Seed of everything random in a run, the first of several where there are several; a whole number from 0 (default: \
      1; in reproduce figure9, figure11 and figure13: 21).
      """)
  package var seed: UInt64?

  @Option(
    help: ArgumentHelp("YAML file laid over the built-in configuration.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  package var config: String?

  @Option(
    help: "Rules of the scheduler: published (with its accidents, as in the paper) or corrected.",
    completion: .list(RulesName.allCases.map(\.rawValue)))
  package var rules = RulesName.published.rawValue

  @OptionGroup package var output: OutputOptions

  /// The options with their values yet to be read.
  package init() {}

  package func validate() throws {
    let name = cluster ?? ProcessInfo.processInfo.environment["HYDRA_CLUSTER"] ?? "simulated"
    guard ClusterKind(rawValue: name) != nil else {
      let kind = "kind of cluster" + (cluster == nil ? " (from HYDRA_CLUSTER)" : "")
      throw ValidationError(
        UsageError.unknown(kind, name, allowed: ClusterKind.allCases.map(\.rawValue)).description)
    }
    guard !results.isEmpty else { throw ValidationError("The folder of results has an empty name; name a folder.") }
    _ = try rulesName()
  }

  /// The kind of cluster that the command line, or else the environment, asks for.
  var namedCluster: ClusterKind? {
    (cluster ?? ProcessInfo.processInfo.environment["HYDRA_CLUSTER"]).flatMap(ClusterKind.init)
  }

  /// Whether a cluster that runs in real time is asked for.
  var namesLiveCluster: Bool { namedCluster.map { $0 != .simulated } ?? false }

  /// The kind of cluster of a program that knows only those in real time: the local one unless Kubernetes is asked for.
  package var liveCluster: ClusterKind { namedCluster == .kubernetes ? .kubernetes : .local }

  /// The rules that are named.
  func rulesName() throws -> RulesName {
    guard let name = RulesName(rawValue: rules) else {
      throw ValidationError(
        UsageError.unknown("set of rules", rules, allowed: RulesName.allCases.map(\.rawValue)).description)
    }
    return name
  }

  /// The seed of a program that has no reason for another one.
  package static let defaultSeed: UInt64 = 1

  /// What runs are made of, from the options.
  ///
  /// - Parameters:
  ///   - defaultSeed: the seed that counts when none is given.
  ///   - seedCount: how many seeds a setting is repeated with.
  ///   - variant: what a sweep changes of the configuration.
  ///   - policies: policies as the option names them.
  package func inputs(
    defaultSeed: UInt64 = defaultSeed, seedCount: Int = 1, cluster: ClusterKind = .simulated,
    variant: ConfigurationVariant = .unchanged, policies: [String] = []
  ) throws -> RunInputs {
    let seed = try firstSeed(default: defaultSeed, seedCount: seedCount)
    let inputs = try asUsage {
      RunInputs(
        configuration: try Configuration.load(userFile: config, changes: variant.changes, policies: policies),
        seed: seed, seedCount: seedCount, rules: try rulesName(), cluster: cluster)
    }
    detail(
      "Configuration: built in\(config.map { ", with \($0) laid over it" } ?? ""); \(cluster.rawValue) cluster, rules "
        + "\(rules), seed \(seed)\(seedCount > 1 ? " to \(seed + UInt64(seedCount - 1))" : ""); results in \(results)")
    return inputs
  }

  /// The first of some seeds, checked.
  func firstSeed(default defaultSeed: UInt64, seedCount: Int) throws -> UInt64 {
    let seed = seed ?? defaultSeed
    guard (1...1000).contains(seedCount) else {
      throw ValidationError("--seeds is `\(seedCount)`; allowed: 1 to 1000.")
    }
    guard UInt64(seedCount - 1) <= .max - seed else {
      throw ValidationError(
        "--seed is `\(seed)`; allowed with --seeds \(seedCount): 0 to \(.max - UInt64(seedCount - 1)).")
    }
    return seed
  }

  /// The options that another command needs to work on the same runs, as they are typed, with a space in front.
  package var again: String {
    var words: [String] = []
    if results != "results" { words += ["--results", results] }
    if let seed { words += ["--seed", "\(seed)"] }
    if let config { words += ["--config", config] }
    if let cluster { words += ["--cluster", cluster] }
    if rules != RulesName.published.rawValue { words += ["--rules", rules] }
    return words.map { " \(Self.quoted($0))" }.joined()
  }

  /// A word as a shell takes it.
  static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  package var store: RecordStore {
    RecordStore(folder: results)
  }

  /// Keeps a run among the user's own.
  package func keep(_ run: some ExperimentRun) throws {
    for path in try store.save(run, on: .runs) { detail("Wrote \(path)") }
  }

  /// Says how much was simulated.
  func tell(of log: RunLog) {
    detail(
      "Simulated \(log.end.inSeconds) s with \(log.requests.count) requests, \(log.deliveredTokens) tokens and "
        + "\(log.handledEvents) events")
  }

  /// Whether only results are printed.
  package var quiet: Bool { output.quiet }

  /// Whether results are printed as JSON.
  package var json: Bool { output.json }

  /// Prints a message for people to standard error, unless they want results only.
  package func note(_ message: String) {
    output.note(message)
  }

  /// Prints a message to standard error for people who want to know everything.
  package func detail(_ message: @autoclosure () -> String) {
    output.detail(message())
  }
}

/// Runs something whose ``UsageError`` is the caller's mistake, so that the program exits with 64.
package func asUsage<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as UsageError {
    throw ValidationError(error.description)
  }
}
