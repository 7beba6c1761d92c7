import Quantities
import Testing

@testable import ClusterControl

@Suite struct LocalNetworkTests {
  @Test func `each machine has a cable to the bridge, shaped at both ends`() {
    let network = LocalNetwork(number: 300, rates: [Bandwidth(bytesPerSecond: 1e9)], hardwareAddress: "")
    let commands = network.linkCommands.map { $0.joined(separator: " ") }
    #expect(
      commands == [
        "addr add 198.19.44.254/24 dev hydra300",  // 300 = 256 + 44
        "link set hydra300 up",
        "netns add hydra300-0",
        "link add hv300-0 type veth peer name eth0 netns hydra300-0",
        "link set hv300-0 master hydra300 up",
        "-n hydra300-0 addr add 198.19.44.1/24 dev eth0",
        "-n hydra300-0 link set eth0 up",
        "-n hydra300-0 link set lo up",
      ])
    #expect(
      network.shapingCommands.map { $0.joined(separator: " ") } == [
        // 8 Gbit/s; 5 ms are 5 MB, 200 ms are 200 MB
        "-n hydra300-0 qdisc add dev eth0 root tbf rate 8000000000bit burst 5000000 limit 200000000",
        "qdisc add dev hv300-0 root tbf rate 8000000000bit burst 5000000 limit 200000000",
      ])
  }

  @Test func `a slow card still takes the largest pieces that the kernel hands over`() {
    #expect(LocalNetwork.bucket(Bandwidth(bytesPerSecond: 1000)) == "rate 8000bit burst 131072 limit 262144")
  }

  @Test func `all addresses are in the network that is set aside for measurements`() {
    let last = LocalNetwork.mostNetworks - 1
    #expect(LocalNetwork.address(0, network: 0) == "198.18.0.1")
    #expect(LocalNetwork.address(LocalNetwork.mostMachines - 1, network: last) == "198.19.255.253")
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
