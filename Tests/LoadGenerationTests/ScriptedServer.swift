import HTTPServing
import LoadGeneration
import NIOCore
import NIOPosix
import Quantities
import ServingModel
import Synchronization
import WireProtocols

/// A real server that answers as a test says.
enum ScriptedServer {
  typealias Answer = @Sendable (_ number: Int, HTTPRequest, HTTPResponder) -> Void

  enum Fault: Hashable, Sendable {
    case status(Int), closesEarly, cuts, errorInStream, nonsense, empty, hangs

    func answer(_ responder: HTTPResponder) {
      let stream = ScriptedServer.stream
      if case .status(let status) = self {
        return responder.respond(status, body: ChatCompletionError(message: "No.").body.bytes)
      }
      responder.begin(200, contentType: ServerSentEvents.contentType)
      responder.write(stream.opening())
      switch self {
      case .status, .hangs: return
      case .closesEarly: responder.write(stream.content("x"))
      case .cuts:
        responder.write(stream.content("x"))
        return responder.eventLoop.execute { responder.abort() }
      case .errorInStream: responder.write(ChatCompletionStream.failure("The worker died."))
      case .nonsense: responder.write(ServerSentEvents.event("{".utf8) + ServerSentEvents.done)
      case .empty: responder.write(ServerSentEvents.done)
      }
      responder.finish()
    }
  }

  static let stream = ChatCompletionStream(id: "a", model: "m", created: 0, includesUsage: true)

  /// A whole answer of one token.
  static func answer(_ responder: HTTPResponder) {
    responder.begin(200, contentType: ServerSentEvents.contentType)
    responder.write(stream.opening() + stream.content("x"))
    responder.write(stream.closing(usage: TokenUsage(promptTokens: 1, completionTokens: 1)))
    responder.finish()
  }

  /// Sends requests at once and lets the server answer.
  static func run(
    _ requests: [Request], interface: LoadTarget.Interface = .openAI, options: LoadOptions = LoadOptions(),
    answer: @escaping Answer
  ) async throws -> LoadReport {
    var source = OpenLoop(requests.map { ScheduledRequest(request: $0, sendAt: .zero) })
    return try await run(&source, interface: interface, options: options, answer: answer)
  }

  /// Sends requests at once; the server answers none before it has `count` of them.
  static func run(
    _ requests: [Request], options: LoadOptions = LoadOptions(), holdingUntil count: Int
  ) async throws -> LoadReport {
    let held = Mutex<[HTTPResponder]>([])
    return try await run(requests, options: options) { _, _, responder in
      let all = held.withLock { responders in
        responders.append(responder)
        return responders.count == count ? responders : []
      }
      for responder in all { answer(responder) }
    }
  }

  /// Runs a load against the server.
  static func run(
    _ source: inout some LoadSource, interface: LoadTarget.Interface = .openAI, options: LoadOptions = LoadOptions(),
    answer: @escaping Answer
  ) async throws -> LoadReport {
    let number = Atomic(0)
    let server = try await HTTPServer.start(port: 0, on: MultiThreadedEventLoopGroup.singleton.next()) {
      answer(number.add(1, ordering: .relaxed).newValue, $0, $1)
    }
    let target = LoadTarget(url: "http://127.0.0.1:\(server.port)/", interface: interface, models: ["v/m/0"])
    let load = source
    let (report, end) = try await NIOThreadPool.singleton.runIfActive {  // it blocks its thread
      var source = load
      let report = try LoadGenerator(target: target, options: options).run(&source)
      return (report, source)
    }
    source = end
    _ = await server.drain(patience: .zero)
    return report
  }
}

/// One request at a time.
struct ClosedLoop: LoadSource {
  let count: Int
  let pause: Duration
  private var sent = 0

  init(count: Int, pause: Duration) {
    self.count = count
    self.pause = pause
  }

  mutating func begin() -> [ScheduledRequest] {
    next(at: .zero)
  }

  mutating func requestEnded(_ record: RequestRecord, at now: Timestamp) -> [ScheduledRequest] {
    next(at: now + pause)
  }

  private mutating func next(at time: Timestamp) -> [ScheduledRequest] {
    guard sent < count else { return [] }
    sent += 1
    let request = Request(id: sent, deployment: 0, promptTokens: 1, outputTokens: 1)
    return [ScheduledRequest(request: request, sendAt: time)]
  }
}
