import HTTPServing
import NIOCore
import NIOPosix
import Testing

@Suite struct StreamingTests {
  static let loop = MultiThreadedEventLoopGroup.singleton.next()
  static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func `pieces reach the client while the answer goes on`() async throws {
    let (responders, given) = AsyncStream.makeStream(of: HTTPResponder.self)
    let server = try await HTTPServer.start(port: 0, on: Self.loop) { _, responder in given.yield(responder) }
    let client = try RawClient(port: server.port)
    try await client.send(Self.request)
    let responder = try #require(await Self.first(responders))
    responder.begin(200, contentType: "text/event-stream")
    responder.write(Array("one".utf8))
    #expect(try await client.receive(until: "one").contains("transfer-encoding: chunked"))
    responder.write(Array("two".utf8))
    #expect(try await client.receive(until: "two").contains("two"))
    responder.finish()
    #expect(try await client.receive(until: "0\r\n\r\n").hasSuffix("0\r\n\r\n"))
    try await client.send(Self.request)  // the connection goes on
    let second = try #require(await Self.first(responders))
    second.respond(204, body: [])
    #expect(try await client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 204"))
    _ = await server.drain(patience: .zero)
  }

  @Test(arguments: [false, true])
  func `the server learns that a client is gone`(afterFirstPiece: Bool) async throws {
    let (events, happened) = AsyncStream.makeStream(of: String.self)
    let server = try await HTTPServer.start(port: 0, on: Self.loop) { _, responder in
      responder.whenGone { happened.yield("gone") }
      if afterFirstPiece {
        responder.begin(200, contentType: "text/plain")
        responder.write(Array("piece".utf8))
      }
      happened.yield("asked")
    }
    do {
      let client = try RawClient(port: server.port)
      try await client.send(Self.request)
      #expect(await Self.first(events) == "asked")
      if afterFirstPiece { #expect(try await client.receive(until: "piece").contains("piece")) }
    }  // closes
    #expect(await Self.first(events) == "gone")
    _ = await server.drain(patience: .zero)
  }

  @Test func `a client that does not read is cut off when too much waits for it`() async throws {
    var limits = HTTPLimits()
    limits.waitingBytes = 1 << 20
    let (events, happened) = AsyncStream.makeStream(of: Int.self)
    let server = try await HTTPServer.start(port: 0, limits: limits, on: Self.loop) { _, responder in
      responder.begin(200, contentType: "text/plain")
      Self.pour(into: responder, happened)
    }
    let client = try RawClient(port: server.port, receiveBuffer: 4096)
    try await client.send(Self.request)
    let poured = try #require(await Self.first(events))
    #expect(poured >= 1 << 20 && poured < 64 << 20, "what the kernel takes and what may wait, no more")
    #expect(try await !client.receiveAll().hasSuffix("0\r\n\r\n"), "a cut-off answer does not look whole")
    _ = await server.drain(patience: .zero)
  }

  /// Writes until the client is gone, in turns of the loop.
  private static func pour(into responder: HTTPResponder, _ happened: AsyncStream<Int>.Continuation) {
    let poured = NIOLoopBoundBox(0, eventLoop: responder.eventLoop)
    let isGone = NIOLoopBoundBox(false, eventLoop: responder.eventLoop)
    responder.whenGone {
      isGone.value = true
      happened.yield(poured.value)
    }
    @Sendable func turn() {
      guard !isGone.value else { return }
      responder.write([UInt8](repeating: 0x61, count: 65536))
      poured.value += 65536
      responder.eventLoop.execute { turn() }
    }
    turn()
  }

  @Test func `whoever waits for room is held back by a slow reader`() async throws {
    let (responders, given) = AsyncStream.makeStream(of: HTTPResponder.self)
    let server = try await HTTPServer.start(port: 0, on: Self.loop) { _, responder in given.yield(responder) }
    let client = try RawClient(port: server.port, receiveBuffer: 4096)
    try await client.send(Self.request)
    let responder = try #require(await Self.first(responders))
    responder.begin(200, contentType: "text/plain")
    let writer = Task {
      for _ in 0..<160 { try await responder.writeWhenPossible([UInt8](repeating: 0x62, count: 65536)) }
      responder.finish()
    }  // 10 MB, far more than may wait
    var received = 0
    while case let bytes = try await client.receive(), !bytes.isEmpty {
      received += bytes.count { $0 == 0x62 }
      if bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) { break }
    }
    try await writer.value
    #expect(received >= 160 * 65536, "nothing is lost")  // chunk sizes may have digits b, too
    _ = await server.drain(patience: .zero)
  }

  @Test func `draining lets an answer finish and cuts off one that does not`() async throws {
    let (responders, given) = AsyncStream.makeStream(of: HTTPResponder.self)
    let server = try await HTTPServer.start(port: 0, on: Self.loop) { _, responder in given.yield(responder) }
    let finishing = try RawClient(port: server.port)
    try await finishing.send(Self.request)
    let responder = try #require(await Self.first(responders))
    responder.begin(200, contentType: "text/plain")
    let drained = Task { await server.drain(patience: .seconds(20)) }
    responder.write(Array("last words".utf8))
    responder.finish()
    #expect(try await finishing.receiveAll().hasSuffix("last words\r\n0\r\n\r\n"))
    #expect(await drained.value == 0)

    let other = try await HTTPServer.start(port: 0, on: Self.loop) { _, responder in given.yield(responder) }
    let endless = try RawClient(port: other.port)
    try await endless.send(Self.request)
    _ = await Self.first(responders)
    #expect(await other.drain(patience: .milliseconds(10)) == 1)
    #expect(try await endless.receiveAll().isEmpty)
  }

  private static func first<Element: Sendable>(_ stream: AsyncStream<Element>) async -> Element? {
    var iterator = stream.makeAsyncIterator()
    return await iterator.next()
  }
}
