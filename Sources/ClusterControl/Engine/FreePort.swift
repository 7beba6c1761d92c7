import Glibc

/// Ports of this machine that nobody listens on.
enum FreePort {
  /// A port that is free on an address at this moment; the system chooses it, among thousands and by chance.
  ///
  /// - Throws: ``ClusterControlError/noFreePort(reason:)``.
  static func take(on address: String) throws(ClusterControlError) -> Int {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw .noFreePort(reason: String(cString: strerror(errno))) }
    defer { close(socket) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr(address)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) != 0 || getsockname(socket, $0, &length) != 0
      }
    }
    guard !failed else { throw .noFreePort(reason: String(cString: strerror(errno))) }
    return Int(in_port_t(bigEndian: place.sin_port))
  }
}
