import FoundationEssentials
import Glibc

/// How one program becomes another one, so that only the other has to load what it needs.
enum Handover {
  /// Whether a command line, or else the environment, names a kind of cluster.
  static func names(_ cluster: String, in arguments: [String]) -> Bool {
    (value(of: "--cluster", in: arguments) ?? ProcessInfo.processInfo.environment["HYDRA_CLUSTER"]) == cluster
  }

  /// The value of an option on a command line that has yet to be read.
  static func value(of option: String, in arguments: [String]) -> String? {
    if let place = arguments.lastIndex(of: option) { return arguments.dropFirst(place + 1).first ?? "" }
    return arguments.last { $0.hasPrefix("\(option)=") }.map { String($0.dropFirst(option.count + 1)) }
  }

  /// Becomes a program next to this one; if that is impossible, says why and exits.
  static func become(_ program: String, _ arguments: [String]) {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let path = "\(own.split(separator: "/").dropLast().map { "/\($0)" }.joined())/\(program)"
    var words = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    execv(path, words)
    Terminal.error("Error: \(path) cannot be run (\(String(cString: strerror(errno)))); run `make build` first.")
    exit(1)
  }
}
