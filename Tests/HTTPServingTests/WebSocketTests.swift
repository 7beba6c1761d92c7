import HTTPServing
import NIOPosix
import Synchronization
import Testing

/// Expected bytes are written by hand after RFC 6455; key and proof are those of its section 1.3.
@Suite struct WebSocketTests {
  private static let request =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: a, b\r\n\r\n"

  /// A client's frame with a mask of zeros.
  private static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [first, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
  }

  /// Serves WebSocket at `/ws` by a body and says `plain` elsewhere.
  private static func with(
    limits: HTTPLimits = HTTPLimits(), _ peer: @escaping @Sendable (WebSocketPeer) -> Void,
    _ body: (HTTPServer) async throws -> Void
  ) async throws {
    let server = try await HTTPServer.start(
      port: 0, limits: limits, on: MultiThreadedEventLoopGroup.singleton.next()
    ) { request, responder in
      if request.path == "/ws", request.wantsWebSocket {
        responder.upgrade(to: request.subprotocols.last, peer)
      } else {
        responder.respond(200, contentType: "text/plain", body: Array("plain".utf8))
      }
    }
    try await body(server)
    _ = await server.drain(patience: .zero)
  }

  @Test
  func `a request is agreed to with the proof that it was understood, and the connection has frames from then on`()
    async throws
  {
    try await Self.with { peer in
      peer.onMessage { peer.send(Array("re: ".utf8) + $0) }
    } _: { server in
      let client = try RawClient(port: server.port)
      try await client.send(Self.request)
      let head = try await client.receive(until: "\r\n\r\n")
      #expect(
        head == "HTTP/1.1 101 Switching Protocols\r\nsec-websocket-protocol: b\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nConnection: upgrade\r\n\r\n")
      try await client.send(Self.frame(0x02, [104]) + Self.frame(0x89, [112]) + Self.frame(0x80, [105]))
      let bytes = try await client.receive(atLeast: 11)
      // The answer to the ping, then the message that has come in two pieces.
      #expect(bytes == [0x8A, 1, 112, 0x82, 6] + Array("re: hi".utf8))
    }
  }

  @Test func `frames that are sent before the agreement are not lost`() async throws {
    try await Self.with { peer in
      peer.onMessage { peer.send($0) }
    } _: { server in
      let client = try RawClient(port: server.port)
      try await client.send(Array(Self.request.utf8) + Self.frame(0x82, [65, 66]))
      let text = try await client.receive(until: "AB")
      #expect(text.hasSuffix("AB"))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `both ends take leave, and the server hears of the end`() async throws {
    let ended = Mutex(0)
    try await Self.with { peer in
      peer.whenEnded { ended.withLock { $0 += 1 } }
      peer.onMessage { _ in
        peer.send([1])
        peer.close()
        peer.send([2])
      }
    } _: { server in
      let client = try RawClient(port: server.port)
      try await client.send(Self.request)
      _ = try await client.receive(until: "\r\n\r\n")
      try await client.send(Self.frame(0x82, [0]))
      let bytes = try await client.receive(atLeast: 7)
      #expect(bytes == [0x82, 1, 1, 0x88, 2, 0x03, 0xE8])
      try await client.send(Self.frame(0x88, [0x03, 0x68]))
      #expect(try await client.receive().isEmpty)
      while ended.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(2)) }
    }
    #expect(ended.withLock { $0 } == 1)
  }

  @Test func `a client that takes leave first is answered and let go`() async throws {
    try await Self.with { _ in
    } _: { server in
      let client = try RawClient(port: server.port)
      try await client.send(Self.request)
      _ = try await client.receive(until: "\r\n\r\n")
      try await client.send(Self.frame(0x88, []))
      let bytes = try await client.receive(atLeast: .max)
      #expect(bytes == [0x88, 0])
    }
  }

  private static let violations: [([UInt8], [UInt8])] = [
    ([0x82, 1, 65], [0x03, 0xEA]),  // not masked
    (frame(0x42, [1]), [0x03, 0xEA]),  // reserved bits
    (frame(0x80, [1]), [0x03, 0xEA]),  // goes on without having begun
    (frame(0x02, [1]) + frame(0x02, [1]), [0x03, 0xEA]),  // begins inside another
    (frame(0x02, [1, 2, 3]) + frame(0x00, [4, 5]), [0x03, 0xF1]),  // too large together
  ]

  @Test(arguments: violations)
  func `a client that violates the protocol is sent away with a code`(bytes: [UInt8], code: [UInt8]) async throws {
    var limits = HTTPLimits()
    limits.bodyBytes = 4
    try await Self.with(limits: limits) { _ in
    } _: { server in
      let client = try RawClient(port: server.port)
      try await client.send(Self.request)
      _ = try await client.receive(until: "\r\n\r\n")
      try await client.send(bytes)
      let answer = try await client.receive(atLeast: 4)
      #expect(answer == [0x88, 2] + code)
      try await client.send(Self.frame(0x88, code))
      #expect(try await client.receive().isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a client that does not read is cut off when more waits for it than is allowed`() async throws {
    var limits = HTTPLimits()
    limits.waitingBytes = 100_000
    let hasEnded = Mutex(false)
    try await Self.with(limits: limits) { peer in
      peer.whenEnded { hasEnded.withLock { $0 = true } }
      for _ in 0..<2000 { peer.send([UInt8](repeating: 0, count: 10_000)) }
    } _: { server in
      let client = try RawClient(port: server.port, receiveBuffer: 4096)
      try await client.send(Self.request)
      while !hasEnded.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
      let read = try await client.receiveAll().utf8.count
      #expect(read < 2000 * 10_000)
    }
  }

  @Test(arguments: ["Sec-WebSocket-Version: 8", "X: y"])
  func `a malformed request is refused, and the connection is closed`(version: String) async throws {
    try await Self.with { _ in
    } _: { server in
      let client = try RawClient(port: server.port)
      try await client.send(Self.request.replacing("Sec-WebSocket-Version: 13", with: version))
      let answer = try await client.receiveAll()
      #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.hasSuffix("The request for WebSocket is malformed.\n"))
    }
  }

  @Test func `a request that is not upgraded is answered by HTTP, and the connection closed after it`() async throws {
    try await Self.with { _ in
    } _: { server in
      let client = try RawClient(port: server.port)
      try await client.send(Self.request.replacing("GET /ws", with: "GET /elsewhere"))
      let answer = try await client.receiveAll()
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("plain"))
      #expect(answer.contains("connection: close\r\n"))
    }
  }

  @Test func `a connection may have had other requests before`() async throws {
    try await Self.with {
      $0.send([65])
    } _: { server in
      let client = try RawClient(port: server.port)
      for _ in 0..<2 {
        try await client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await client.receive(until: "plain")
      }
      try await client.send(Self.request)
      #expect(try await client.receive(until: "\u{1}A").contains("101 Switching"))
    }
  }

  @Test func `a server that ends takes leave of its WebSockets`() async throws {
    try await Self.with { _ in
    } _: { server in
      let client = try RawClient(port: server.port)
      try await client.send(Self.request)
      _ = try await client.receive(until: "\r\n\r\n")
      async let drained = server.drain(patience: .seconds(20))
      let bytes = try await client.receive(atLeast: 4)
      #expect(bytes == [0x88, 2, 0x03, 0xE9])
      try await client.send(Self.frame(0x88, [0x03, 0x69]))
      #expect(await drained == 0)
    }
  }
}
