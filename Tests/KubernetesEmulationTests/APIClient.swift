import Glibc
import KubernetesEmulation
import NIOPosix
import Testing
import WireProtocols

/// A client that sends requests as they are given, one to a connection, and reads watches line by line.
struct APIClient: Sendable {
  let port: Int
  let token: String?

  struct Answer {
    let status: Int
    let head: String
    let body: String

    var json: JSON {
      get throws { try JSON(parsing: Array(body.utf8)) }
    }
  }

  init(_ cluster: EmulatedCluster) {
    port = cluster.port
    token = cluster.token
  }

  init(port: Int, token: String?) {
    self.port = port
    self.token = token
  }

  func send(
    _ method: String, _ path: String, _ body: JSON? = nil, type: String = "application/json", accept: String? = nil,
    agent: String = "test/1"
  ) async throws -> Answer {
    let connection = try APIConnection(port: port)
    let text = request(method, path, body, type: type, accept: accept, agent: agent, close: true)
    try await connection.send(text)
    let all = try await connection.receiveAll()
    guard let end = all.firstRange(of: "\r\n\r\n") else { return Answer(status: 0, head: all, body: "") }
    let head = String(all[..<end.lowerBound])
    let rest = String(all[end.upperBound...])
    let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
    return Answer(
      status: status, head: head, body: head.lowercased().contains("chunked") ? Self.unchunked(rest) : rest)
  }

  private func request(
    _ method: String, _ path: String, _ body: JSON?, type: String, accept: String?, agent: String, close: Bool
  ) -> String {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: a", "User-Agent: \(agent)"]
    if let token { lines.append("Authorization: Bearer \(token)") }
    if let accept { lines.append("Accept: \(accept)") }
    let text = body?.text ?? ""
    if body != nil { lines += ["Content-Type: \(type)", "Content-Length: \(text.utf8.count)"] }
    if close { lines.append("Connection: close") }
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + text
  }

  private static func unchunked(_ text: String) -> String {
    var rest = Array(text.utf8)[...]
    var result: [UInt8] = []
    while let end = rest.firstIndex(of: 10),
      let size = Int(String(decoding: rest[..<end].dropLast(), as: UTF8.self), radix: 16), size > 0
    {
      rest = rest[(end + 1)...]
      result += rest.prefix(size)
      rest = rest.dropFirst(size + 2)
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Makes an object and expects success.
  @discardableResult func create(_ path: String, _ body: JSON) async throws -> JSON {
    let answer = try await send("POST", path, body)
    try #require(answer.status == 201, "\(answer.body)")
    return try answer.json
  }

  func get(_ path: String) async throws -> JSON {
    let answer = try await send("GET", path)
    try #require(answer.status == 200, "\(answer.body)")
    return try answer.json
  }

  /// Opens a watch.
  func watch(_ path: String, accept: String? = nil) async throws -> WatchReader {
    let connection = try APIConnection(port: port)
    let separator = path.contains("?") ? "&" : "?"
    try await connection.send(
      request("GET", "\(path)\(separator)watch=true", nil, type: "", accept: accept, agent: "test/1", close: false))
    return WatchReader(connection)
  }

  /// Watches from the beginning until an event meets a condition.
  @discardableResult func waitForEvent(
    _ path: String, _ condition: (WatchReader.Event) -> Bool
  ) async throws -> JSON {
    let watch = try await watch(path)
    while let event = try await watch.next() {
      if condition(event) { return event.object }
    }
    throw Missing(path: path)
  }

  /// Watches until an object meets a condition.
  @discardableResult func wait(_ path: String, _ condition: (JSON) -> Bool) async throws -> JSON {
    try await waitForEvent(path) { $0.type != "DELETED" && condition($0.object) }
  }

  /// Waits until the objects of a list meet a condition, looking again after every change of any of them.
  @discardableResult func waitForList(_ path: String, _ condition: ([JSON]) -> Bool) async throws -> [JSON] {
    let list = try await get(path)
    var objects = Dictionary((list["items"]?.array ?? []).map { ($0.name, $0) }) { $1 }
    func current() -> [JSON] { objects.keys.sorted().compactMap { objects[$0] } }
    if condition(current()) { return current() }
    let watch = try await watch("\(path)?resourceVersion=\(list.version)")
    while let event = try await watch.next() {
      objects[event.object.name] = event.type == "DELETED" ? nil : event.object
      if condition(current()) { return current() }
    }
    throw Missing(path: path)
  }

  struct Missing: Error { let path: String }
}

/// The events of a watch as they come.
final class WatchReader {
  struct Event {
    let type: String
    let object: JSON
  }

  private let connection: APIConnection
  private var buffer: [UInt8] = []
  private var chunks: [UInt8] = []
  private var isHeadRead = false
  private var hasEnded = false

  init(_ connection: APIConnection) {
    self.connection = connection
  }

  /// The next event; `nil` at the end of the stream.
  func next() async throws -> Event? {
    while true {
      if let end = buffer.firstIndex(of: 10) {
        let line = try JSON(parsing: Array(buffer[..<end]))
        buffer.removeFirst(end + 1)
        return Event(type: line["type"]?.string ?? "", object: line["object"] ?? .null)
      }
      guard !hasEnded else { return nil }
      let bytes = try await connection.receive()
      chunks += bytes
      hasEnded = bytes.isEmpty || !take()
    }
  }

  /// Moves whole chunks over; `false` at the last one.
  private func take() -> Bool {
    if !isHeadRead {
      guard let end = String(decoding: chunks, as: UTF8.self).firstRange(of: "\r\n\r\n") else { return true }
      let text = String(decoding: chunks, as: UTF8.self)
      chunks.removeFirst(text[..<end.upperBound].utf8.count)
      isHeadRead = true
    }
    while let end = chunks.firstIndex(of: 10) {
      guard let size = Int(String(decoding: chunks[..<end].dropLast(), as: UTF8.self), radix: 16) else { return false }
      guard size > 0 else { return false }
      guard chunks.count >= end + 1 + size + 2 else { return true }
      buffer += chunks[(end + 1)..<(end + 1 + size)]
      chunks.removeFirst(end + 1 + size + 2)
    }
    return true
  }
}

/// A TCP connection whose calls block on threads of their own.
final class APIConnection: Sendable {
  private let socket: Int32

  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(socket >= 0)
    var limit = timeval(tv_sec: 20, tv_usec: 0)  // a test that hangs fails instead
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(connected == 0)
  }

  deinit {
    close(socket)
  }

  func send(_ text: String) async throws {
    try await NIOThreadPool.singleton.runIfActive { [socket] in
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
      }
    }
  }

  func receive() async throws -> [UInt8] {
    try await NIOThreadPool.singleton.runIfActive { [socket] in
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(socket, &buffer, buffer.count, 0)
      return Array(buffer.prefix(max(count, 0)))
    }
  }

  func receiveAll() async throws -> String {
    var bytes: [UInt8] = []
    while case let more = try await receive(), !more.isEmpty { bytes += more }
    return String(decoding: bytes, as: UTF8.self)
  }
}
