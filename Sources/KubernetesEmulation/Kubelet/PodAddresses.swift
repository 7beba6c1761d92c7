/// Addresses of nodes and pods: those that listen have one in 127.0.0.0/8, all of which is loopback, the others one that
/// leads nowhere.
///
/// The loopback addresses come from the port of the server, so two clusters on one machine never share one.
struct PodAddresses {
  private let prefix: String
  private var free: [Int]
  private var next = 0

  /// Machines and pods with loopback addresses that there can be at the same time.
  static let most = 254

  init(port: Int) {
    prefix = "127.\(port >> 8).\(port & 255)."
    free = Array((1...Self.most).reversed())
  }

  /// A loopback address; `nil` when all are taken.
  mutating func loopback() -> String? {
    free.popLast().map { "\(prefix)\($0)" }
  }

  /// An address that nobody listens on.
  mutating func unreachable() -> String {
    next += 1
    return "10.\(240 + next >> 16 & 7).\(next >> 8 & 255).\(next & 255)"
  }

  /// Gives an address back.
  mutating func release(_ address: String) {
    guard address.hasPrefix(prefix), let number = Int(address.dropFirst(prefix.count)) else { return }
    free.insert(number, at: 0)  // the longest unused one comes next, so that late packets find nobody
  }
}
