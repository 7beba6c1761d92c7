import Quantities
import Testing

@testable import ClusterControl

@Suite struct LocalNetworkTests {
  @Test func `each machine has a cable to the bridge, shaped at both ends`() {
    let network = LocalNetwork(number: 5, rates: [Bandwidth(bytesPerSecond: 1e9)], hardwareAddress: "")
    let commands = network.linkCommands.map { $0.joined(separator: " ") }
    #expect(
      commands == [
        // A network has 16,384 addresses, 64 for each machine: the fifth begins at 198.18.0.0 + 81,920.
        "addr add 198.19.127.193/18 dev hydra5",  // the 256th machine's
        "link set hydra5 up",
        "netns add hydra5-0",
        "link add hv5-0 type veth peer name eth0 netns hydra5-0",
        "link set hv5-0 master hydra5 up",
        "-n hydra5-0 addr add 198.19.64.1/18 dev eth0",
        "-n hydra5-0 link set eth0 up",
        "-n hydra5-0 link set lo up",
        "-n hydra5-0 route add local 198.19.64.0/26 dev lo",
      ])
    #expect(
      network.shapingCommands.map { $0.joined(separator: " ") } == [
        // 8 Gbit/s; 5 ms are 5 MB, 200 ms are 200 MB
        "-n hydra5-0 qdisc add dev eth0 root tbf rate 8000000000bit burst 5000000 limit 200000000",
        "qdisc add dev hv5-0 root tbf rate 8000000000bit burst 5000000 limit 200000000",
      ])
  }

  @Test func `a slow card still takes the largest pieces that the kernel hands over`() {
    #expect(LocalNetwork.bucket(Bandwidth(bytesPerSecond: 1000)) == "rate 8000bit burst 131072 limit 262144")
  }

  @Test func `all addresses are in the network that is set aside for measurements, and no two are the same`() {
    let networks = [0, LocalNetwork.mostNetworks - 1].map {
      LocalNetwork(number: $0, rates: [], hardwareAddress: "")
    }
    #expect(networks[0].address(of: 0) == "198.18.0.1")
    #expect(networks[0].podAddresses(of: 3).first == "198.18.0.194")  // 3 * 64 + 2
    #expect(networks[1].podAddresses(of: LocalNetwork.mostMachines - 1).last == "198.19.255.191")
    let all = networks.flatMap { network in
      (0...LocalNetwork.mostMachines).flatMap { [network.address(of: $0)] + network.podAddresses(of: $0) }
    }
    #expect(Set(all).count == all.count)
    #expect(all.allSatisfy { $0.hasPrefix("198.18.") || $0.hasPrefix("198.19.") })
  }

  @Test func `names fit into what the kernel allows`() {
    let network = LocalNetwork(
      number: LocalNetwork.mostNetworks - 1,
      rates: Array(repeating: Bandwidth(bytesPerSecond: 1), count: LocalNetwork.mostMachines),
      hardwareAddress: "")
    #expect(network.bridge.utf8.count <= 15)
    let ports = network.linkCommands.filter { $0.starts(with: ["link", "add"]) }.map { $0[2] }
    #expect(Set(ports).count == LocalNetwork.mostMachines)
    #expect(ports.allSatisfy { $0.utf8.count <= 15 })
  }
}
