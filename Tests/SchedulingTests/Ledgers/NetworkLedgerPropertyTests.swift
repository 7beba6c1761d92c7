import Quantities
import Scheduling
import Testing

@Suite struct NetworkLedgerPropertyTests {
  private static let rules = [ControlPlaneRules.published, .corrected]

  @Test(arguments: UInt64(0)..<100)
  func `shares never exceed the NIC and releasing everything returns to the start`(seed: UInt64) {
    for rules in Self.rules {
      var random = RandomStream(seed: seed, purpose: "network ledger")
      var ledger = NodeNetworkLedger(bandwidthGbps: 16, rules: rules)
      var ids: [Int] = []
      var time = 0.0
      for _ in 0..<60 {
        time += Double.random(in: 0...3, using: &random)
        if ids.isEmpty || Bool.random(using: &random) {
          let size = Double.random(in: 1...200, using: &random)
          ids.append(ledger.claim(sizeGb: size, sloSeconds: .random(in: -1...40, using: &random), at: time))
        } else {
          ledger.release(ids.remove(at: .random(in: ids.indices, using: &random)), at: time)
        }
        #expect(ledger.claims.map(\.gbps).reduce(0, +) <= 16 * (1 + 1e-12))
        let offer = ledger.available(at: time)
        #expect(offer == 0 || offer == 16 / Double(ledger.claims.count + 1))
      }
      for id in ids { ledger.release(id, at: time) }
      #expect(ledger.available(at: time) == 16)
      #expect(ledger.claims.isEmpty)
    }
  }

  /// Asks a copy of the ledger at every step of a fine grid and looks for the first larger answer.
  @Test(arguments: UInt64(0)..<200)
  func `the next change is the first at which stepping through time finds a larger offer`(seed: UInt64) {
    for rules in Self.rules {
      var random = RandomStream(seed: seed, purpose: "next change")
      var ledger = NodeNetworkLedger(bandwidthGbps: 16, rules: rules)
      var time = 0.0
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        time += Double.random(in: 0...2, using: &random)
        let size = Double.random(in: 1...60, using: &random)
        _ = ledger.claim(sizeGb: size, sloSeconds: size / 16 * .random(in: 0.5...8, using: &random), at: time)
      }
      let step = 1e-3
      while let change = ledger.nextChange(after: time) {
        #expect(change > time)
        let stepped = Self.firstGrowth(of: ledger, after: time, step: step)
        #expect(stepped != nil)
        #expect(abs((stepped ?? .infinity) - change) <= 2 * step, "\(String(describing: stepped)) but \(change)")
        #expect(ledger.available(at: change) > 0)
        time = change
      }
      #expect(ledger.available(at: time) == 16)
    }
  }

  private static func firstGrowth(of ledger: NodeNetworkLedger, after time: Double, step: Double) -> Double? {
    var ledger = ledger
    var last = ledger.available(at: time)
    for index in 1...200_000 {
      let moment = time + Double(index) * step
      let offer = ledger.available(at: moment)
      if offer > last { return moment }
      last = offer
    }
    return nil
  }

  @Test(arguments: UInt64(0)..<50)
  func `a cluster changes when the first of its nodes does`(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "cluster change")
    var cluster = ClusterNetworkLedger(bandwidthsGbps: [16, 32, 8])
    #expect(cluster.nextChange(after: 0) == nil)
    for _ in 0..<4 {
      let nodes = [0, 1, 2].filter { _ in Bool.random(using: &random) }
      _ = cluster.claim(nodes: nodes, modelSizeGB: 13, sloMilliseconds: 9000, at: 0)
    }
    #expect(cluster.nextChange(after: 0) == cluster.nodes.compactMap { $0.nextChange(after: 0) }.min())
  }

  @Test func `a stage is counted with an allowance for unequal partitions`() {
    var cluster = ClusterNetworkLedger(bandwidthsGbps: [16, 16])
    _ = cluster.claim(nodes: [0], modelSizeGB: 9, sloMilliseconds: 2500, at: 0)
    _ = cluster.claim(nodes: [0, 1], modelSizeGB: 9, sloMilliseconds: 2500, at: 0)
    #expect(cluster.nodes[0].claims.map(\.remainingGb) == [72, 40])  // 9 · 8, and 9 · 8 / 2 / 0.9
    #expect(cluster.nodes[1].claims.map(\.slackSeconds) == [2.5])
  }

  @Test func `an exclusive claim takes all nodes or none`() throws {
    var cluster = ClusterNetworkLedger(bandwidthsGbps: [16, 16, 16])
    let ids = cluster.claim(nodes: [1], modelSizeGB: 1, sloMilliseconds: 9000, at: 0)
    #expect(cluster.tryClaimExclusively(nodes: [0, 1], at: 0) == false)
    #expect(cluster.availableGbps(at: 0) == [16, 8, 16])
    cluster.release(nodes: [1], claims: ids, at: 0)
    #expect(cluster.tryClaimExclusively(nodes: [0, 1], at: 0) == true)
    #expect(cluster.availableGbps(at: 0) == [0, 0, 16])
    try cluster.releaseExclusive(nodes: [0, 1])
    #expect(cluster.availableGbps(at: 0) == [16, 16, 16])
  }
}
