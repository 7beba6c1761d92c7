import KubernetesClient
import Synchronization
import Testing

/// What is tried again, when, and what is said in the end.
@Suite struct RetryTests {
  private static let node = #"{"kind":"Node","apiVersion":"v1","metadata":{"name":"a10-0"}}"#
  private static let namespace = KubernetesObject([
    "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "hydra"],
  ])

  @Test func `pauses double from 0.8 s to 30 s`() {
    var backOff = BackOff()
    let pauses = (0..<8).map { backOff.pause(now: .seconds($0 * 30), random: 0) }
    #expect(pauses == [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000].map { .milliseconds($0) })
  }

  @Test func `chance adds up to as much again`() {
    var backOff = BackOff()
    #expect(backOff.pause(now: .zero, random: 0.5) == .milliseconds(1200))
    #expect(backOff.pause(now: .zero, random: 0.25) == .seconds(2))
  }

  @Test func `after two minutes of calm the pauses begin anew`() {
    var backOff = BackOff()
    _ = backOff.pause(now: .zero, random: 0)
    #expect(backOff.pause(now: .seconds(120), random: 0) == .milliseconds(1600))
    #expect(backOff.pause(now: .seconds(240.1), random: 0) == .milliseconds(800))
  }

  @Test func `a busy server is asked again when it says`() async throws {
    let api = ScriptedAPI([
      .answer(429, Sample.status(429, "TooManyRequests", "busy"), headers: [.init("Retry-After", "7")]),
      .answer(503, "", headers: [.init("retry-after", "1")]), .answer(201, Self.node),
    ])
    let clock = TestClock()
    try await Sample.client(api, clock).create(Self.namespace)
    #expect(clock.waits == [.seconds(7), .seconds(1)])
    #expect(api.calls.count == 3)
  }

  @Test func `a busy server that says no time is asked again with pauses of our own`() async throws {
    let api = ScriptedAPI([.answer(429, ""), .answer(429, ""), .answer(200, Self.node)])
    let clock = TestClock()
    _ = try await Sample.client(api, clock).get(.nodes, "a10-0")
    #expect(clock.waits == [.milliseconds(800), .milliseconds(1600)])
  }

  @Test func `whoever waits is told why`() async throws {
    let api = ScriptedAPI([.failure(.notConnected), .answer(200, Self.node)])
    let told = Mutex<[String]>([])
    let client = KubernetesClient(
      access: try Sample.access(), transport: api.transport, pacing: TestClock().pacing,
      notice: { text in told.withLock { $0.append(text) } })
    _ = try await client.get(.nodes, "a10-0")
    #expect(
      told.withLock { $0 } == [
        "Could not get Node a10-0: https://10.0.0.1:6443 does not answer (as scripted). Trying again."
      ])
  }

  @Test func `it is enough after ten repetitions`() async throws {
    let steps = [ScriptedAPI.Step](
      repeating: .answer(503, Sample.status(503, "ServiceUnavailable", "no"), headers: [.init("Retry-After", "1")]),
      count: 20)
    let api = ScriptedAPI(steps)
    await #expect(
      throws: KubernetesError.refused(
        call: "get Node a10-0", status: 503, reason: "ServiceUnavailable", message: "no")
    ) { try await Sample.client(api).get(.nodes, "a10-0") }
    #expect(api.calls.count == 11)
  }

  @Test func `a wait beyond the deadline is not begun`() async throws {
    let api = ScriptedAPI([
      .answer(429, Sample.status(429, "TooManyRequests", "later"), headers: [.init("Retry-After", "301")])
    ])
    let clock = TestClock()
    await #expect(throws: KubernetesError.self) { try await Sample.client(api, clock).get(.nodes, "a10-0") }
    #expect(clock.waits.isEmpty)
  }

  @Test(arguments: [500, 502, 503, 504])
  func `a creation that may have happened is not repeated`(status: Int) async throws {
    let api = ScriptedAPI([.answer(status, "oops"), .answer(201, Self.node)])
    await #expect(throws: KubernetesError.self) { try await Sample.client(api).create(Self.namespace) }
    #expect(api.calls.count == 1)
  }

  @Test func `what can be done twice is repeated when the connection breaks`() async throws {
    let api = ScriptedAPI([.failure(.broken), .failure(.timedOut), .answer(200, Self.node)])
    try await Sample.client(api).apply(Self.namespace)
    #expect(api.calls.count == 3)
  }

  @Test func `an answer that breaks off in the middle is no answer`() async throws {
    let half = String(Self.node.prefix(20))
    let api = ScriptedAPI([.broken([half], TransportFailure(.broken, "reset")), .answer(200, Self.node)])
    let node = try await Sample.client(api).get(.nodes, "a10-0")
    #expect(node?.name == "a10-0")
    #expect(api.calls.count == 2)
  }

  @Test func `a creation is repeated only while there was no connection`() async throws {
    let refused = ScriptedAPI([.failure(.notConnected), .answer(201, Self.node)])
    try await Sample.client(refused).create(Self.namespace)
    #expect(refused.calls.count == 2)
    let broken = ScriptedAPI([.failure(.broken), .answer(201, Self.node)])
    await #expect(throws: KubernetesError.self) { try await Sample.client(broken).create(Self.namespace) }
    #expect(broken.calls.count == 1)
  }

  @Test func `a certificate that is not trusted is not tried again`() async throws {
    let api = ScriptedAPI([.failure(.untrusted), .answer(200, Self.node)])
    await #expect(
      throws: KubernetesError.untrusted(call: "get Node a10-0", server: "\(Sample.server)", reason: "as scripted")
    ) { try await Sample.client(api).get(.nodes, "a10-0") }
    #expect(api.calls.count == 1)
  }

  @Test func `an answer without end is cut off`() async throws {
    var limits = KubernetesClient.Limits()
    limits.answerBytes = 10
    let api = ScriptedAPI([.stream(["{\"kind\"", ":\"Node\"}"], staysOpen: true)])
    await #expect(throws: KubernetesError.tooLarge(call: "get Node a10-0", limit: 10)) {
      try await Sample.client(api, limits: limits).get(.nodes, "a10-0")
    }
    #expect(api.stopped == 1)
  }

  @Test func `an answer that is no JSON is refused`() async throws {
    let api = ScriptedAPI([.answer(200, "<html>")])
    await #expect(throws: KubernetesError.self) { try await Sample.client(api).get(.nodes, "a10-0") }
  }
}
