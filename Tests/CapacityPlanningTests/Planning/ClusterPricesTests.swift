import Experiments
import Testing

@testable import CapacityPlanning

@Suite struct ClusterPricesTests {
  private static func fleet(small: Int, large: Int) -> ServerFleet {
    ServerFleet(
      groups: [.init(type: PlanSamples.small, count: small), .init(type: PlanSamples.large, count: large)],
      storageType: PlanSamples.storage)
  }

  @Test func `without prices every GPU-hour counts as one`() throws {
    let prices = try ClusterPrices(
      of: [PlanSamples.small, PlanSamples.large], storageType: PlanSamples.storage,
      configuration: try Configuration.load())
    #expect(prices.unit == "GPU-hours")
    #expect(prices.perHour(Self.fleet(small: 3, large: 2)) == 11)
  }

  @Test func `storage servers cost what they cost, where they have a price`() {
    // 3 x 2 + 1 x 5 for the GPU servers, whose 64 Gbps take two storage servers.
    let prices = ClusterPrices(
      unit: "coins", source: "made up", perHour: ["small": 2, "large": 5], storagePerHour: 0.5)
    #expect(prices.perHour(Self.fleet(small: 3, large: 1)) == 12)
    #expect(prices.perHour(Self.fleet(small: 0, large: 0)) == 0)
  }
}
