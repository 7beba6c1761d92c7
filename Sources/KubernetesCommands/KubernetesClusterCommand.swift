import ArgumentParser
import Experiments

/// `kubernetes-cluster`: what the other programs do with `--cluster kubernetes`, and the check before it.
public struct KubernetesClusterCommand: AsyncParsableCommand {
  /// The program's name, help and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "kubernetes-cluster", abstract: "A Kubernetes cluster with GPU nodes.",
    discussion: """
      label-nodes hands its command line over to this program with --cluster kubernetes.

      Example: kubernetes-cluster preflight a10 --context testbed
      """,
    version: Toolkit.version,
    subcommands: [LabelKubernetesNodesCommand.self, PreflightCommand.self, CleanCommand.self])

  /// The program with its arguments yet to be read.
  public init() {}
}
