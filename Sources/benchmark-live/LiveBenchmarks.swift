import Glibc

/// The suites that are named as arguments, all of them without any: `loadgen`, `controller`, `api-server`.
@main
struct LiveBenchmarks {
  static func main() async {
    let names = CommandLine.arguments.dropFirst()
    do {
      if names.isEmpty || names.contains("loadgen") { try await LoadgenBenchmark.run() }
      if names.isEmpty || names.contains("controller") { try await ControllerBenchmark.run() }
      if names.isEmpty || names.contains("api-server") { try await APIServerBenchmark.run() }
    } catch {
      print("Error: \(error)")
      exit(1)
    }
  }
}
