import ArgumentParser
import ClusterControl
import Experiments
import FoundationEssentials
import Glibc
import PodEmulation
import ServingModel

/// The options of a server with an engine of the user's own.
struct EngineOptions: ParsableArguments {
  @Option(
    help: """
      What serves behind a worker's slot; allowed: emulated (an engine without a GPU), openai (a server of your own that \
      speaks OpenAI's protocol; only for serverless_vllm).
      """)
  var engine = Kind.emulated.rawValue

  @Option(
    help: ArgumentHelp(
      "Address of an engine that runs already; its cold start is then its first answer.", valueName: "http://host:port")
  )
  var engineURL: String?

  @Option(
    help: ArgumentHelp(
      """
      Command that starts the engine of a worker, split into words without a shell; quotes and backslashes work, {port}, \
      {model} and {host} are replaced.
      """, valueName: "command"))
  var engineCommand: String?

  @Option(
    help: ArgumentHelp("Name of the model to ask the engine for (default: the deployed model's).", valueName: "name"))
  var engineModel: String?

  @Option(help: "How long an engine that was started may take until it answers, in seconds; above 0.")
  var enginePatienceSeconds = 600.0

  private enum Kind: String, CaseIterable {
    case emulated, openai
  }

  /// Whether an engine of the user's own serves.
  var isOwn: Bool { engine == Kind.openai.rawValue }

  func validate() throws {
    guard Kind(rawValue: engine) != nil else {
      throw ValidationError(
        UsageError.unknown("engine", engine, allowed: Kind.allCases.map(\.rawValue)).description)
    }
    guard enginePatienceSeconds > 0, enginePatienceSeconds <= 86_400 else {
      throw ValidationError("--engine-patience-seconds is \(enginePatienceSeconds); allowed: above 0, up to 86400.")
    }
    guard isOwn else {
      guard engineURL == nil, engineCommand == nil, engineModel == nil else {
        throw ValidationError("--engine-url, --engine-command and --engine-model go with --engine openai; add it.")
      }
      return
    }
    guard (engineURL == nil) != (engineCommand == nil) else {
      throw ValidationError("--engine openai takes --engine-url or --engine-command; give one of the two.")
    }
    if let engineURL { _ = try Self.asValidation { try EngineURL(engineURL) } }
    if let engineCommand { _ = try Self.asValidation { try EngineCommand(engineCommand) } }
    guard engineModel != "" else { throw ValidationError("--engine-model is empty; name a model.") }
  }

  /// The engine, or `nil` for emulated ones.
  ///
  /// - Throws: an error of misuse when the system cannot have one of the user's own, or there is no such program.
  func engine(for system: ServingSystem) throws -> OwnEngine? {
    guard isOwn else { return nil }
    guard system == .serverlessVLLM else {
      throw ValidationError(
        "--engine openai is for serverless_vllm, not \(system.rawValue): other systems need workers that load parts of a "
          + "model or read it from shared memory.")
    }
    var engine = OwnEngine(try origin(), model: engineModel)
    engine.patience = .seconds(enginePatienceSeconds)
    return engine
  }

  private func origin() throws -> OwnEngine.Origin {
    if let engineURL { return .running(try Self.asValidation { try EngineURL(engineURL) }) }
    let command = try Self.asValidation { try EngineCommand(engineCommand ?? "") }
    let environment = ProcessInfo.processInfo.environment
    return .command(
      command, program: try Self.path(of: command.program, environment["PATH"] ?? "/usr/bin:/bin"),
      environment: environment.keys.sorted().map { .init($0, environment[$0] ?? "") })
  }

  /// Where a program is: a name without `/` is looked for in the folders of `PATH`.
  private static func path(of program: String, _ folders: String) throws -> String {
    let places =
      program.contains("/") ? [program] : folders.split(separator: ":").map { "\($0)/\(program)" }
    guard let path = places.first(where: { access($0, X_OK) == 0 }) else {
      throw ValidationError(
        "The engine's program `\(program)` \(program.contains("/") ? "does not exist" : "is not in PATH") or cannot be "
          + "run; name one that can.")
    }
    return path
  }

  private static func asValidation<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as EngineOptionError {
      throw ValidationError(error.description)
    }
  }
}
