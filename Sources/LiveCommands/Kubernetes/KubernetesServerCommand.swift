import ArgumentParser
import Experiments

/// `kubernetes-server`: what `start-server`, `coldstart` and `end2end` do with `--cluster kubernetes`.
public struct KubernetesServerCommand: AsyncParsableCommand {
  /// The program's name, help and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "kubernetes-server", abstract: "A serving system on the nodes of a Kubernetes cluster, in real time.",
    discussion: """
      start-server, coldstart and end2end hand their command lines over to this program with --cluster kubernetes. The \
      controller runs here and reaches pods by their addresses.
      """, version: Toolkit.version,
    subcommands: [
      StartKubernetesServerCommand.self, ServeKubernetesCommand.self, LocalColdStartCommand.self,
      LocalEndToEndCommand.self,
    ])

  /// The program with its arguments yet to be read.
  public init() {}
}
