import ArgumentParser
import Commands
import KubernetesClient

/// The options that say which cluster is meant.
struct ClusterOptions: ParsableArguments {
  @Option(help: "Kind of cluster; allowed here: kubernetes.")
  var cluster = "kubernetes"

  @OptionGroup var connection: ClusterConnection

  @Flag(name: .shortAndLong, help: "Print results only.")
  var quiet = false

  @Flag(help: "Print results as JSON.")
  var json = false

  func validate() throws {
    guard cluster == "kubernetes" else {
      throw ValidationError("There is no kind of cluster `\(cluster)` here; allowed: kubernetes.")
    }
  }

  /// The namespace that is ours; never that of the context, which may hold other people's objects.
  var ownNamespace: String { connection.ownNamespace }

  /// A client of the cluster; warnings go to standard error.
  func connect() throws -> KubernetesClient {
    try connection.connect(note: note).client
  }

  /// Prints a message for people to standard error, unless they want results only.
  @Sendable func note(_ message: String) {
    if !quiet { Terminal.error(message) }
  }
}

/// Whether a change is made, as `--dry-run` says.
extension KubernetesClient.DryRun: ExpressibleByArgument {}
