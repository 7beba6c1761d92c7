import Glibc
import LoadGeneration
import NIOCore
import NIOPosix
import Quantities
import ServingModel

/// The load generator against a server of ours in the same process: one thread and one event loop, a core each.
///
/// 1,000 requests a second, each answered over 2 s, so that 2,000 streams are open: first with a chunk every 40 ms, which
/// is 50,000 chunks a second with a segment for each, then with three in every segment every 100 ms, 60,000 a second. The
/// server notes when it wrote each first chunk, by the same clock as the client's stamps; the difference bounds what the
/// client adds to TTFT. Server and client need a core each, so figures from a machine with other work say more about that
/// work; CPU per chunk says less.
struct LoadgenBenchmark {
  static let requestsPerSecond = 1000
  static let seconds = 8

  static func run() async throws {
    let requests = requestsPerSecond * seconds
    for pace in [
      PacedServer.Pace(requests: requests),
      PacedServer.Pace(writes: 50, interval: .milliseconds(40), requests: requests),
      PacedServer.Pace(chunksPerWrite: 3, requests: requests),
    ] {
      print("load generator, \(pace.chunksPerWrite) chunks to a segment, \(pace.interval.nanoseconds / 1_000_000) ms:")
      try await measure(pace)
    }
  }

  private static func measure(_ pace: PacedServer.Pace) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await PacedServer.start(pace, on: group.next())
    let target = LoadTarget(url: "http://127.0.0.1:\(server.port)", models: ["m"])
    var mostOpen = 0
    var source = OpenLoop(load(requestsPerSecond, seconds: seconds))
    let generator = try LoadGenerator(target: target)
    let startedAt = monotonicNanoseconds()
    let cpuBefore = nanoseconds(of: CLOCK_THREAD_CPUTIME_ID)
    let report = try generator.run(&source) { mostOpen = max(mostOpen, $0.running) }
    let cpuSeconds = Double(nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) - cpuBefore) / 1e9
    show(report, startedAt: startedAt, stamps: server.stamps, mostOpen: mostOpen, cpuSeconds: cpuSeconds)
    try await group.shutdownGracefully()
  }

  /// Evenly spaced requests, each with its number for the length of its answer.
  static func load(_ requestsPerSecond: Int, seconds: Int) -> [ScheduledRequest] {
    (0..<requestsPerSecond * seconds).map { index in
      ScheduledRequest(
        request: Request(id: index + 1, deployment: 0, promptTokens: 16, outputTokens: index + 1),
        sendAt: .seconds(0.5 + Double(index) / Double(requestsPerSecond)))
    }
  }

  private static func show(
    _ report: LoadReport, startedAt: Int64, stamps: PacedServer.Stamps, mostOpen: Int, cpuSeconds: Double
  ) {
    let completed = report.measurements.filter { $0.outcome == .completed }
    let chunks = completed.reduce(0) { $0 + $1.chunkTimes.count }
    let errors = completed.compactMap { measurement -> Double? in
      measurement.firstTokenAt.map {
        Double(startedAt + $0.nanoseconds - stamps[measurement.request.id - 1].first) / 1e6
      }
    }
    let stamp = Quantiles(errors)
    let drift = report.sendDrift
    let rounded = Figures.rounded
    Figures.print([
      ("requests completed", "\(completed.count) of \(report.measurements.count)"),
      ("most open streams", "\(mostOpen)"),
      ("chunks/s at full load", "\(middleChunks(completed))"),
      ("send drift p50, p99, max (ms)", "\(rounded(drift.median)), \(rounded(drift.p99)), \(rounded(drift.max))"),
      (
        "TTFT stamp − server's, p50, p99, max (ms)",
        "\(rounded(stamp.median)), \(rounded(stamp.p99)), \(rounded(stamp.max))"
      ),
      ("client CPU per chunk (µs)", "\(rounded(cpuSeconds * 1e6 / Double(max(chunks, 1))))"),
      ("chunks/s that a core can take", "\(Int(Double(chunks) / max(cpuSeconds, 1e-9)))"),
      ("client core in use", "\(rounded(cpuSeconds / report.elapsed.inSeconds))"),
    ])
  }

  /// Chunks a second while as many streams end as begin.
  private static func middleChunks(_ completed: [RequestMeasurement]) -> Int {
    let (from, to) = (3.0, Double(seconds) - 0.5)
    let count = completed.reduce(0) { sum, measurement in
      sum + measurement.chunkTimes.count { (from..<to).contains($0.inSeconds) }
    }
    return Int(Double(count) / (to - from))
  }
}
