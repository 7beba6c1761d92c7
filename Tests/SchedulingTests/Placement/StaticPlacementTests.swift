import Scheduling
import Testing

@Suite struct StaticPlacementTests {
  private static func query(free: [Int], gbps: [Double], sizeGB: Int) -> PlacementQuery {
    PlacementQuery(
      freeMemoryGB: free, availableGbps: gbps, modelSizeGB: sizeGB, ttftSLOMilliseconds: 1, tpotSLOMilliseconds: 1,
      profile: .none, requiredPipelineSize: 1, waitingMilliseconds: 0)
  }

  @Test func `stages go to the fastest nodes and count on the slowest of them`() {
    let plan = StaticPlacement(pipelineSize: 2).plan(for: Self.query(free: [9, 9, 9], gbps: [4, 16, 8], sizeGB: 13))
    #expect(plan == PlacementPlan(nodes: [1, 2], memoryGB: [9, 9], gbps: [8, 8], willConsolidate: false))
  }

  @Test func `a model of 10 GB is not cut`() {
    let plan = StaticPlacement(pipelineSize: 4).plan(
      for: Self.query(free: [22, 22, 22, 22], gbps: [1, 2, 3, 4], sizeGB: 10))
    #expect(plan == PlacementPlan(nodes: [3], memoryGB: [15], gbps: [4], willConsolidate: false))
  }

  @Test func `the first node keeps the whole model when asked to`() {
    let policy = StaticPlacement(pipelineSize: 2, keepsWholeModelOnFirstNode: true)
    let plan = policy.plan(for: Self.query(free: [9, 22, 9], gbps: [16, 8, 4], sizeGB: 13))
    #expect(plan == PlacementPlan(nodes: [1, 0], memoryGB: [18, 9], gbps: [8, 16], willConsolidate: true))
  }

  @Test func `too few nodes give no plan`() {
    #expect(StaticPlacement(pipelineSize: 2).plan(for: Self.query(free: [9, 9], gbps: [4, 0], sizeGB: 13)) == nil)
  }

  @Test func `first fit takes the lowest number whatever its network`() {
    let plan = FirstFitPlacement().plan(for: Self.query(free: [17, 18, 30], gbps: [9, 0, 9], sizeGB: 13))
    #expect(plan == PlacementPlan(nodes: [1], memoryGB: [18], gbps: [0], willConsolidate: false))
  }
}
