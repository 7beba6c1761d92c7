import Glibc
import Quantities
import WireProtocols

/// Asks a server on this machine a question without a body and waits for the whole answer.
enum HTTPProbe {
  private static let timeoutSeconds = 5

  /// The status and body of a GET.
  ///
  /// - Throws: ``LiveError/noAnswer(address:reason:)``.
  static func get(_ path: String, host: String, port: Int) throws -> (status: Int, body: [UInt8]) {
    func failure(_ reason: String) -> LiveError { .noAnswer(address: "\(host):\(port)", reason: reason) }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port).bigEndian)
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw failure("it is no IPv4 address") }
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw failure(String(cString: strerror(errno))) }
    let question = Array("GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n\r\n".utf8)
    guard send(descriptor, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else {
      throw failure(String(cString: strerror(errno)))
    }
    var answer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = recv(descriptor, &piece, piece.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(String(cString: strerror(errno))) }
      if count == 0 { break }
      answer += piece[..<count]
    }
    let text = String(decoding: answer, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n"), let status = text.split(separator: " ").dropFirst().first,
      let code = Int(status)
    else { throw failure("its answer is not HTTP") }
    return (code, Array(text[end.upperBound...].utf8))
  }

  /// The time by a controller's clock, and how many pods hold GPU memory.
  static func health(of server: ServerRecord) throws -> (time: Timestamp, pods: Int) {
    let (status, body) = try get("/healthz", host: server.host, port: server.port)
    let answer = try JSON(parsing: body)
    guard status == 200, let time = answer["time_ns"]?.integer, let pods = answer["pods"]?.integer else {
      throw LiveError.noAnswer(address: server.url, reason: "status \(status) of /healthz")
    }
    return (Timestamp(nanoseconds: Int64(time)), pods)
  }
}
