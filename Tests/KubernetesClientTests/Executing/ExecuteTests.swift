import Testing

@testable import KubernetesClient

@Suite struct ExecuteTests {
  private static let agreement: [HTTPCall.Header] = [
    .init("upgrade", "websocket"), .init("connection", "Upgrade"), .init("sec-websocket-protocol", "v4.channel.k8s.io"),
    .init("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
  ]

  /// A frame of up to 125 bytes, as RFC 6455 has it.
  private static func frame(_ channel: UInt8, _ text: String) -> [UInt8] {
    [0x82, UInt8(text.utf8.count + 1), channel] + Array(text.utf8)
  }

  private static let success = frame(3, #"{"metadata":{},"status":"Success"}"#)

  private static func run(_ steps: ScriptedAPI.Step...) async throws -> (PodCommandResult, ScriptedAPI) {
    let api = ScriptedAPI(steps)
    let result = try await Sample.client(api).execute(
      ["sh", "-c", "echo a b&c=é"], inPod: "head", namespace: "hydra", container: "c", within: .seconds(60))
    return (result, api)
  }

  private static func error(_ steps: ScriptedAPI.Step...) async throws -> (String, calls: Int) {
    let api = ScriptedAPI(steps + [.failure(.untrusted)])  // a call too many fails instead of waiting
    let error = await #expect(throws: KubernetesError.self) {
      try await Sample.client(api).execute(["x"], inPod: "head", namespace: "hydra", within: .seconds(60))
    }
    return (error?.description ?? "", api.calls.count)
  }

  @Test func `the request is the one that Kubernetes documents, on a connection that may change its protocol`()
    async throws
  {
    let (result, api) = try await Self.run(.upgrade(Self.agreement, [Self.frame(1, "out"), Self.success]))
    #expect(result == PodCommandResult(stdout: Array("out".utf8), exitCode: 0))
    let call = try #require(api.calls.first)
    #expect(call.method == .get && call.upgrades && call.body.isEmpty)
    #expect(
      call.target
        == "/api/v1/namespaces/hydra/pods/head/exec?command=sh&command=-c&command=echo%20a%20b%26c%3D%C3%A9"
        + "&container=c&stdout=true&stderr=true")
    #expect(call.headers.contains(.init("Authorization", "Bearer abc")))
  }

  @Test func `the handshake is that of the RFC's example, with the subprotocols of Kubernetes`() {
    let headers = WebSocketHandshake(nonce: Array("the sample nonce".utf8)).headers
    #expect(
      headers.map { "\($0.name): \($0.value)" } == [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io",
      ])
    let (a, b) = (WebSocketHandshake().headers, WebSocketHandshake().headers)
    #expect(a[3] != b[3] && a[3].value.count == 24 && a[3].value.hasSuffix("=="))
  }

  @Test func `an answer that agrees to something else is not understood`() async throws {
    var other = Self.agreement
    other[2] = .init("sec-websocket-protocol", "chat")
    #expect(
      try await Self.error(.upgrade(other, [Self.success])).0
        == "Could not execute in Pod hydra/head: the server answered something else (it chooses the subprotocol `chat`; "
        + "allowed: v5.channel.k8s.io, v4.channel.k8s.io).")
    #expect(
      try await Self.error(.upgrade([.init("upgrade", "h2c"), .init("connection", "Upgrade")], [])).0
        == "Could not execute in Pod hydra/head: the server answered something else "
        + "(it changes to another protocol than WebSocket).")
    #expect(
      try await Self.error(.answer(200, "{}")).0
        == "Could not execute in Pod hydra/head: the server answered something else (status 200 without WebSocket).")
    #expect(
      try await Self.error(.upgrade(Self.agreement, [[0xC2, 0]])).0
        == "Could not execute in Pod hydra/head: the server answered something else (a frame has reserved bits set).")
  }

  @Test func `a refusal is told in the server's words, whether they are a Status or plain`() async throws {
    #expect(
      try await Self.error(.answer(403, Sample.status(403, "Forbidden", "cannot get pods/exec"))).0
        == "Could not execute in Pod hydra/head: cannot get pods/exec (403 Forbidden).")
    #expect(
      try await Self.error(.answer(500, #"container not found ("c")"#)).0
        == #"Could not execute in Pod hydra/head: container not found ("c") (500)."#)
    let failure = Self.frame(3, #"{"status":"Failure","message":"no program","reason":"InternalError","code":500}"#)
    #expect(
      try await Self.error(.upgrade(Self.agreement, [failure])).0
        == "Could not execute in Pod hydra/head: no program (500 InternalError).")
  }

  @Test func `a connection that ends before the command is an error and never a success`() async throws {
    let begun = "Could not execute in Pod hydra/head to the end: it has begun, and "
    let cut = try await Self.error(.upgrade(Self.agreement, [Self.frame(1, "half")]))
    #expect(cut == ("\(begun)the connection has ended.", 1))
    let broken = try await Self.error(.upgrade(Self.agreement, [], TransportFailure(.broken, "reset")))
    #expect(broken == ("\(begun)reset.", 1))
    let late = try await Self.error(.upgrade(Self.agreement, [], TransportFailure(.timedOut, "too late")))
    #expect(late == ("\(begun)too late.", 1))
    let left = try await Self.error(.upgrade(Self.agreement, [[0x88, 6, 0x03, 0xE9] + Array("away".utf8)]))
    #expect(left == ("\(begun)the server takes leave with code 1001: away.", 1))
  }

  @Test func `what follows the outcome is not waited for`() async throws {
    let (result, _) = try await Self.run(
      .upgrade(Self.agreement, [Self.success + [0x88, 0]], TransportFailure(.broken, "reset")))
    #expect(result == PodCommandResult(exitCode: 0))
  }

  @Test func `a command is tried again only where it cannot have begun`() async throws {
    let (_, refused) = try await Self.run(
      .failure(.notConnected), .answer(429, ""), .upgrade(Self.agreement, [Self.success]))
    #expect(refused.calls.count == 3)
    let advice = [HTTPCall.Header("retry-after", "1")]
    #expect(try await Self.error(.answer(503, "busy", headers: advice)).calls == 1)
    #expect(try await Self.error(.answer(500, "no")).calls == 1)
    #expect(try await Self.error(.failure(.broken)).calls == 1)
    #expect(try await Self.error(.failure(.timedOut)).calls == 1)
  }

  @Test func `no command, and names that are none, are refused before anything is sent`() async throws {
    let api = ScriptedAPI([])
    let client = try Sample.client(api)
    let none = await #expect(throws: KubernetesError.self) {
      try await client.execute([], inPod: "head", namespace: "hydra", within: .seconds(1))
    }
    #expect(none?.description == "The command is ``; allowed: a program and its arguments.")
    await #expect(throws: KubernetesError.self) {
      try await client.execute(["x"], inPod: "a/b", namespace: "hydra", within: .seconds(1))
    }
    await #expect(throws: KubernetesError.self) {
      try await client.execute(["x"], inPod: "a", namespace: "hydra", container: "c&d", within: .seconds(1))
    }
    #expect(api.calls.isEmpty)
  }

  @Test func `the permission is asked for as one for a part of pods`() async throws {
    let api = ScriptedAPI([.answer(201, #"{"status":{"allowed":true}}"#)])
    let permission = KubernetesClient.Permission("create", .pods, subresource: "exec", namespace: "hydra")
    #expect(try await Sample.client(api).may(permission))
    #expect(permission.description == "create pods/exec")
    let body = String(decoding: try #require(api.calls.first).body, as: UTF8.self)
    #expect(body.contains(#""resource":"pods","subresource":"exec""#))
  }
}
