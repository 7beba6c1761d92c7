import Experiments

/// The program that has sockets and processes: commands for the local cluster are handed over to it, so that the others
/// start as fast as they can without either.
public enum LocalClusterProgram {
  /// Hands the command line over if it names the local cluster; returns if not.
  public static func takeOver(as command: String) {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard Handover.names(ClusterKind.local.rawValue, in: arguments) else { return }
    run(command, arguments)
  }

  /// Hands the command line over without its first argument if that is the given word; returns if not.
  public static func takeOver(afterWord word: String) {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == word { run(word, Array(arguments.dropFirst())) }
  }

  private static func run(_ command: String, _ arguments: [String]) {
    Handover.become("local-cluster", [command] + arguments)
  }
}
