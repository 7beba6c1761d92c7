import KubernetesClient
import Testing

/// A watch tells a consistent set, whatever the stream goes through.
@Suite struct WatchTests {
  private static func pod(_ name: String, _ version: Int, uid: String? = nil) -> String {
    Sample.pod(name, uid: uid ?? "uid-\(name)", version: version)
  }

  /// The first events, as `+name@version`, `~name@version`, `-name@version`, `.` for complete, `!` for trouble.
  private func events(
    _ api: ScriptedAPI, _ count: Int, clock: TestClock = TestClock()
  ) async throws -> [String] {
    var told: [String] = []
    for try await event in try Sample.client(api, clock).watch(.pods, namespace: "hydra") {
      switch event {
      case .added(let pod): told.append("+\(pod.name)@\(pod.resourceVersion)")
      case .changed(let pod): told.append("~\(pod.name)@\(pod.resourceVersion)")
      case .removed(let pod): told.append("-\(pod.name)@\(pod.resourceVersion)")
      case .complete: told.append(".")
      case .trouble: told.append("!")
      }
      if told.count == count { break }
    }
    return told
  }

  private static let first = ScriptedAPI.Step.answer(
    200, Sample.list([pod("a", 3), pod("b", 5)], version: 9))

  @Test func `it lists and then goes on from the list`() async throws {
    let api = ScriptedAPI([
      Self.first,
      .stream([
        Sample.event("MODIFIED", Self.pod("a", 10)), Sample.event("ADDED", Self.pod("c", 11)),
        Sample.event("DELETED", Self.pod("b", 12)),
      ]),
    ])
    #expect(try await events(api, 6) == ["+a@3", "+b@5", ".", "~a@10", "+c@11", "-b@12"])
    #expect(
      api.calls[1].target
        == "/api/v1/namespaces/hydra/pods?watch=true&allowWatchBookmarks=true&resourceVersion=9&timeoutSeconds=300")
  }

  @Test func `lines may be cut anywhere`() async throws {
    let text =
      Sample.event("MODIFIED", Self.pod("a", 10)) + "\r\n" + Sample.event("DELETED", Self.pod("b", 12))
    for cut in 1..<text.utf8.count {
      let bytes = Array(text.utf8)
      let pieces = [bytes[..<cut], bytes[cut...]].map { String(decoding: $0, as: UTF8.self) }
      let api = ScriptedAPI([Self.first, .stream(pieces)])
      #expect(try await events(api, 5) == ["+a@3", "+b@5", ".", "~a@10", "-b@12"], "cut at \(cut)")
    }
  }

  @Test func `a stream that ends goes on from the last bookmark`() async throws {
    let api = ScriptedAPI([
      Self.first, .stream([Sample.bookmark(40)]), .stream([Sample.event("ADDED", Self.pod("c", 41))]),
      .stream([Sample.event("ADDED", Self.pod("d", 42))]),
    ])
    let clock = TestClock()
    #expect(try await events(api, 5, clock: clock) == ["+a@3", "+b@5", ".", "+c@41", "+d@42"])
    #expect(api.calls[2].target.contains("resourceVersion=40&"))
    #expect(api.calls[3].target.contains("resourceVersion=41&"))
    #expect(clock.waits.isEmpty)
  }

  static let forgotten: [ScriptedAPI.Step] = [
    .stream([Sample.event("ERROR", Sample.status(410, "Expired", "too old resource version"))]),
    .answer(410, Sample.status(410, "Gone", "too old")),
  ]

  @Test(arguments: [0, 1])
  func `a place that is forgotten leads to a new list and the differences`(kind: Int) async throws {
    let api = ScriptedAPI([
      Self.first, Self.forgotten[kind],
      .answer(200, Sample.list([Self.pod("a", 20), Self.pod("c", 21)], version: 30)),
      .stream([Sample.event("MODIFIED", Self.pod("c", 31))]),
    ])
    let clock = TestClock()
    #expect(
      try await events(api, 7, clock: clock) == ["+a@3", "+b@5", ".", "-b@5", "~a@20", "+c@21", "~c@31"])
    #expect(clock.waits.isEmpty)
    #expect(api.calls[3].target.contains("resourceVersion=30&"))
  }

  @Test func `another object of the same name is a removal and an addition`() async throws {
    let api = ScriptedAPI([
      Self.first, Self.forgotten[0], .answer(200, Sample.list([Self.pod("a", 20, uid: "other")], version: 30)),
    ])
    #expect(try await events(api, 6) == ["+a@3", "+b@5", ".", "-b@5", "-a@3", "+a@20"])
  }

  @Test func `what is told twice or late changes nothing`() async throws {
    let api = ScriptedAPI([
      Self.first,
      .stream([
        Sample.event("MODIFIED", Self.pod("a", 12)), Sample.event("MODIFIED", Self.pod("a", 12)),
        Sample.event("MODIFIED", Self.pod("a", 10)), Sample.event("DELETED", Self.pod("b", 13)),
        Sample.event("MODIFIED", Self.pod("b", 11)), Sample.event("DELETED", Self.pod("b", 13)),
        Sample.event("MODIFIED", Self.pod("a", 100)),
      ]), .stream([], staysOpen: true),
    ])
    #expect(try await events(api, 6) == ["+a@3", "+b@5", ".", "~a@12", "-b@13", "~a@100"])
  }

  @Test func `versions that are no numbers are only ever equal`() async throws {
    func pod(_ version: String) -> String {
      #"{"metadata":{"name":"a","namespace":"hydra","uid":"u","resourceVersion":"\#(version)"}}"#
    }
    let api = ScriptedAPI([
      .answer(200, #"{"metadata":{"resourceVersion":"z"},"items":[\#(pod("m"))]}"#),
      .stream([
        Sample.event("MODIFIED", pod("m")), Sample.event("MODIFIED", pod("b")), Sample.event("MODIFIED", pod("010")),
      ]),
    ])
    #expect(try await events(api, 4) == ["+a@m", ".", "~a@b", "~a@010"])
  }

  @Test func `trouble is told, and pauses double`() async throws {
    let api = ScriptedAPI([
      .failure(.notConnected), Self.first, .failure(.broken), .answer(500, ""),
      .answer(429, "", headers: [.init("Retry-After", "3")]), .broken(["{\"ty"], TransportFailure(.broken, "reset")),
      .stream([Sample.event("MODIFIED", Self.pod("a", 10))]),
    ])
    let clock = TestClock()
    #expect(try await events(api, 8, clock: clock) == ["+a@3", "+b@5", ".", "!", "!", "!", "!", "~a@10"])
    // The first pause is the list's own.
    #expect(clock.waits == [800, 800, 1600, 3000, 6400].map { .milliseconds($0) })
  }

  @Test func `a server that closes every stream at once is asked less and less`() async throws {
    let api = ScriptedAPI([Self.first, .stream([]), .stream([]), .stream([]), .stream([Sample.bookmark(10)])])
    let clock = TestClock()
    #expect(try await events(api, 6, clock: clock) == ["+a@3", "+b@5", ".", "!", "!", "!"])
    #expect(clock.waits.starts(with: [.milliseconds(800), .milliseconds(1600)]))
  }

  @Test(arguments: [
    ScriptedAPI.Step.answer(504, Sample.status(504, "Timeout", "Too large resource version")),
    .stream([Sample.event("ERROR", Sample.status(500, "InternalError", "etcd"))]), .stream(["no event\n"]),
  ])
  func `whatever is odd leads to a list after a pause`(odd: ScriptedAPI.Step) async throws {
    let api = ScriptedAPI([Self.first, odd, .answer(200, Sample.list([Self.pod("a", 3)], version: 8))])
    let clock = TestClock()
    #expect(try await events(api, 5, clock: clock) == ["+a@3", "+b@5", ".", "!", "-b@5"])
    #expect(clock.waits == [.milliseconds(800)])
  }

  @Test func `without permission it ends with the server's words`() async throws {
    let api = ScriptedAPI([Self.first, .answer(403, Sample.status(403, "Forbidden", "not allowed"))])
    await #expect(
      throws: KubernetesError.refused(
        call: "watch pods in hydra", status: 403, reason: "Forbidden", message: "not allowed")
    ) { try await events(api, 9) }
  }

  @Test func `whoever stops reading closes the stream`() async throws {
    let api = ScriptedAPI([Self.first, .stream([Sample.event("MODIFIED", Self.pod("a", 10))], staysOpen: true)])
    _ = try await events(api, 4)
    while api.stopped == 0 { await Task.yield() }
    #expect(api.calls.count == 2)
  }

  @Test func `a wait ends with its condition, or with its time and the state of things`() async throws {
    let api = ScriptedAPI([Self.first, .stream([Sample.event("MODIFIED", Self.pod("a", 10))], staysOpen: true)])
    try await KubernetesClient(
      access: try Sample.access(), transport: api.transport, pacing: .live
    ).wait(for: .pods, namespace: "hydra", within: .seconds(60), what: "no pod has changed") {
      if case .changed = $0 { true } else { false }
    } state: {
      ""
    }
    let silent = ScriptedAPI([Self.first])
    await #expect(throws: KubernetesError.notInTime(what: "no pod has changed", seconds: 9, state: "2 pods wait")) {
      try await Sample.client(silent).wait(
        for: .pods, namespace: "hydra", within: .seconds(9), what: "no pod has changed"
      ) {
        if case .changed = $0 { true } else { false }
      } state: {
        "2 pods wait"
      }
    }
  }
}
