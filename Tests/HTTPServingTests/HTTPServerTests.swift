import HTTPServing
import NIOPosix
import Testing

@Suite struct HTTPServerTests {
  @Test func `a whole answer keeps the connection for the next request`() async throws {
    try await Self.withServer { port in
      let client = try RawClient(port: port)
      for number in 1...3 {
        try await client.send("POST /echo?x=\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
        try await client.send("lo")
        let answer = try await client.receive(until: "hello")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("POST /echo x=\(number) hello"))
      }
    }
  }

  @Test func `pipelined requests are answered in order`() async throws {
    try await Self.withServer { port in
      let client = try RawClient(port: port)
      try await client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let answer = try await client.receiveAll()
      let a = try #require(answer.firstRange(of: "GET /a"))
      let b = try #require(answer.firstRange(of: "GET /b"))
      #expect(a.upperBound < b.lowerBound)
    }
  }

  @Test(arguments: ["nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"])
  func `malformed requests get 400 and the connection is closed`(request: String) async throws {
    try await Self.withServer { port in
      let client = try RawClient(port: port)
      try await client.send(request)
      #expect(try await client.receiveAll().hasPrefix("HTTP/1.1 400 "))
    }
  }

  @Test func `a body larger than allowed is refused before it is read, and announced or not`() async throws {
    try await Self.withServer { port in
      let announced = try RawClient(port: port)
      try await announced.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n")
      #expect(try await announced.receiveAll().contains("413 Payload Too Large\r\n"))
      let chunked = try RawClient(port: port)
      try await chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "2710\r\n" + String(repeating: "x", count: 10_000) + "\r\n"
      for _ in 0..<11 { try await chunked.send(chunk) }
      let answer = try await chunked.receiveAll()
      #expect(
        answer.contains("413 Payload Too Large\r\n") && answer.hasSuffix("The body has more than 100000 bytes.\n"))
    }
  }

  @Test func `a header larger than allowed is refused`() async throws {
    try await Self.withServer { port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Long: \(String(repeating: "y", count: 17_000))\r\n\r\n")
      #expect(try await client.receiveAll().contains(" 431 "))
    }
  }

  @Test func `a request that does not arrive in time is cut off`() async throws {
    var limits = Self.limits
    limits.requestTimeout = .milliseconds(50)
    try await Self.withServer(limits) { port in
      let client = try RawClient(port: port)
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
      #expect(try await client.receiveAll().isEmpty)
    }
  }

  @Test func `an idle connection is closed`() async throws {
    var limits = Self.limits
    limits.keepAliveTimeout = .milliseconds(50)
    try await Self.withServer(limits) { port in
      let client = try RawClient(port: port)
      try await client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.receiveAll().contains("GET /x"))
    }
  }

  @Test func `a HEAD request gets no body`() async throws {
    try await Self.withServer { port in
      let client = try RawClient(port: port)
      try await client.send("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let answer = try await client.receiveAll()
      #expect(answer.contains("content-length: 9\r\n") && answer.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func `a taken port is refused in one sentence`() async throws {
    try await Self.withServer { port in
      let error = await #expect(throws: HTTPServingError.self) {
        try await HTTPServer.start(port: port, on: MultiThreadedEventLoopGroup.singleton.next()) { _, _ in }
      }
      #expect(error?.description.hasPrefix("Cannot listen on 127.0.0.1:\(port) (") == true)
    }
  }

  static var limits: HTTPLimits {
    var limits = HTTPLimits()
    limits.bodyBytes = 100_000
    return limits
  }

  /// A server that answers with what it was asked.
  static func withServer(_ limits: HTTPLimits = limits, _ body: (Int) async throws -> Void) async throws {
    let server = try await HTTPServer.start(
      port: 0, limits: limits, on: MultiThreadedEventLoopGroup.singleton.next()
    ) { request, responder in
      let text = String(decoding: request.body, as: UTF8.self)
      responder.respond(
        200, contentType: "text/plain",
        body: Array("\(request.method) \(request.path) \(request.query ?? "") \(text)".utf8))
    }
    try await body(server.port)
    _ = await server.drain(patience: .zero)
  }
}
