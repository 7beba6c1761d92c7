import ArgumentParser
import Commands
import Experiments
import KubernetesClient

/// The options that say which cluster is meant.
struct ClusterOptions: ParsableArguments {
  @Option(help: "Kind of cluster; allowed here: kubernetes.")
  var cluster = "kubernetes"

  @OptionGroup var connection: ClusterConnection

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard cluster == "kubernetes" else {
      throw ValidationError(
        UsageError.unknown("kind of cluster here", cluster, allowed: ["kubernetes"]).description)
    }
  }

  /// The namespace that is ours; never that of the context, which may hold other people's objects.
  var ownNamespace: String { connection.ownNamespace }

  /// A client of the cluster; warnings go to standard error.
  func connect() throws -> KubernetesClient {
    let output = output
    guard output.verbose else { return try connection.connect(note: note).client }
    return try connection.connect(note: note) { output.detail($0) }.client
  }

  /// Whether results are printed as JSON.
  var json: Bool { output.json }

  /// Prints a message for people to standard error, unless they want results only.
  @Sendable func note(_ message: String) {
    output.note(message)
  }
}

/// Whether a change is made, as `--dry-run` says.
extension KubernetesClient.DryRun: ExpressibleByArgument {}
