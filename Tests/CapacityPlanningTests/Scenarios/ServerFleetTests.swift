import Quantities
import ServingModel
import Testing

@testable import CapacityPlanning

@Suite struct ServerFleetTests {
  private static func fleet(_ small: Int, _ large: Int) -> ServerFleet {
    ServerFleet(
      groups: [.init(type: PlanSamples.small, count: small), .init(type: PlanSamples.large, count: large)],
      storageType: PlanSamples.storage)
  }

  @Test func `servers are named by their GPU and number, in the order of the types`() {
    #expect(Self.fleet(2, 1).nodes.map(\.name) == ["a10-0", "a10-1", "v100-0"])
    #expect(Self.fleet(2, 1).gpuCount == 6)
    #expect(Self.fleet(2, 0).text == "2 x a10")
    #expect(Self.fleet(0, 0).text == "no server")
  }

  @Test(arguments: [(1, 0, 1), (2, 0, 1), (3, 0, 2), (4, 4, 4)])
  func `storage has the network of the GPU servers`(small: Int, large: Int, storage: Int) {
    // 16 Gbps each against 32 Gbps of a storage server: one for every two.
    #expect(Self.fleet(small, large).storage.count == storage)
  }

  @Test func `a GPU server may use two storage servers`() {
    let fast = InstanceType(
      name: "fast", gpuType: GPUType("a10"), gpuCount: 4, gpuMemoryGB: 22, network: .gbps(64), hostMemoryGB: 752,
      virtualCPUs: 128)
    let fleet = ServerFleet(groups: [.init(type: fast, count: 3)], storageType: PlanSamples.storage)
    #expect(fleet.storage.count == 6)
    #expect(
      !PlanSamples.storage.serves(
        InstanceType(
          name: "faster", gpuType: GPUType("a10"), gpuCount: 4, gpuMemoryGB: 22, network: .gbps(65), hostMemoryGB: 752,
          virtualCPUs: 128)))
  }

  @Test func `scaling rounds every type, and changes something`() {
    #expect(Self.fleet(2, 4).scaled(by: 1.2).groups.map(\.count) == [2, 5])
    #expect(Self.fleet(2, 4).scaled(by: 0.8).groups.map(\.count) == [2, 3])
    #expect(Self.fleet(1, 1).scaled(by: 1.2).groups.map(\.count) == [2, 1])
    #expect(Self.fleet(0, 1).scaled(by: 0.8).groups.map(\.count) == [0, 0])
    #expect(Self.fleet(2, 4).scaled(by: 1) == Self.fleet(2, 4))
  }
}
