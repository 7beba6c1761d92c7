import ArgumentParser
import Commands
import FoundationEssentials
import KubernetesClient
import KubernetesDeployment

/// The options that say which cluster is meant, and the way to it.
package struct ClusterConnection: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Kubeconfig; else the files of KUBECONFIG, else ~/.kube/config, else the service account of the pod.",
      valueName: "file"))
  package var kubeconfig: String?

  @Option(help: "Context of the kubeconfig; else its current one.")
  package var context: String?

  @Option(help: "Namespace of everything that is made (default: \(OwnLabels.namespace)).")
  package var namespace: String?

  /// The options with their values yet to be read.
  package init() {}

  /// A connection that is not read from a command line.
  package init(kubeconfig: String?, context: String?, namespace: String?) {
    self.init()
    self.kubeconfig = kubeconfig
    self.context = context
    self.namespace = namespace
  }

  package func validate() throws {
    do {
      try ObjectNames.checkLabel(ownNamespace, "namespace")
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The namespace that is ours; never that of the context, which may hold other people's objects.
  package var ownNamespace: String { namespace ?? OwnLabels.namespace }

  /// A client of the cluster, with what it is a client of; warnings go to standard error.
  ///
  /// - Parameter detail: told of each call, without headers and bodies, which may have secrets.
  package func connect(
    note: @escaping @Sendable (String) -> Void, detail: (@Sendable (String) -> Void)? = nil
  ) throws -> (client: KubernetesClient, access: ClusterAccess) {
    let variables = ProcessInfo.processInfo.environment
    let surroundings = ClusterAccess.Surroundings(
      variables: variables,
      runner: .live(environment: variables.keys.sorted().map { "\($0)=\(variables[$0] ?? "")" }),
      secondsSince1970: { Date().timeIntervalSince1970 })
    let access = try ClusterAccess.find(kubeconfig: kubeconfig, context: context, in: surroundings)
    for warning in access.warnings { Terminal.error("Warning: \(warning)") }
    var limits = KubernetesClient.Limits()
    limits.call = .seconds(60)  // somebody waits
    let transport = try KubernetesTransport.curl(to: access.endpoint)
    let client = KubernetesClient(
      access: access, transport: detail.map { transport.observed(by: $0) } ?? transport, limits: limits, notice: note)
    return (client, access)
  }
}
