import ClusterSimulation
import NIOPosix
import Quantities
import ServingModel
import Testing
import WireProtocols

@testable import PodEmulation

/// The head over HTTP, under a clock that the test moves: what it says is compared with times computed by hand and with
/// the simulation of the same requests.
@Suite struct EmulatedHeadTests {
  private static let eight = "v/eight/0"
  private static let six = "v/six/0"

  private func request(_ id: RequestID, model: DeploymentIndex = 0, tokens: Int = 5) -> Request {
    Request(id: id, deployment: model, promptTokens: 10, outputTokens: tokens)
  }

  /// Steps are cut to whole nanoseconds, so sums of them are exact to some tens of nanoseconds.
  private func agrees(_ nanoseconds: Int64, _ seconds: Double) -> Bool {
    abs(Double(nanoseconds) / 1e9 - seconds) < 1e-7
  }

  @Test func `cold, warm, cached and evicted starts take what the simulation says, to the nanosecond`() async throws {
    let head = try await TestHead.start()
    try await head.register(Self.eight, Self.six)
    let sends: [(model: DeploymentIndex, second: Double)] = [(0, 0.25), (0, 20), (0, 100.1), (1, 200.1), (0, 300.1)]
    var measured: [Int64] = []
    for (model, second) in sends {
      measured.append(try await head.ttft(of: [Self.eight, Self.six][model], at: .seconds(second)))
    }
    let simulated = try head.simulated(
      sends.enumerated().map {
        ScheduledRequest(request: request($0 + 1, model: $1.model), sendAt: .seconds($1.second))
      }, of: [Self.eight, Self.six])
    #expect(measured == simulated.map { $0.timeToFirstToken?.inWholeNanoseconds })
    // The autoscaler's round at 1 s, start 2 s, fetch 8 s, copy 2 s, engine and profile 4 s: ready at 17 s. The load
    // balancer, which looks each second after 0.25 s, sees it at 17.25 s; prefill 0.18 s and 0.02 s to the client.
    #expect(agrees(measured[0], 17.2))
    #expect(agrees(measured[1], 1.2), "a warm one waits for the load balancer only")
    #expect(agrees(measured[2], 9.2), "from host memory: ready 8 s after the round at 101 s, seen at 109.1 s")
    #expect(agrees(measured[3], 15.18), "the other model: ready 13.5 s after the round at 201 s, seen at 215.1 s")
    #expect(agrees(measured[4], 17.2), "evicted by the other: ready 16 s after the round at 301 s, seen at 317.1 s")
    await head.stop()
  }

  @Test func `an answer is a whole completion, and created counts from its first token in real seconds`() async throws {
    var settings = TestHead.settings()
    settings.timeScale = 50
    let head = try await TestHead.start(settings)
    try await head.register(Self.eight)
    try await head.move(to: .seconds(0.25))
    let asked = head.ask(Self.eight, tokens: 5)
    try await head.wait(open: 1)
    _ = try await head.moveUntil()
    let answer = try await asked.value
    #expect(answer.id == "chatcmpl-1" && answer.model == Self.eight && answer.finishReason == "length")
    #expect(answer.usage == TokenUsage(promptTokens: 10, completionTokens: 5))
    #expect(answer.text.split(separator: " ").count == 5)
    #expect(abs(answer.created - 4 * 0.018 / 50) < 1e-9, "four decode steps of 18 ms, 50 times faster")
    await head.stop()
  }

  @Test func `a client that does not say how long an answer may be gets the configured length`() async throws {
    let head = try await TestHead.start()
    try await head.register(Self.eight)
    let asked = Task {
      try await head.post(
        ChatCompletionRequest.path, #"{"model":"v/eight/0","messages":[{"role":"user","content":"a b c"}]}"#)
    }
    try await head.wait(open: 1)
    _ = try await head.moveUntil()
    let usage = try await asked.value["usage"]
    #expect(usage?["completion_tokens"]?.integer == 5 && usage?["prompt_tokens"]?.integer == 3)
    await head.stop()
  }

  @Test func `an instance takes eight requests, and the ninth waits until one has ended`() async throws {
    let head = try await TestHead.start()
    try await head.register(Self.eight)
    try await head.move(to: .seconds(0.25))
    let asked = (0..<9).map { _ in head.ask(Self.eight, tokens: 1000) }
    try await head.wait(open: 9)
    _ = try await head.moveUntil()
    for answer in asked { #expect(try await answer.value.usage.completionTokens == 1000) }
    var records: [RequestRecord] = []
    for id in 1...9 { records.append(try #require(try await head.record(of: id))) }
    let simulated = try head.simulated(
      (1...9).map { ScheduledRequest(request: request($0, tokens: 1000), sendAt: .seconds(0.25)) }, of: [Self.eight])
    #expect(records == simulated)
    let firstEnd = try #require(records.compactMap(\.finishedAt).min())
    let firstTokens = records.compactMap(\.firstTokenAt).sorted()
    #expect(firstTokens.count == 9 && firstTokens[7] < firstEnd && firstTokens[8] > firstEnd)
    await head.stop()
  }

  @Test func `a client that goes away cancels its request and no other`() async throws {
    let head = try await TestHead.start()
    try await head.register(Self.eight)
    try await head.move(to: .seconds(0.25))
    let leaving = head.ask(Self.eight, tokens: 100)
    try await head.wait(open: 1)
    let staying = head.ask(Self.eight, tokens: 100)
    try await head.wait(open: 2)
    try await head.move(to: .seconds(17.5))
    leaving.cancel()
    try await head.wait(open: 1)
    _ = try await head.moveUntil()
    #expect(try await staying.value.usage.completionTokens == 100)
    let simulated = try head.simulated(
      [
        ScheduledRequest(request: request(1, tokens: 100), sendAt: .seconds(0.25), patience: .seconds(17.25)),
        ScheduledRequest(request: request(2, tokens: 100), sendAt: .seconds(0.25)),
      ], of: [Self.eight])
    #expect(try await [head.record(of: 1), head.record(of: 2)] == simulated)
    #expect(simulated.map(\.outcome) == [.cancelled, .completed])
    await head.stop()
  }

  @Test func `a live clock is never early`() async throws {
    var settings = TestHead.settings()
    settings.timeScale = 100
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let server = try await EmulatedHeadServer.start(settings, port: 0, on: loop)
    try await loop.submit { [head = server.head] in
      try head.value.register(ServerlessLLMRegistration(model: "v/eight/0", targetNodes: ["0"]))
    }.get()
    let begin = ContinuousClock.now
    let body = ChatCompletionRequest(
      model: "v/eight/0", messages: [.init(role: "user", content: "word")], maxTokens: 2, isStreamed: false)
    let promise = loop.makePromise(of: RequestRecord.self)
    _ = try await loop.submit { [head = server.head] in
      try head.value.complete(body) { promise.succeed($0) }
    }.get()
    let record = try await promise.futureResult.get()
    let real = ContinuousClock.now - begin
    let whole = try #require(record.finishedAt) - record.sentAt
    #expect(real * 100 >= whole - .milliseconds(1), "\(real) for \(whole) at 100 times the speed")
    await server.stop()
  }
}
