import HTTPServing
import KubernetesClient
import NIOPosix
import Synchronization
import Testing

/// The real transport against a small server.
@Suite(.serialized) struct SocketTests {
  private static func client(port: Int, user: String = "{token: abc}") throws -> KubernetesClient {
    let config = try Kubeconfig(
      parsing: """
        current-context: x
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:\(port)/prefix"}}]
        users: [{name: u, user: \(user)}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        """, path: "config")
    let none = PluginRunner(hasTerminal: false) { _, _, _ in [] }
    let access = try ClusterAccess(
      config, context: nil, in: .init(variables: [:], runner: none, secondsSince1970: { 0 }))
    return KubernetesClient(access: access, transport: try .curl(to: access.endpoint), pacing: TestClock().pacing)
  }

  private static func serve(
    _ routes: @escaping HTTPServer.Routes, _ body: (KubernetesClient) async throws -> Void
  ) async throws {
    let server = try await HTTPServer.start(
      port: 0, on: MultiThreadedEventLoopGroup.singleton.next(), routes: routes)
    try await body(try client(port: server.port))
    _ = await server.drain(patience: .zero)
  }

  @Test func `calls arrive with method, path, headers and body`() async throws {
    let seen = Mutex<[String]>([])
    try await Self.serve { request, responder in
      seen.withLock {
        $0.append(
          "\(request.method) \(request.path)?\(request.query ?? "") \(request.header("authorization") ?? "-") "
            + "\(request.header("content-type") ?? "-") \(String(decoding: request.body, as: UTF8.self))")
      }
      responder.respond(200, body: Array(#"{"kind":"Node","metadata":{"name":"n"}}"#.utf8))
    } _: { client in
      let node = try await client.get(.nodes, "n")
      #expect(node?.name == "n")
      try await client.mergePatch(.nodes, "n", ["metadata": ["labels": ["a": "b"]]])
      try await client.delete(.nodes, "n")
    }
    let calls = seen.withLock { $0 }
    #expect(calls[0] == "GET /prefix/api/v1/nodes/n? Bearer abc - ")
    #expect(
      calls[1]
        == "PATCH /prefix/api/v1/nodes/n?fieldManager=hydraserve-repro Bearer abc application/merge-patch+json "
        + #"{"metadata":{"labels":{"a":"b"}}}"#)
    #expect(calls[2].hasPrefix("DELETE /prefix/api/v1/nodes/n? Bearer abc application/json {"))
  }

  @Test func `refusals and their Retry-After arrive`() async throws {
    let count = Mutex(0)
    try await Self.serve { _, responder in
      let number = count.withLock { count in
        count += 1
        return count
      }
      if number == 1 {
        responder.respond(429, headers: [("retry-after", "1")], body: [])
      } else {
        responder.respond(403, body: Array(Sample.status(403, "Forbidden", "no").utf8))
      }
    } _: { client in
      await #expect(
        throws: KubernetesError.refused(call: "get Node n", status: 403, reason: "Forbidden", message: "no")
      ) { try await client.get(.nodes, "n") }
    }
    #expect(count.withLock { $0 } == 2)
  }

  @Test func `many calls at once are all answered`() async throws {
    try await Self.serve { request, responder in
      let name = request.path.split(separator: "/").last ?? ""
      responder.respond(200, body: Array(#"{"kind":"Node","metadata":{"name":"\#(name)"}}"#.utf8))
    } _: { client in
      let names = try await withThrowingTaskGroup(of: String?.self) { group in
        for number in 0..<200 { group.addTask { try await client.get(.nodes, "n\(number)")?.name } }
        return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
      }
      #expect(names == Set((0..<200).map { "n\($0)" }))
    }
  }

  @Test func `a watch hears events as they come, and its end closes the connection`() async throws {
    let isGone = Mutex(false)
    try await Self.serve { request, responder in
      guard request.query?.contains("watch=true") == true else {
        return responder.respond(200, body: Array(Sample.list([], version: 1).utf8))
      }
      responder.whenGone { isGone.withLock { $0 = true } }
      responder.begin(200, contentType: "application/json")
      responder.write(Array(Sample.event("ADDED", Sample.pod("a", uid: "1", version: 2)).utf8))
    } _: { client in
      var told: [WatchEvent] = []
      for try await event in client.watch(.pods) {
        told.append(event)
        if told.count == 2 { break }
      }
      #expect(told.first == .complete)
      if case .added(let pod)? = told.last { #expect(pod.name == "a") } else { Issue.record("no pod was added") }
      while !isGone.withLock({ $0 }) { await Task.yield() }
    }
  }

  @Test func `an answer that breaks off is asked for again`() async throws {
    let count = Mutex(0)
    try await Self.serve { _, responder in
      let isFirst = count.withLock { count in
        count += 1
        return count == 1
      }
      guard isFirst else { return responder.respond(200, body: Array(#"{"metadata":{"name":"n"}}"#.utf8)) }
      responder.begin(200, contentType: "application/json")
      responder.write(Array(#"{"metad"#.utf8))
      responder.abort()
    } _: { client in
      let node = try await client.get(.nodes, "n")
      #expect(node?.name == "n")
    }
    #expect(count.withLock { $0 } == 2)
  }

  @Test func `where nobody listens the server is named`() async throws {
    let server = try await HTTPServer.start(port: 0, on: MultiThreadedEventLoopGroup.singleton.next()) { _, _ in }
    _ = await server.drain(patience: .zero)
    let error = await #expect(throws: KubernetesError.self) {
      try await Self.client(port: server.port).get(.nodes, "n")
    }
    #expect(
      error?.description.hasPrefix("Could not get Node n: http://127.0.0.1:\(server.port)/prefix does not answer")
        == true)
  }
}
