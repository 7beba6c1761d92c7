import Experiments
import FoundationEssentials
import Glibc

/// The program that has sockets and processes: commands for the local cluster are handed over to it, so that the others
/// start as fast as they can without either.
public enum LocalClusterProgram {
  /// Hands the command line over if it names the local cluster; returns if not.
  public static func takeOver(as command: String) {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard namesLocalCluster(arguments) else { return }
    run(command, arguments)
  }

  /// Hands the command line over without its first argument if that is the given word; returns if not.
  public static func takeOver(afterWord word: String) {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == word { run(word, Array(arguments.dropFirst())) }
  }

  private static func namesLocalCluster(_ arguments: [String]) -> Bool {
    let local = ClusterKind.local.rawValue
    if let place = arguments.lastIndex(of: "--cluster") { return arguments.dropFirst(place + 1).first == local }
    if let option = arguments.last(where: { $0.hasPrefix("--cluster=") }) { return option == "--cluster=\(local)" }
    return ProcessInfo.processInfo.environment["HYDRA_CLUSTER"] == local
  }

  /// Becomes the other program; if that is impossible, says why and exits.
  private static func run(_ command: String, _ arguments: [String]) {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let path = "\(own.split(separator: "/").dropLast().map { "/\($0)" }.joined())/local-cluster"
    var words = ([path, command] + arguments).map { strdup($0) }
    words.append(nil)
    execv(path, words)
    Terminal.error("Error: \(path) cannot be run (\(String(cString: strerror(errno)))); run `make build` first.")
    exit(1)
  }
}
