/// The program that talks to a Kubernetes cluster: commands for one are handed over to it, so that the others start as
/// fast as they can without libcurl.
public enum KubernetesClusterProgram {
  /// Hands the command line over if it names a Kubernetes cluster; returns if not.
  public static func takeOver(as command: String) {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard Handover.names("kubernetes", in: arguments) else { return }
    Handover.become("kubernetes-cluster", [command] + withDryRunSpelledOut(arguments))
  }

  /// Hands `reproduce` over if its settings are to run on a Kubernetes cluster; returns if not.
  public static func takeOverReproduction() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard Handover.value(of: "--on", in: arguments) == "kubernetes" else { return }
    Handover.become("kubernetes-cluster", ["reproduce"] + arguments)
  }

  /// The simulated cluster knows one kind of dry run; on Kubernetes there are two, and the bare flag means the first.
  private static func withDryRunSpelledOut(_ arguments: [String]) -> [String] {
    arguments.enumerated().map { place, argument in
      let next = arguments.dropFirst(place + 1).first
      return argument == "--dry-run" && next != "client" && next != "server" ? "--dry-run=client" : argument
    }
  }
}
