import Glibc
import Quantities

/// Network namespaces for the machines of a local cluster: each has a card of its own that the kernel shapes, and all
/// hang on one bridge, by which the controller reaches them, too.
///
/// A network has a number that is taken by creating its bridge, which only one of those who try can do. Its addresses are
/// in 198.18.0.0/15, which is set aside for measuring networks and so is not used by any. Each machine has 64 of them: its
/// own and those of its pods, all of which a route in its namespace takes for local, so a pod gets one without a command.
///
/// - Source: RFC 2544 for the addresses; `tc-tbf(8)` for the shaping; `ip-route(8)` for local routes.
public struct LocalNetwork: Hashable, Sendable {
  /// The number of the network on this machine.
  let number: Int
  /// What each machine's card sends, and receives, by the second.
  let rates: [Bandwidth]
  /// The hardware address of the bridge, by which it is told from another of its name.
  let hardwareAddress: String

  /// How many networks there can be at once.
  static let mostNetworks = 8
  /// Machines that have addresses; those after them are the controller's.
  public static let mostMachines = 255
  /// Addresses of a machine, the first of which nobody has.
  private static let addressesOfMachine = 64

  var bridge: String { "hydra\(number)" }

  func namespace(_ machine: Int) -> String { "\(bridge)-\(machine)" }

  /// The bridge's end of a machine's cable; the kernel allows 15 characters.
  func port(_ machine: Int) -> String { "hv\(number)-\(machine)" }

  /// The address of a machine of a network.
  static func address(_ machine: Int, network: Int) -> String {
    address(machine, 1, network: network)
  }

  private static func address(_ machine: Int, _ place: Int, network: Int) -> String {
    let number = (network * (mostMachines + 1) + machine) * addressesOfMachine + place
    return "198.\(18 + number >> 16).\(number >> 8 & 255).\(number & 255)"
  }

  /// The address of a machine.
  public func address(of machine: Int) -> String {
    Self.address(machine, network: number)
  }

  /// The addresses that pods on a machine can have.
  public func podAddresses(of machine: Int) -> [String] {
    (2..<Self.addressesOfMachine).map { Self.address(machine, $0, network: number) }
  }

  /// The command that runs another on a machine.
  ///
  /// - Throws: ``ClusterControlError/networkRefused(what:reason:)``.
  public func command(_ program: String, _ arguments: [String], on machine: Int) throws -> (String, [String]) {
    (try NetworkTool.ip.path(), ["netns", "exec", namespace(machine), program] + arguments)
  }

  // MARK: Making and removing

  /// Makes the network.
  ///
  /// - Parameter record: called with it before it has more than its bridge; it would outlive a controller that is killed.
  /// - Throws: ``ClusterControlError/tooManyMachines(count:allowed:)``,
  ///   ``ClusterControlError/networkRefused(what:reason:)``, with nothing left behind.
  public static func make(rates: [Bandwidth], record: (LocalResource) throws -> Void) throws -> LocalNetwork {
    guard rates.count <= mostMachines else {
      throw ClusterControlError.tooManyMachines(count: rates.count, allowed: mostMachines)
    }
    for number in 0..<mostNetworks where !exists(bridge: "hydra\(number)") {
      let network = LocalNetwork(number: number, rates: rates, hardwareAddress: anyHardwareAddress())
      do {
        try NetworkTool.ip.run(["link", "add", network.bridge, "address", network.hardwareAddress, "type", "bridge"])
      } catch {
        if exists(bridge: network.bridge) { continue }  // somebody else was faster
        throw error
      }
      do {
        try record(.network(network.resource))
        for line in network.linkCommands { try NetworkTool.ip.run(line) }
        for line in network.shapingCommands { try NetworkTool.tc.run(line) }
      } catch {
        network.remove()
        throw error
      }
      return network
    }
    throw ClusterControlError.networkRefused(what: "a bridge", reason: "all \(mostNetworks) are taken")
  }

  /// Removes everything, whatever of it there is.
  public func remove() {
    resource.remove()
  }

  private var resource: LocalResource.Network {
    LocalResource.Network(number: number, machineCount: rates.count, hardwareAddress: hardwareAddress)
  }

  private static func exists(bridge: String) -> Bool {
    access("/sys/class/net/\(bridge)", F_OK) == 0
  }

  /// One that is administered locally, as those which no card has from its maker are.
  private static func anyHardwareAddress() -> String {
    let digits = "0123456789abcdef"
    return "02" + (0..<10).map { place in (place % 2 == 0 ? ":" : "") + String(digits.randomElement() ?? "0") }.joined()
  }

  // MARK: Commands

  /// What `ip` is to do, one after the other.
  var linkCommands: [[String]] {
    var commands = [
      "addr add \(address(of: Self.mostMachines))/18 dev \(bridge)", "link set \(bridge) up",
    ]
    for machine in rates.indices {
      let space = namespace(machine)
      let port = port(machine)
      commands += [
        "netns add \(space)", "link add \(port) type veth peer name eth0 netns \(space)",
        "link set \(port) master \(bridge) up",
        "-n \(space) addr add \(address(of: machine))/18 dev eth0", "-n \(space) link set eth0 up",
        "-n \(space) link set lo up",
        "-n \(space) route add local \(Self.address(machine, 0, network: number))/26 dev lo",
      ]
    }
    return commands.map { $0.split(separator: " ").map(String.init) }
  }

  /// What `tc` is to do: the machine's end of the cable shapes what it sends, the bridge's what it receives.
  var shapingCommands: [[String]] {
    rates.indices.flatMap { machine in
      ["-n \(namespace(machine)) qdisc add dev eth0", "qdisc add dev \(port(machine))"].map {
        device in
        "\(device) root tbf \(Self.bucket(rates[machine]))".split(separator: " ").map(String.init)
      }
    }
  }

  /// A token bucket that holds 5 ms, as the emulated cards' do, and at least two of the largest pieces that the kernel
  /// hands over; as much may wait as comes in 200 ms.
  static func bucket(_ rate: Bandwidth) -> String {
    let burst = max(Int(rate.bytesPerSecond * 0.005), 131_072)
    let limit = max(Int(rate.bytesPerSecond * 0.2), 2 * burst)
    return "rate \(max(Int(rate.bytesPerSecond * 8), 8))bit burst \(burst) limit \(limit)"
  }
}
