import KubernetesEmulation
import Testing
import WireProtocols

/// The bytes of `exec`. Key and proof are those of RFC 6455, section 1.3; frames and channels are written by hand.
@Suite struct ExecProtocolTests {
  private static let upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

  /// Runs a body with a function that asks for `exec` in a pod that runs, and returns all that comes.
  private static func with(
    _ execute: @escaping PodExecutor,
    _ body: (_ ask: (_ query: String, _ headers: String) async throws -> [UInt8], APIClient) async throws -> Void
  ) async throws {
    try await TestCluster.with { settings in
      settings.execute = execute
    } _: { cluster, client in
      try await client.create(TestCluster.pods, TestCluster.pod("p"))
      try await client.wait(TestCluster.pods) { $0.phase == "Running" }
      try await body(
        { query, headers in
          let connection = try APIConnection(port: cluster.port)
          try await connection.send(
            "GET \(TestCluster.pods)/p/exec?\(query) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(cluster.token)\r\n"
              + "\(headers)\r\n")
          var bytes: [UInt8] = []
          while case let more = try await connection.receive(), !more.isEmpty { bytes += more }
          return bytes
        }, client)
    }
  }

  private static func frame(_ payload: [UInt8]) -> [UInt8] {
    payload.count < 126
      ? [0x82, UInt8(payload.count)] + payload
      : [0x82, 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
  }

  @Test(arguments: [
    ("v5.channel.k8s.io, v4.channel.k8s.io", "v5.channel.k8s.io"),
    ("channel.k8s.io,v4.channel.k8s.io", "v4.channel.k8s.io"),
  ])
  func `the answer agrees to the first subprotocol that is known, then come outputs, outcome and farewell`(
    offered: String, chosen: String
  ) async throws {
    try await Self.with { _ in
      .prints(stdout: "out", stderr: "err", exitCode: 3)
    } _: { ask, _ in
      let bytes = try await ask(
        "command=x&stdout=true&stderr=true", "\(Self.upgrade)Sec-WebSocket-Protocol: \(offered)\r\n")
      let head =
        "HTTP/1.1 101 Switching Protocols\r\nsec-websocket-protocol: \(chosen)\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nConnection: upgrade\r\n\r\n"
      let status =
        #"{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: exit status 3","#
        + #""reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}"#
      let frames: [[UInt8]] = [
        Self.frame([1]), Self.frame([1] + Array("out".utf8)), Self.frame([2] + Array("err".utf8)),
        Self.frame([3] + Array(status.utf8)), [0x88, 2, 0x03, 0xE8],
      ]
      #expect(bytes == Array(head.utf8) + frames.flatMap(\.self))
    }
  }

  @Test func `only the outputs that are wanted come, and on a terminal both are one`() async throws {
    try await Self.with { _ in
      .prints(stdout: "out", stderr: "err")
    } _: { ask, _ in
      let headers = "\(Self.upgrade)Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n"
      let success = Self.frame([3] + Array(#"{"metadata":{},"status":"Success"}"#.utf8)) + [0x88, 2, 0x03, 0xE8]
      let (out, error) = (Array("out".utf8), Array("err".utf8))
      let one = try await ask("command=x&stderr=true", headers)
      #expect(one.suffix(3 + 6 + success.count) == Self.frame([2]) + Self.frame([2] + error) + success)
      let terminal = try await ask("command=x&stdout=true&tty=true", headers)
      #expect(
        terminal.suffix(3 + 6 + 6 + success.count)
          == Self.frame([1]) + Self.frame([1] + out) + Self.frame([1] + error) + success)
    }
  }

  private static let refusals = [
    ("command=x&stdout=true", "Connection: close\r\n", "Upgrade request required"),
    ("command=x&stdout=true", "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n", "Upgrade request required"),
    (
      "command=x", "\(upgrade)Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n",
      "you must specify at least 1 of stdin, stdout, stderr"
    ),
    (
      "stdout=true", "\(upgrade)Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n",
      "you must specify at least one command for the container"
    ),
    ("command=x&stdout=true", "\(upgrade)Sec-WebSocket-Protocol: chat\r\n", "unable to negotiate protocol"),
    ("command=x&stdout=true", upgrade, "unable to negotiate protocol"),
  ]

  @Test(arguments: refusals)
  func `a request that asks for something else is refused in the words of Kubernetes`(
    query: String, headers: String, words: String
  ) async throws {
    try await Self.with { _ in
      Issue.record("the command has begun")
      return .prints()
    } _: { ask, _ in
      let answer = String(decoding: try await ask(query, headers), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains(words), "\(answer)")
    }
  }

  @Test func `discovery tells of exec`() async throws {
    try await Self.with {
      .notFound($0)
    } _: { _, client in
      let resources = try await client.get("/api/v1")["resources"]?.array ?? []
      let exec = try #require(resources.first { $0["name"] == "pods/exec" })
      #expect(exec["kind"] == "PodExecOptions" && exec["verbs"] == ["create", "get"] && exec["namespaced"] == true)
    }
  }
}
