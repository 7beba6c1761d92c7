import ArgumentParser
import ClusterControl
import Commands
import Experiments
import Glibc

/// `local-cluster start`: start a server in the background, or serve in the foreground.
struct StartLocalServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start the server of a serving system on this machine.",
    discussion: """
      Takes the published script's arguments. The server runs in the background, with emulated machines that are \
      processes, until stop-server; it answers when this program ends. It listens on 127.0.0.1 only, unless --listen says \
      otherwise.

      Example: start-server 0 hydraserve 0 a10 0 0 --cluster local --time-scale 50
      """)

  @OptionGroup var arguments: ServerArguments
  @OptionGroup var server: LocalServerOptions
  @OptionGroup var shared: SharedOptions

  /// How long it may take until the server answers.
  private static let patience = Duration.seconds(120)

  func run() async throws {
    let local = try LocalServer(arguments: arguments, options: server, shared: shared)
    if server.endpoint.foreground { return try await local.serve() }
    let files = ServerFiles(results: shared.results)
    try files.make()
    if let running = try files.server(), running.process.isRunning {
      throw LiveError.alreadyRunning(results: shared.results, processID: running.processID)
    }
    let controller = try Background.start(
      "local-cluster", "serve", Array(CommandLine.arguments.dropFirst(2)), log: files.log)
    let record = try await Background.answer(of: controller, files, within: Self.patience)
    if shared.json {
      print(try JSONText.pretty(record), terminator: "")
    } else {
      print(
        "Server of \(local.setting) is ready on the local cluster at \(record.url): "
          + "\(local.deployment.backend.nodes.count) GPU nodes, \(local.deployment.deployments.count) models.")
      shared.note("Next: \(local.setting.command)\(shared.again)")
    }
  }
}

/// `local-cluster serve`: the controller that `start` leaves in the background.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve until SIGINT or SIGTERM.", shouldDisplay: false)

  @OptionGroup var arguments: ServerArguments
  @OptionGroup var server: LocalServerOptions
  @OptionGroup var shared: SharedOptions

  func run() async throws {
    setsid()  // the terminal's signals are not for a server in the background
    try await LocalServer(arguments: arguments, options: server, shared: shared).serve()
  }
}
