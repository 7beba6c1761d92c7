import Glibc
import Quantities

extension LocalResource {
  /// A network of machines, as it was written down.
  public struct Network: Hashable, Sendable {
    /// Its number on this machine.
    public let number: Int
    /// How many machines it has.
    public let machineCount: Int
    /// The hardware address of its bridge.
    public let hardwareAddress: String

    /// A network that was written down.
    public init(number: Int, machineCount: Int, hardwareAddress: String) {
      self.number = number
      self.machineCount = machineCount
      self.hardwareAddress = hardwareAddress
    }

    /// The name of its bridge, by which it is called in messages.
    public var name: String { "hydra\(number)" }

    /// Whether its bridge is there, and not another of its name.
    public var isThere: Bool { Self.hardwareAddress(of: name) == hardwareAddress }

    /// Removes the namespaces, which must have no processes any more, their cables, and the bridge, if that is still the
    /// same and not another of its name.
    ///
    /// - Returns: whether it was.
    @discardableResult public func remove() -> Bool {
      guard isThere else { return false }
      let machines = Array(repeating: Bandwidth(bytesPerSecond: 1), count: machineCount)
      let network = LocalNetwork(number: number, rates: machines, hardwareAddress: hardwareAddress)
      for machine in 0..<machineCount {
        try? NetworkTool.ip.run(["link", "del", network.port(machine)])  // would go with its namespace, but later
        try? NetworkTool.ip.run(["netns", "del", network.namespace(machine)])
      }
      return (try? NetworkTool.ip.run(["link", "del", name])) != nil
    }

    private static func hardwareAddress(of link: String) -> String? {
      let descriptor = open("/sys/class/net/\(link)/address", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var bytes = [UInt8](repeating: 0, count: 64)
      let count = read(descriptor, &bytes, bytes.count)
      return String(decoding: bytes.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
  }
}
