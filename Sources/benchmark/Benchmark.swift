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
  static let suites: [any BenchmarkSuite] = [MMcBenchmark(), Figure7Benchmark(), EndToEndBenchmark()]

  static func main() throws {
    let names = CommandLine.arguments.dropFirst()
    if names.contains("--help") || names.contains("-h") {
      print(usage)
      return
    }
    for name in names where !suites.contains(where: { $0.name == name }) {
      complain("There is no suite \(name).\n\(usage)\n")
      exit(64)
    }
    for suite in suites where names.isEmpty || names.contains(suite.name) {
      print("\(suite.name): \(suite.summary)")
      for line in try suite.measure().lines { print("  \(line)") }
    }
  }

  static var usage: String {
    let list = suites.map { "  \($0.name): \($0.summary)" }
    return (["Usage: benchmark [suite ...]; without a name, every suite runs."] + list).joined(separator: "\n")
  }

  private static func complain(_ message: String) {
    var message = message
    message.withUTF8 { bytes in
      _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }
}
