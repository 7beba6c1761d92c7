import GoldenData
import Scheduling
import Testing

/// Every placement of the published scheduler, configuration by configuration.
@Suite struct PlacementOracleTests {
  static let policies: [(name: String, policy: any PlacementPolicy)] = [
    ("naive", FirstFitPlacement()),
    ("static1", StaticPlacement(pipelineSize: 1)),
    ("static2", StaticPlacement(pipelineSize: 2)),
    ("static4", StaticPlacement(pipelineSize: 4)),
    ("static_sd1", StaticPlacement(pipelineSize: 1, keepsWholeModelOnFirstNode: true)),
    ("static_sd2", StaticPlacement(pipelineSize: 2, keepsWholeModelOnFirstNode: true)),
    ("static_sd4", StaticPlacement(pipelineSize: 4, keepsWholeModelOnFirstNode: true)),
    ("ours2", SLOAwarePlacement(maxPipelineSize: 2)),
    ("ours4", SLOAwarePlacement()),
    ("ours8", SLOAwarePlacement(maxPipelineSize: 8)),
  ]

  @Test func `every configuration places like the published scheduler`() throws {
    let file = try GoldenData.load("placement.json")
    let configurations = try file["algorithms"].array.map { try $0.string }
    #expect(configurations == Self.policies.map(\.name))
    var wrong: [String] = []
    for recorded in try GoldenData.cases("placement.json") {
      let query = try PlacementQuery(recorded: recorded["in"])
      for (position, configuration) in Self.policies.enumerated() {
        let expected = try recorded["out"][position]
        let plan = configuration.policy.plan(for: query)
        if try !Self.agrees(plan, with: expected) {
          wrong.append("case \(try recorded["i"].int) \(configuration.name): \(String(describing: plan))")
        }
      }
    }
    #expect(wrong.count == 0, "first: \(wrong.prefix(5))")
  }

  /// The cases in which a corrected placement differs from the published one: the accidents show in the data, and the
  /// corrections concern nothing else.
  @Test func `corrected ties change nodes but never the rates or the shape`() throws {
    var ties = ControlPlaneRules.published
    ties.dropsDisplacedNodeOfEqualBandwidth = false
    var different = 0
    for recorded in try GoldenData.cases("placement.json") {
      let query = try PlacementQuery(recorded: recorded["in"])
      for size in [2, 4, 8] {
        let published = SLOAwarePlacement(maxPipelineSize: size).plan(for: query)
        let corrected = SLOAwarePlacement(maxPipelineSize: size, rules: ties).plan(for: query)
        different += published == corrected ? 0 : 1
        #expect(published?.gbps == corrected?.gbps)
        #expect(published?.memoryGB == corrected?.memoryGB)
        #expect(published?.willConsolidate == corrected?.willConsolidate)
      }
    }
    #expect(different > 0)
  }

  private static func agrees(_ plan: PlacementPlan?, with expected: JSONValue) throws -> Bool {
    let nodes = try expected[1].array.map { try $0.int }
    guard let plan else { return try expected[0].int == 0 && nodes.isEmpty }
    let gbps = try expected[3].array.map { try $0.double }
    return try plan.pipelineSize == expected[0].int && plan.nodes == nodes
      && plan.memoryGB == expected[2].array.map { try $0.int }
      && plan.gbps.count == gbps.count && zip(plan.gbps, gbps).allSatisfy { GoldenData.agree($0, $1) }
      && plan.willConsolidate == expected[4].bool
  }
}

extension PlacementQuery {
  /// The query of a recorded case, in the order that the file describes.
  fileprivate init(recorded: JSONValue) throws {
    self.init(
      freeMemoryGB: try recorded[0].array.map { try $0.int },
      availableGbps: try recorded[1].array.map { try $0.double },
      modelSizeGB: try recorded[2].int,
      ttftSLOMilliseconds: try recorded[3].double, tpotSLOMilliseconds: try recorded[4].double,
      profile: ServingProfile(
        points: try recorded[5].int, timePerOutputTokenMilliseconds: try recorded[6].double,
        prefillMilliseconds: try recorded[7].double),
      requiredPipelineSize: try recorded[8].int, waitingMilliseconds: try recorded[9].double)
  }
}
