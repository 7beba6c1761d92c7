import Quantities
import Testing

@testable import Scheduling

@Suite struct NodeNetworkLedgerTests {
  @Test func `an idle NIC offers everything`() {
    var ledger = NodeNetworkLedger(bandwidthGbps: 16)
    #expect(ledger.available(at: 3) == 16)
    #expect(ledger.nextChange(after: 3) == nil)
  }

  @Test func `two fetches share the NIC and the second leaves it whole again`() {
    var ledger = NodeNetworkLedger(bandwidthGbps: 16)
    let first = ledger.claim(sizeGb: 104, sloSeconds: 30, at: 0)
    let second = ledger.claim(sizeGb: 104, sloSeconds: 30, at: 1)
    #expect(ledger.claims.map(\.gbps) == [8, 8])
    #expect(ledger.claims[0].remainingGb == 88)  // 104 − 1 s · 16 Gbps
    ledger.release(second, at: 2)
    #expect(ledger.claims.map(\.gbps) == [16])
    #expect(ledger.claims[0].remainingGb == 80)  // 88 − 1 s · 8 Gbps
    ledger.release(first, at: 3)
    #expect(ledger.available(at: 3) == 16)
  }

  /// 16 Gb at 16 Gbps with 1.5 s to go; the next share is 8 Gbps. At time t the fetch has 16 − 16 t left and 8 (1.5 −
  /// t) within reach, so it would agree from t = 0.5 on.
  @Test func `a node refuses while a fetch would miss its objective and says when it stops refusing`() {
    var ledger = NodeNetworkLedger(bandwidthGbps: 16)
    _ = ledger.claim(sizeGb: 16, sloSeconds: 1.5, at: 0)
    #expect(ledger.available(at: 0) == 0)
    #expect(ledger.nextChange(after: 0) == 0.5)
    #expect(ledger.available(at: 0.5) == 8)
    #expect(ledger.nextChange(after: 0.5) == 1)  // then it has finished
    #expect(ledger.available(at: 1) == 16)
  }

  @Test func `a fetch that is late for good is waited for until it has finished`() {
    var ledger = NodeNetworkLedger(bandwidthGbps: 16)
    _ = ledger.claim(sizeGb: 32, sloSeconds: 1, at: 0)
    #expect(ledger.nextChange(after: 0) == 2)
    #expect(ledger.available(at: 2) == 16)
  }

  @Test func `an exclusive holder is neither disturbed nor overtaken by time`() throws {
    var ledger = NodeNetworkLedger(bandwidthGbps: 16)
    #expect(ledger.mayClaimExclusively(at: 0) == true)
    try ledger.claimExclusively()
    #expect(ledger.available(at: 1) == 0)
    #expect(ledger.mayClaimExclusively(at: 1) == false)
    #expect(ledger.nextChange(after: 1) == nil)
    #expect(throws: NetworkLedgerError.alreadyExclusive) { try ledger.claimExclusively() }
    try ledger.releaseExclusive()
    #expect(throws: NetworkLedgerError.notExclusive) { try ledger.releaseExclusive() }
    _ = ledger.claim(sizeGb: 1, sloSeconds: 1, at: 2)
    #expect(throws: NetworkLedgerError.fetchesRunning(count: 1)) { try ledger.claimExclusively() }
  }

  /// 8 Gb and 24 Gb share 16 Gbps: the first finishes at 1 s. Published: the second keeps 8 Gbps until something is
  /// claimed or released, and finishes at 3 s. Corrected: it gets 16 Gbps from 1 s on, and finishes at 2 s.
  @Test func `an expired fetch gives its share back only under corrected rules`() {
    for (rules, share, finish) in [(ControlPlaneRules.published, 8.0, 3.0), (.corrected, 16.0, 2.0)] {
      var ledger = NodeNetworkLedger(bandwidthGbps: 16, rules: rules)
      _ = ledger.claim(sizeGb: 8, sloSeconds: 9, at: 0)
      _ = ledger.claim(sizeGb: 24, sloSeconds: 9, at: 0)
      _ = ledger.available(at: 1.5)
      #expect(ledger.claims.map(\.gbps) == [share])
      #expect(ledger.nextChange(after: 1.5) == finish)
      #expect(ledger.available(at: finish) == 16)
    }
  }

  @Test func `a claim counts an expired fetch only under published rules`() {
    for (rules, share) in [(ControlPlaneRules.published, 8.0), (.corrected, 16.0)] {
      var ledger = NodeNetworkLedger(bandwidthGbps: 16, rules: rules)
      _ = ledger.claim(sizeGb: 16, sloSeconds: 9, at: 0)
      _ = ledger.claim(sizeGb: 16, sloSeconds: 9, at: 2)
      #expect(ledger.claims.last?.gbps == share)
    }
  }

  @Test func `the mistakes of a caller are told in one sentence`() {
    let sentences = [NetworkLedgerError.fetchesRunning(count: 2), .alreadyExclusive, .notExclusive].map(\.description)
    #expect(
      sentences == [
        "A NIC with 2 running fetches cannot be taken exclusively; ask mayClaimExclusively first.",
        "The NIC is already taken exclusively; ask mayClaimExclusively first.",
        "The NIC is not taken exclusively and cannot be given back; release it once per successful claim.",
      ])
  }
}
