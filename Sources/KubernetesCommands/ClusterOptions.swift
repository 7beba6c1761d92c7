import ArgumentParser
import Commands
import Experiments
import FoundationEssentials
import Glibc
import KubernetesClient
import KubernetesDeployment

/// The options that say which cluster is meant.
struct ClusterOptions: ParsableArguments {
  @Option(help: "Kind of cluster; allowed here: kubernetes.")
  var cluster = "kubernetes"

  @Option(
    help: ArgumentHelp(
      "Kubeconfig; else the files of KUBECONFIG, else ~/.kube/config, else the service account of the pod.",
      valueName: "file"))
  var kubeconfig: String?

  @Option(help: "Context of the kubeconfig; else its current one.")
  var context: String?

  @Option(help: "Namespace of everything that is made (default: \(OwnLabels.namespace)).")
  var namespace: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard cluster == "kubernetes" else {
      throw ValidationError(
        UsageError.unknown("kind of cluster here", cluster, allowed: ["kubernetes"]).description)
    }
    do {
      try ObjectNames.checkLabel(ownNamespace, "namespace")
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The namespace that is ours; never that of the context, which may hold other people's objects.
  var ownNamespace: String { namespace ?? OwnLabels.namespace }

  /// A client of the cluster; warnings go to standard error.
  func connect() throws -> KubernetesClient {
    let variables = ProcessInfo.processInfo.environment
    let surroundings = ClusterAccess.Surroundings(
      variables: variables,
      runner: .live(environment: variables.keys.sorted().map { "\($0)=\(variables[$0] ?? "")" }),
      secondsSince1970: { Date().timeIntervalSince1970 })
    let access = try ClusterAccess.find(kubeconfig: kubeconfig, context: context, in: surroundings)
    for warning in access.warnings { Terminal.error("Warning: \(warning)") }
    var limits = KubernetesClient.Limits()
    limits.call = .seconds(60)  // somebody waits
    return KubernetesClient(access: access, transport: try transport(to: access), limits: limits, notice: note)
  }

  /// Calls over the network; each is told of with --verbose, without headers and bodies, which may have secrets.
  private func transport(to access: ClusterAccess) throws -> KubernetesTransport {
    let transport = try KubernetesTransport.curl(to: access.endpoint)
    return output.verbose ? transport.observed { [output] in output.detail($0) } : transport
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
