import Foundation
import Glibc
import Testing
import WireProtocols

/// Clients that leave, read slowly, or send what no client should.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ClientFaultTests {
  private static let model = "facebook/opt-2.7b/0"

  @Test func `a client that leaves frees its place, in the queue and in the middle of an answer`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    // The first part stalls until it is fetched again, so nobody is answered in the first five seconds.
    let server = try await user.startServer(
      "0 hydraserve_with_single_worker one one 0 0",
      options: "--config one.yaml --time-scale 10 --storage-fault stall:0:1")
    do {
      let client = try RawClient(server)
      try await client.ask(Self.model, tokens: 3)
      try await user.event("pods_requested")
    }  // leaves while its instance starts
    try await user.metric(#"hydraserve_requests_total{outcome="cancelled"} 1"#, of: server)
    try await user.metric("hydraserve_queue_length 0", of: server)
    do {
      let client = try RawClient(server)
      try await client.ask(Self.model, tokens: 2900)
      #expect(try await client.receive(until: "token ").contains("token "))
    }  // leaves in the middle
    try await user.metric(#"hydraserve_requests_total{outcome="cancelled"} 2"#, of: server)
    try await user.metric("hydraserve_requests_running 0", of: server)
    #expect(try user.events().count { $0["event"]?.string == "request_allocated" } == 1, "the first never was")
    #expect(try await user.chat(server, tokens: 3, model: Self.model).status == 200)
    try await user.event("release_finished")  // nothing keeps the instance alive
    try await user.stop(server)
  }

  @Test(.enabled(if: StandInEngine.isThere, StandInEngine.missing))
  func `a client that does not read is cut off, and one that wants too much at once is told so`() async throws {
    let engine = try await StandInEngine.Running()
    let user = try LocalUser()
    let server = try await StandInEngine.server(of: user, ["--engine-url", engine.url])
    let before = try Self.memory(of: server)
    let slow = try RawClient(server, receiveBuffer: 4096)
    try await slow.ask(Self.model, tokens: 1000, prompt: "big")  // 100 MB
    try await user.metric(#"hydraserve_requests_total{outcome="cancelled"} 1"#, of: server)
    #expect(try Self.memory(of: server) - before < 50, "4 MB may wait for a client, and some more in the allocator")
    #expect(try await !slow.receive().contains("[DONE]"), "a cut-off answer does not look whole")
    let whole = try await user.chat(server, tokens: 1000, prompt: "big", model: Self.model)
    #expect(whole.status == 503)
    #expect(whole.text.contains("The answer has more than 4194304 bytes; ask for a stream, or for less."))
    try await user.metric("hydraserve_requests_running 0", of: server)
    try await user.stop(server)
    try await engine.stop()
  }

  /// The memory of a server's controller, in MB.
  private static func memory(of server: JSON) throws -> Int {
    let process = try #require(server["process_id"]?.integer)
    let pages = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")[1]
    return try #require(Int(pages)) * sysconf(Int32(_SC_PAGESIZE)) / 1_000_000
  }

  /// What is sent, and how the answer begins; one that is empty is a closed connection.
  static let hostile: [(text: String, status: String)] = [
    ("nonsense\r\n\r\n", "HTTP/1.1 400 "),
    ("GET /healthz HTTP/9.9\r\n\r\n", "HTTP/1.1 400 "),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 400 "),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 400 "),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", "HTTP/1.1 413 "),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "y", count: 20_000))\r\n\r\n", "HTTP/1.1 431 "),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "y", count: 1_000_000))\r\n\r\n", "HTTP/1.1 400 "),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n[[[[", "HTTP/1.1 400 "),
    (body(String(repeating: "[", count: 1_000_000)), "HTTP/1.1 400 "),
    (body(#"{"model": 5, "messages": {}, "max_tokens": "many"}"#), "HTTP/1.1 400 "),
    (body(#"{"model": "a", "messages": [{"role": "user", "content": "b"}], "max_tokens": 1e400}"#), "HTTP/1.1 400 "),
    (
      body(#"{"model": "facebook/opt-2.7b/0", "messages": [{"role": "user", "content": "b"}], "max_tokens": 0}"#),
      "HTTP/1.1 400 "
    ),
    (body(#"{"model": "\u0000", "messages": [{"role": "user", "content": "b"}]}"#), "HTTP/1.1 404 "),
  ]

  private static func body(_ text: String) -> String {
    "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)"
  }

  @Test func `what no client should send is refused, and the server serves on`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await user.startServer(
      "0 hydraserve_with_single_worker one one 0 0", options: "--config one.yaml")
    for hostile in Self.hostile {
      let client = try RawClient(server)
      try await client.send(hostile.text)
      let answer = try await client.receive(until: "\r\n\r\n")
      #expect(answer.hasPrefix(hostile.status), "\(hostile.text.prefix(100)): \(answer.prefix(100))")
    }
    #expect(try await user.chat(server, tokens: 3, model: Self.model).status == 200)
    try await user.stop(server)
  }

  @Test func `of two servers that are started at once on a folder one runs`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let arguments = "0 hydraserve_with_single_worker one one 0 0"
    async let first = user.start(arguments, options: "--config one.yaml")
    async let second = user.start(arguments, options: "--config one.yaml")
    let outcomes = try await [first, second]
    #expect(outcomes.map(\.exitCode).sorted() == [0, 1], "\(outcomes.map(\.errors))")
    let refused = try #require(outcomes.first { $0.exitCode == 1 })
    #expect(refused.errors.contains("runs on results already"), "\(refused.errors)")
    let server = try user.server()
    #expect(try await user.chat(server, tokens: 3, model: Self.model).status == 200)
    try await user.stop(server)
  }
}
