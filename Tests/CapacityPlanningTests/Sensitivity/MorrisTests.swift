import Experiments
import Quantities
import ServingModel
import Testing

@testable import CapacityPlanning

@Suite struct MorrisTests {
  private static func walk(_ seed: UInt64, parameters: Int) -> MorrisTrajectory {
    var random = RandomStream(seed: seed, purpose: "test")
    return MorrisTrajectory(parameters: parameters, using: &random)
  }

  @Test(arguments: UInt64(0)..<20)
  func `every parameter moves once, by two thirds of its range, inside it`(seed: UInt64) {
    let walk = Self.walk(seed, parameters: 7)
    #expect(walk.points.count == 8)
    #expect(walk.moved.sorted() == Array(0..<7))
    for (index, (from, to)) in zip(walk.points, walk.points.dropFirst()).enumerated() {
      let changed = from.indices.filter { from[$0] != to[$0] }
      #expect(changed == [walk.moved[index]])
      #expect(abs(abs(from[changed[0]] - to[changed[0]]) - 2.0 / 3) < 1e-12)
      #expect(to.allSatisfy { (-1e-12...1 + 1e-12).contains($0) })
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `the effects of a sum are its slopes, wherever the walk goes`(seed: UInt64) {
    let slopes = [3.0, -2, 0, 0.5]
    let walk = Self.walk(seed, parameters: 4)
    let effects = walk.effects(of: walk.points.map { zip(slopes, $0).reduce(0) { $0 + $1.0 * $1.1 } })
    for (effect, slope) in zip(effects, slopes) { #expect(abs((effect ?? .nan) - slope) < 1e-9) }
  }

  @Test func `the effects of a product differ from walk to walk`() {
    let effects = (UInt64(0)..<20).map { seed in
      let walk = Self.walk(seed, parameters: 2)
      return walk.effects(of: walk.points.map { $0[0] * $0[1] })[0] ?? .nan
    }
    // The slope of the one is the level of the other: 0, 1/3, 2/3 or 1.
    #expect(Set(effects.map { ($0 * 3).rounded() }) == [0, 1, 2, 3])
    #expect(effects.allSatisfy { abs($0 * 3 - ($0 * 3).rounded()) < 1e-9 })
  }

  @Test func `a point without a value takes only the moves from and to it away`() {
    let walk = Self.walk(1, parameters: 4)
    let effects = walk.effects(of: [0, 1, nil, 3, 4])
    #expect(effects.indices.filter { effects[$0] == nil }.sorted() == [walk.moved[1], walk.moved[2]].sorted())
  }

  @Test func `sizes do not cancel out, means do`() {
    let row = MorrisScreening.Row(name: "a", kind: .assumed, value: "1", effects: [4, -4, 1, -1])
    #expect(row.meanSize == 2.5)
    #expect(row.statistics?.mean == 0)
    #expect(MorrisScreening.Row(name: "b", kind: .assumed, value: "1", effects: []).meanSize == 0)
  }

  @Test func `what a system does not use has no effect, and the bytes do not depend on the jobs`() async throws {
    try await SmallWorkload.with((0..<12).map { (Double($0) * 9, nil) }) { configuration in
      let scenario = try SmallWorkload.scenario(.serverlessVLLM, servers: 1, configuration: configuration)
      let parameters = SensitivityParameter.all(of: scenario).filter {
        ["slo-scale", "router-period", "keep-alive", "container-start"].contains($0.name)
      }
      var texts: [[String]] = []
      for jobs in [1, 2] {
        let screening = try await MorrisScreening(
          of: parameters, in: scenario, change: 0.5, objective: .ttft, seeds: [1, 2, 3, 4], jobs: jobs)
        texts.append([screening.text, try screening.json()])
        let router = try #require(screening.rows.first { $0.name == "router-period" })
        #expect(router.effects == [0, 0, 0, 0])
        #expect(screening.rows[0].meanSize > 0)
        #expect(screening.text.contains("simulated: serverless_vllm on 1 x v100"))
      }
      #expect(texts[0] == texts[1])
    }
  }
}
