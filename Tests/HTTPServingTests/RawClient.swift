import Glibc
import NIOPosix
import Testing

/// A TCP client that sends exactly what it is told, as no HTTP library would.
struct RawClient: ~Copyable {
  private let socket: Int32

  init(port: Int, receiveBuffer: Int32? = nil) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(socket >= 0)
    if var size = receiveBuffer { setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, 4) }
    var limit = timeval(tv_sec: 20, tv_usec: 0)  // a test that hangs fails instead
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
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

  /// Sends all bytes, unless the server does not take them.
  func send(_ text: String) async throws {
    try await send(Array(text.utf8))
  }

  /// Sends all bytes, unless the server does not take them.
  func send(_ bytes: [UInt8]) async throws {
    try await Self.blocking { [socket] in
      var bytes = bytes[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
      }
    }
  }

  /// Bytes as they come; empty when the server has closed.
  func receive() async throws -> [UInt8] {
    try await Self.blocking { [socket] in
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(socket, &buffer, buffer.count, 0)
      return Array(buffer.prefix(max(count, 0)))
    }
  }

  /// So many bytes and what has come with them, or fewer if the server closes before.
  func receive(atLeast count: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, case let more = try await receive(), !more.isEmpty { bytes += more }
    return bytes
  }

  /// Text until it contains `end`, or the server closes.
  func receive(until end: String) async throws -> String {
    var text = ""
    while !text.contains(end) {
      let bytes = try await receive()
      guard !bytes.isEmpty else { break }
      text += String(decoding: bytes, as: UTF8.self)
    }
    return text
  }

  /// Everything until the server closes.
  func receiveAll() async throws -> String {
    var bytes: [UInt8] = []
    while case let more = try await receive(), !more.isEmpty { bytes += more }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Calls that block have threads of their own: the tests' own threads may be needed for what they wait for.
  private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
    try await NIOThreadPool.singleton.runIfActive(body)
  }
}
