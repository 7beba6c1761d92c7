import Glibc
import HTTPServing
import LoadGeneration
import NIOCore
import NIOPosix
import Quantities
import ServingModel
import Synchronization
import WireProtocols

/// The load generator against a server of ours in the same process: one thread and one event loop, a core each.
///
/// 1,000 requests a second, each answered over 2 s, so that 2,000 streams are open: first with a chunk every 100 ms, which
/// is 20,000 chunks a second, then with three in every segment, 60,000 a second. The server notes when it wrote each first
/// chunk, by the same clock as the client's stamps; the difference bounds what the client adds to TTFT. Server and client
/// need a core each, so figures from a machine with other work say more about that work; CPU per chunk says less.
struct LoadgenBenchmark {
  static let requestsPerSecond = 1000
  static let writesPerAnswer = 20
  static let writeInterval = TimeAmount.milliseconds(100)
  static let seconds = 8

  static func run() async throws {
    for chunksPerWrite in [1, 3] {
      Swift.print("\(chunksPerWrite) to a segment:")
      try await measure(chunksPerWrite: chunksPerWrite)
    }
  }

  private static func measure(chunksPerWrite: Int) async throws {
    let stamps = Stamps(count: requestsPerSecond * seconds)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await HTTPServer.start(port: 0, on: group.next()) { request, responder in
      answer(request, responder, chunksPerWrite, stamps)
    }
    let requests = (0..<requestsPerSecond * seconds).map { index in
      ScheduledRequest(
        request: Request(id: index + 1, deployment: 0, promptTokens: 16, outputTokens: index + 1),
        sendAt: .seconds(0.5 + Double(index) / Double(requestsPerSecond)))
    }
    let target = LoadTarget(url: "http://127.0.0.1:\(server.port)", models: ["m"])
    var mostOpen = 0
    var source = OpenLoop(requests)
    let generator = try LoadGenerator(target: target)
    let startedAt = now(CLOCK_MONOTONIC)
    let cpuBefore = now(CLOCK_THREAD_CPUTIME_ID)
    let report = try generator.run(&source) { mostOpen = max(mostOpen, $0.running) }
    let cpuSeconds = Double(now(CLOCK_THREAD_CPUTIME_ID) - cpuBefore) / 1e9
    print(report, startedAt: startedAt, stamps: stamps, mostOpen: mostOpen, cpuSeconds: cpuSeconds)
    try await group.shutdownGracefully()
  }

  /// Answers with chunks at a fixed pace; the length asked for is the number of the request.
  private static func answer(
    _ request: HTTPRequest, _ responder: HTTPResponder, _ chunksPerWrite: Int, _ stamps: Stamps
  ) {
    guard let number = try? ChatCompletionRequest(body: JSON(parsing: request.body)).maxTokens else { return }
    let stream = ChatCompletionStream(id: "chatcmpl-1", model: "m", created: 1_700_000_000, includesUsage: true)
    let chunks = Array(repeatElement(stream.content("token"), count: chunksPerWrite).joined())
    responder.begin(200, contentType: ServerSentEvents.contentType)
    responder.write(stream.opening())
    let written = NIOLoopBoundBox(0, eventLoop: responder.eventLoop)
    responder.eventLoop.scheduleRepeatedTask(initialDelay: writeInterval, delay: writeInterval) { task in
      if written.value == 0 { stamps.note(number - 1) }
      written.value += 1
      responder.write(chunks)
      guard written.value == writesPerAnswer else { return }
      task.cancel()
      responder.write(
        stream.closing(usage: TokenUsage(promptTokens: 16, completionTokens: writesPerAnswer * chunksPerWrite)))
      responder.finish()
    }
  }

  private static func print(
    _ report: LoadReport, startedAt: Int64, stamps: Stamps, mostOpen: Int, cpuSeconds: Double
  ) {
    let completed = report.measurements.filter { $0.outcome == .completed }
    let chunks = completed.reduce(0) { $0 + $1.chunkTimes.count }
    let errors = completed.compactMap { measurement -> Double? in
      measurement.firstTokenAt.map {
        Double(startedAt + $0.nanoseconds - stamps.value(measurement.request.id - 1)) / 1e6
      }
    }
    let inMiddle = middleChunks(completed)
    let stamp = Quantiles(errors)
    let drift = report.sendDrift
    func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
    for (caption, value) in [
      ("requests completed", "\(completed.count) of \(report.measurements.count)"),
      ("most open streams", "\(mostOpen)"),
      ("chunks/s at full load", "\(inMiddle)"),
      ("send drift p50, p99, max (ms)", "\(rounded(drift.median)), \(rounded(drift.p99)), \(rounded(drift.max))"),
      (
        "TTFT stamp − server's, p50, p99, max (ms)",
        "\(rounded(stamp.median)), \(rounded(stamp.p99)), \(rounded(stamp.max))"
      ),
      ("client CPU per chunk (µs)", "\(rounded(cpuSeconds * 1e6 / Double(max(chunks, 1))))"),
      ("chunks/s that a core can take", "\(Int(Double(chunks) / max(cpuSeconds, 1e-9)))"),
      ("client core in use", "\(rounded(cpuSeconds / report.elapsed.inSeconds))"),
    ] {
      Swift.print("  \(caption): \(value)")
    }
  }

  /// Chunks a second while as many streams end as begin.
  private static func middleChunks(_ completed: [RequestMeasurement]) -> Int {
    let (from, to) = (3.0, Double(seconds) - 0.5)
    let count = completed.reduce(0) { sum, measurement in
      sum + measurement.chunkTimes.count { (from..<to).contains($0.inSeconds) }
    }
    return Int(Double(count) / (to - from))
  }

  private static func now(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// When the server wrote the first chunk of each answer.
  private final class Stamps: Sendable {
    private let times: Mutex<[Int64]>

    init(count: Int) {
      times = Mutex(Array(repeating: 0, count: count))
    }

    func note(_ index: Int) {
      times.withLock { $0[index] = now(CLOCK_MONOTONIC) }
    }

    func value(_ index: Int) -> Int64 {
      times.withLock { $0[index] }
    }
  }
}
