#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs the suites named on the command line, or all of them, and prints a table for each.
@main
struct Benchmark {
  /// Every suite, in the order in which they run.
  static let suites: [any BenchmarkSuite] = [
    MMcBenchmark(), Figure7Benchmark(), EndToEndBenchmark(), SweepBenchmark(), PlanBenchmark(),
    ScaleBenchmark(),
  ]

  static func main() async throws {
    var names = Array(CommandLine.arguments.dropFirst())
    if names.contains("--help") || names.contains("-h") {
      print(usage)
      return
    }
    let commit = takeCommit(from: &names)
    for name in names where !suites.contains(where: { $0.name == name }) {
      complain("There is no suite \(name).\n\(usage)\n")
      exit(64)
    }
    print("machine: \(Machine.description)")
    print("commit: \(commit ?? "not given")")
    for suite in suites where names.isEmpty || names.contains(suite.name) {
      print("\(suite.name): \(suite.summary)")
      for line in try await suite.measure().lines { print("  \(line)") }
    }
  }

  static var usage: String {
    let list = suites.map { "  \($0.name): \($0.summary)" }
    let use = [
      "Usage: benchmark [--commit NAME] [suite ...]; without a suite, every suite runs. NAME is printed with the numbers."
    ]
    return (use + list).joined(separator: "\n")
  }

  /// Takes `--commit NAME` off the arguments.
  private static func takeCommit(from arguments: inout [String]) -> String? {
    guard let option = arguments.firstIndex(of: "--commit") else { return nil }
    guard option + 1 < arguments.count else {
      complain("--commit names no commit; give one.\n\(usage)\n")
      exit(64)
    }
    let commit = arguments[option + 1]
    arguments.removeSubrange(option...option + 1)
    return commit
  }

  private static func complain(_ message: String) {
    var message = message
    message.withUTF8 { bytes in
      _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }
}
