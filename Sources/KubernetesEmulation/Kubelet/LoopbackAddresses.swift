import DequeModule
import Glibc
import Synchronization

/// Addresses in 127.0.0.0/8 that no other cluster on this machine has.
///
/// A port of 127.0.0.1 stands for the 254 addresses 127.x.y.1 to 127.x.y.254 with x and y its two bytes. The first is that
/// of the cluster's server; when its addresses are taken, another port is taken from the system and kept, so that two
/// clusters never have one in common however many addresses they need.
final class LoopbackAddresses: Sendable {
  private struct State {
    var free: Deque<String>
    /// Sockets that keep ports.
    var kept: [Int32] = []
  }

  private let state: Mutex<State>

  /// Addresses of a port.
  private static let addressesOfPort = 254
  /// Ports that one cluster keeps at most.
  static let mostPorts = 64
  /// Machines and pods that can have an address at the same time.
  static let most = addressesOfPort * mostPorts

  init(port: Int) {
    state = Mutex(State(free: Deque(Self.addresses(of: port))))
  }

  deinit {
    state.withLock { state in
      for socket in state.kept { close(socket) }
    }
  }

  /// An address; `nil` when there is none.
  func take() -> String? {
    state.withLock { state in
      if state.free.isEmpty, let port = Self.keepPort(&state.kept) { state.free += Self.addresses(of: port) }
      return state.free.popFirst()
    }
  }

  /// Gives an address back. The longest unused one comes next, so that late packets find nobody.
  func release(_ address: String) {
    state.withLock { $0.free.append(address) }
  }

  private static func addresses(of port: Int) -> [String] {
    (1...addressesOfPort).map { "127.\(port >> 8).\(port & 255).\($0)" }
  }

  /// Takes a free port from the system, which gives it to nobody else while the socket is open.
  private static func keepPort(_ kept: inout [Int32]) -> Int? {
    guard kept.count < mostPorts - 1 else { return nil }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else {
      close(descriptor)
      return nil
    }
    kept.append(descriptor)
    return Int(in_port_t(bigEndian: place.sin_port))
  }
}
