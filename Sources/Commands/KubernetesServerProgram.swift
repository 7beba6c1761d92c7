import Experiments

/// The program that serves with the nodes of a Kubernetes cluster: commands for one are handed over to it, so that the
/// others start as fast as they can without sockets.
public enum KubernetesServerProgram {
  /// Hands the command line over if it names a Kubernetes cluster; returns if not.
  public static func takeOver(as command: String) {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard Handover.names(ClusterKind.kubernetes.rawValue, in: arguments) else { return }
    Handover.become("kubernetes-server", [command] + arguments)
  }
}
