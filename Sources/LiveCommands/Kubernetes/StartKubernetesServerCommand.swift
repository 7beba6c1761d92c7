import ArgumentParser
import Commands
import Experiments
import Glibc

/// `kubernetes-server start`: start a server in the background, or serve in the foreground.
struct StartKubernetesServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start the server of a serving system on a Kubernetes cluster.",
    discussion: """
      Takes the published script's arguments. The cluster is looked at first; then the storage servers are started, and a \
      controller that runs here in the background until stop-server makes workers as requests need them. It reaches pods \
      by their addresses, so it must run in the cluster's network. On nodes that say that they are emulated it goes as \
      fast as they do.

      Example: start-server 0 hydraserve 0 a10 0 0 --cluster kubernetes --context testbed
      """)

  @OptionGroup var arguments: ServerArguments
  @OptionGroup var server: KubernetesServerOptions
  @OptionGroup var shared: SharedOptions

  func run() async throws {
    let kubernetes = try KubernetesServer(arguments: arguments, options: server, shared: shared)
    let files = ServerFiles(results: shared.results)
    try files.make()
    if let running = try files.server(), running.process.isRunning {
      throw LiveError.alreadyRunning(results: shared.results, processID: running.processID)
    }
    try await kubernetes.preflight()
    if server.endpoint.foreground { return try await kubernetes.serve() }
    let controller = try Background.start(
      "kubernetes-server", "serve", Array(CommandLine.arguments.dropFirst(2)), log: files.log)
    let record = try await Background.answer(of: controller, files, within: server.limits.storage * 2 + .seconds(120)) {
      shared.note($0)
    }
    if shared.json {
      print(try JSONText.pretty(record), terminator: "")
    } else {
      print(
        "Server of \(kubernetes.setting) is ready on the Kubernetes cluster at \(record.url): "
          + "\(kubernetes.deployment.backend.nodes.count) GPU nodes, \(kubernetes.deployment.deployments.count) models."
      )
      shared.note("Next: \(kubernetes.setting.command)\(shared.again)")
    }
  }
}

/// `kubernetes-server serve`: the controller that `start` leaves in the background.
struct ServeKubernetesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve until SIGINT or SIGTERM.", shouldDisplay: false)

  @OptionGroup var arguments: ServerArguments
  @OptionGroup var server: KubernetesServerOptions
  @OptionGroup var shared: SharedOptions

  func run() async throws {
    setsid()  // the terminal's signals are not for a server in the background
    try await KubernetesServer(arguments: arguments, options: server, shared: shared).serve()
  }
}
