import Glibc
import HTTPServing
import NIOCore
import NIOPosix
import Synchronization
import WireProtocols

/// A server that answers every chat completion with chunks at a fixed pace, and notes when it got a request and when it
/// wrote the first chunk; the length asked for is the number of the request, from 1.
struct PacedServer {
  /// How answers come.
  struct Pace {
    var writes = 20
    var interval = TimeAmount.milliseconds(100)
    var chunksPerWrite = 1
    /// How many requests will come.
    var requests: Int
  }

  let port: Int
  let stamps: Stamps

  /// Starts it on a loop of its own.
  static func start(_ pace: Pace, on eventLoop: any EventLoop) async throws -> PacedServer {
    let stamps = Stamps(count: pace.requests)
    let server = try await HTTPServer.start(port: 0, on: eventLoop) { request, responder in
      guard request.method == "POST" else { return responder.respond(200, body: []) }
      answer(request, responder, pace, stamps)
    }
    return PacedServer(port: server.port, stamps: stamps)
  }

  private static func answer(_ request: HTTPRequest, _ responder: HTTPResponder, _ pace: Pace, _ stamps: Stamps) {
    guard let number = try? ChatCompletionRequest(body: JSON(parsing: request.body)).maxTokens else {
      return responder.respond(400, body: [])
    }
    stamps.received(number - 1)
    let stream = ChatCompletionStream(id: "answer", model: "m", created: 1_700_000_000, includesUsage: true)
    let chunks = Array(repeatElement(stream.content("token"), count: pace.chunksPerWrite).joined())
    responder.begin(200, contentType: ServerSentEvents.contentType, first: stream.opening())
    let written = NIOLoopBoundBox(0, eventLoop: responder.eventLoop)
    responder.eventLoop.scheduleRepeatedTask(initialDelay: pace.interval, delay: pace.interval) { task in
      if written.value == 0 { stamps.wroteFirst(number - 1) }
      written.value += 1
      responder.write(chunks)
      guard written.value == pace.writes else { return }
      task.cancel()
      let usage = TokenUsage(promptTokens: 16, completionTokens: pace.writes * pace.chunksPerWrite)
      responder.write(stream.closing(usage: usage))
      responder.finish()
    }
  }

  /// When the server got each request and wrote the first chunk of its answer, by the monotonic clock.
  final class Stamps: Sendable {
    private let times: Mutex<(received: [Int64], first: [Int64])>

    init(count: Int) {
      times = Mutex((Array(repeating: 0, count: count), Array(repeating: 0, count: count)))
    }

    func received(_ index: Int) {
      times.withLock { $0.received[index] = monotonicNanoseconds() }
    }

    func wroteFirst(_ index: Int) {
      times.withLock { $0.first[index] = monotonicNanoseconds() }
    }

    subscript(index: Int) -> (received: Int64, first: Int64) {
      times.withLock { ($0.received[index], $0.first[index]) }
    }
  }
}

/// The clock that the load generator stamps with.
func monotonicNanoseconds() -> Int64 {
  nanoseconds(of: CLOCK_MONOTONIC)
}

/// A clock of the system.
func nanoseconds(of clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Lines of a suite's report.
enum Figures {
  static func print(_ figures: [(caption: String, value: String)]) {
    for figure in figures { Swift.print("  \(figure.caption): \(figure.value)") }
  }

  static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
