import GoldenData
import Scheduling
import Testing

/// The published bandwidth bookkeeping, state by state.
@Suite struct NetworkOracleTests {
  @Test func `every step of a node leaves the published books`() throws {
    var wrong: [String] = []
    for recorded in try GoldenData.cases("network.json", kind: "manager") {
      var ledger = NodeNetworkLedger(bandwidthGbps: try recorded["bandwidth"].double)
      for (position, step) in try recorded["steps"].array.enumerated() {
        let before = ledger
        let agrees = try Self.apply(step, to: &ledger)
        let sameState = try Self.agrees(ledger, exclusive: step[5], claims: step[6])
        // A refused step leaves the books as they were.
        let unchanged = try step[3] != .string("ASSERT") || ledger.claims == before.claims
        if !agrees || !sameState || !unchanged {
          wrong.append("case \(try recorded["i"].int) step \(position): \(step) gave \(ledger)")
          break
        }
      }
    }
    #expect(wrong.count == 0, "first: \(wrong.prefix(3))")
  }

  @Test func `every step of a fetch leaves the published books`() throws {
    for recorded in try GoldenData.cases("network.json", kind: "event") {
      let start = try recorded["init"]
      var claim = NetworkClaim(
        id: 1, sizeGb: try start[0].double, sloSeconds: try start[1].double, gbps: try start[2].double,
        at: try start[3].double)
      let number = try recorded["i"].int
      for step in try recorded["steps"].array {
        switch try step[0].string {
        case "update":
          let isRunning = claim.advance(to: try step[1].double)
          #expect(try isRunning == step[3].bool)
        case "check": #expect(try claim.meetsObjective(at: step[2][0].double) == step[3].bool)
        case "change": claim.change(to: try step[2][0].double, at: try step[1].double)
        case let unknown: Issue.record("unknown operation \(unknown)")
        }
        #expect(try Self.agrees([claim], step[6]), "case \(number): \(step) gave \(claim)")
      }
    }
  }

  @Test func `every step of a cluster leaves the published books`() throws {
    var wrong: [String] = []
    for recorded in try GoldenData.cases("network.json", kind: "cluster") {
      var ledger = ClusterNetworkLedger(bandwidthsGbps: try recorded["bandwidths"].array.map { try $0.double })
      for (position, step) in try recorded["steps"].array.enumerated() {
        let agrees = try Self.apply(step, to: &ledger)
        let sameState = try ledger.nodes.indices.allSatisfy {
          try Self.agrees(ledger.nodes[$0], exclusive: step[5][$0], claims: step[6][$0])
        }
        if !agrees || !sameState {
          wrong.append("case \(try recorded["i"].int) step \(position): \(step) gave \(ledger)")
          break
        }
      }
    }
    #expect(wrong.count == 0, "first: \(wrong.prefix(3))")
  }

  /// Applies a step of a node and says whether it answered as published. Where the published code reports an error and
  /// goes on (claims of an exclusive NIC), so does the ledger; where it stops at an assertion, the ledger throws.
  private static func apply(_ step: JSONValue, to ledger: inout NodeNetworkLedger) throws -> Bool {
    let time = try step[1].double
    let arguments = try step[2]
    let returned = try step[3]
    switch try step[0].string {
    case "avail":
      return GoldenData.agree(ledger.available(at: time), try returned.double)
    case "create":
      let isReported = try step[4].bool == ledger.isExclusive
      let id = ledger.claim(sizeGb: try arguments[0].double, sloSeconds: try arguments[1].double, at: time)
      return try isReported && id == returned.int
    case "release":
      ledger.release(try arguments[0].int, at: time)
      return true
    case "check":
      return try ledger.mayClaimExclusively(at: time) == returned.bool
    case "claim":
      let isReported = try step[4].bool
      let running = ledger.claims.count
      let expected: NetworkLedgerError? =
        returned == .string("ASSERT") ? .fetchesRunning(count: running) : isReported ? .alreadyExclusive : nil
      return error(of: { () throws(NetworkLedgerError) in try ledger.claimExclusively() }) == expected
    case "full":
      let expected: NetworkLedgerError? = returned == .string("ASSERT") ? .notExclusive : nil
      return error(of: { () throws(NetworkLedgerError) in try ledger.releaseExclusive() }) == expected
    default:
      return false
    }
  }

  private static func error(of body: () throws(NetworkLedgerError) -> Void) -> NetworkLedgerError? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }

  private static func apply(_ step: JSONValue, to ledger: inout ClusterNetworkLedger) throws -> Bool {
    let time = try step[1].double
    let arguments = try step[2]
    let returned = try step[3]
    func ints(_ value: JSONValue) throws -> [Int] { try value.array.map { try $0.int } }
    switch try step[0].string {
    case "rnets":
      let expected = try returned.array.map { try $0.double }
      return zip(ledger.availableGbps(at: time), expected).allSatisfy { GoldenData.agree($0, $1) }
    case "node":
      return GoldenData.agree(ledger.available(node: try arguments[0].int, at: time), try returned.double)
    case "claim":
      let ids = ledger.claim(
        nodes: try ints(arguments[0]), modelSizeGB: try arguments[1].double, sloMilliseconds: try arguments[2].double,
        at: time)
      return try ids == ints(returned)
    case "release":
      ledger.release(nodes: try ints(arguments[0]), claims: try ints(arguments[1]), at: time)
      return true
    case "try_full":
      return try ledger.tryClaimExclusively(nodes: ints(arguments[0]), at: time) == returned.bool
    case "release_full":
      try ledger.releaseExclusive(nodes: ints(arguments[0]))
      return true
    default:
      return false
    }
  }

  private static func agrees(_ ledger: NodeNetworkLedger, exclusive: JSONValue, claims: JSONValue) throws -> Bool {
    try ledger.isExclusive == exclusive.bool && agrees(ledger.claims, claims)
  }

  private static func agrees(_ claims: [NetworkClaim], _ expected: JSONValue) throws -> Bool {
    let expected = try expected.array
    return try claims.count == expected.count
      && zip(claims, expected).allSatisfy { claim, recorded in
        try claim.id == recorded[0].int && agree(claim.remainingGb, recorded[1])
          && agree(claim.slackSeconds, recorded[2]) && agree(claim.gbps, recorded[3])
          && agree(claim.updatedAt, recorded[4])
      }
  }

  private static func agree(_ value: Double, _ recorded: JSONValue) throws -> Bool {
    GoldenData.agree(value, try recorded.double, absolute: 1e-6)
  }
}
