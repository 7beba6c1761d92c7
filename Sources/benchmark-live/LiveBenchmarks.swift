/// The suites that are named as arguments, all of them without any: `loadgen`, `api-server`.
@main
struct LiveBenchmarks {
  static func main() async throws {
    let names = CommandLine.arguments.dropFirst()
    if names.isEmpty || names.contains("loadgen") { try await LoadgenBenchmark.run() }
    if names.isEmpty || names.contains("api-server") { try await APIServerBenchmark.run() }
  }
}
