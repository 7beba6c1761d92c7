import Glibc
import NIOPosix
import Testing
import WireProtocols

/// A TCP client that sends what it is told and reads when it wants to, as no HTTP library would.
struct RawClient: ~Copyable {
  private let socket: Int32

  /// Connects to a server.
  init(_ server: JSON, receiveBuffer: Int32? = nil) throws {
    socket = try Self.connected(port: try #require(server["port"]?.integer), receiveBuffer: receiveBuffer)
  }

  private static func connected(port: Int, receiveBuffer: Int32?) throws -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(socket >= 0)
    if var size = receiveBuffer { setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, 4) }
    var limit = timeval(tv_sec: 60, tv_usec: 0)  // a test that hangs fails instead
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(isConnected)
    return socket
  }

  deinit {
    close(socket)
  }

  /// Posts a chat completion that is streamed.
  func ask(_ model: String, tokens: Int, prompt: String = "Hello") async throws {
    let body = """
      {"model":"\(model)","messages":[{"role":"user","content":"\(prompt)"}],"max_tokens":\(tokens),"stream":true}
      """
    try await send("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// Sends all bytes, unless the server does not take them.
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

  /// Everything until the text contains `end` or the server closes.
  func receive(until end: String? = nil) async throws -> String {
    try await NIOThreadPool.singleton.runIfActive { [socket] in
      var text = ""
      var buffer = [UInt8](repeating: 0, count: 65536)
      while end.map({ !text.contains($0) }) ?? true {
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { break }
        text += String(decoding: buffer.prefix(count), as: UTF8.self)
      }
      return text
    }
  }
}
