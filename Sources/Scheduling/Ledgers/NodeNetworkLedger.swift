/// The books of one node's NIC: which fetches run, and what a further one would get.
///
/// Running fetches share the NIC equally. A further fetch is welcome only if all of them would still meet their
/// objectives with the smaller share; otherwise the node offers nothing, and placement passes it by. A migration of KV
/// cache takes the whole NIC instead.
///
/// Times are in seconds of any one clock, sizes in Gb, rates in Gbps.
///
/// - Source: the published scheduler's bandwidth manager.
public struct NodeNetworkLedger: Sendable {
  /// The rate of the NIC.
  public let bandwidthGbps: Double
  /// Which accidents of the published ledger it reproduces.
  public let rules: ControlPlaneRules
  /// The running fetches in the order of their claims, each charged up to when the ledger last had reason to.
  public private(set) var claims: [NetworkClaim] = []
  /// Whether one holder has the NIC for itself.
  public private(set) var isExclusive = false
  private var lastID = 0

  /// Whether nobody uses the NIC, as far as the books say.
  var isIdle: Bool {
    claims.isEmpty && !isExclusive
  }

  /// The books of an idle NIC.
  public init(bandwidthGbps: Double, rules: ControlPlaneRules = .published) {
    self.bandwidthGbps = bandwidthGbps
    self.rules = rules
  }

  /// The rate that a further fetch would get; 0 when the node must not take one.
  public mutating func available(at time: Double) -> Double {
    guard !isExclusive else { return 0 }
    charge(upTo: time)
    return offer
  }

  /// Books a fetch, gives every running one an equal share from now on, and returns its number.
  ///
  /// The caller has asked `available` first: the ledger books a fetch even if it makes others miss their objectives or
  /// while the NIC is held exclusively, as the published scheduler does after reporting an error.
  public mutating func claim(sizeGb: Double, sloSeconds: Double, at time: Double) -> Int {
    if !rules.expiredFetchKeepsItsShare {
      charge(upTo: time)
    }
    lastID += 1
    claims.append(NetworkClaim(id: lastID, sizeGb: sizeGb, sloSeconds: sloSeconds, gbps: 0, at: time))
    shareEqually(at: time)
    return lastID
  }

  /// Ends a fetch and gives its share to the others; a number that is unknown or already forgotten changes nothing.
  public mutating func release(_ id: Int, at time: Double) {
    if !rules.expiredFetchKeepsItsShare {
      charge(upTo: time)
    }
    guard let index = claims.firstIndex(where: { $0.id == id }) else { return }
    claims.remove(at: index)
    shareEqually(at: time)
  }

  /// Whether the NIC may be taken for one holder alone: nobody holds it and no fetch runs.
  public mutating func mayClaimExclusively(at time: Double) -> Bool {
    guard !isExclusive else { return false }
    charge(upTo: time)
    return claims.isEmpty
  }

  /// Takes the NIC for one holder alone.
  ///
  /// - Throws: `NetworkLedgerError` when fetches run or it is taken already; the books stay as they are.
  public mutating func claimExclusively() throws(NetworkLedgerError) {
    guard claims.isEmpty else { throw .fetchesRunning(count: claims.count) }
    guard !isExclusive else { throw .alreadyExclusive }
    isExclusive = true
  }

  /// Gives the NIC back to everybody.
  ///
  /// - Throws: `NetworkLedgerError.notExclusive` when nobody held it.
  public mutating func releaseExclusive() throws(NetworkLedgerError) {
    guard isExclusive else { throw .notExclusive }
    isExclusive = false
  }
}

extension NodeNetworkLedger {
  /// What a further fetch would get at the moment up to which all are charged.
  var offer: Double {
    guard !claims.isEmpty else { return bandwidthGbps }
    let share = nextShare
    return claims.allSatisfy { $0.meetsObjective(at: share) } ? share : 0
  }

  /// The equal share if one more fetch ran.
  var nextShare: Double {
    bandwidthGbps / Double(claims.count + 1)
  }

  /// The moment at which the next of the fetches finishes by its own bookkeeping.
  var nextFinish: Double? {
    var earliest: Double?
    for claim in claims where claim.finish < earliest ?? .infinity {
      earliest = claim.finish
    }
    return earliest
  }

  /// Charges all fetches up to a moment and drops those of which nothing is left.
  mutating func charge(upTo time: Double) {
    if !rules.expiredFetchKeepsItsShare {
      while let finish = nextFinish, finish < time {
        finishFetches(at: finish)
      }
    }
    let before = claims.count
    for index in claims.indices {
      claims[index].advance(to: time)
    }
    claims.removeAll { $0.remainingGb <= 0 }
    if claims.count < before, !rules.expiredFetchKeepsItsShare { shareEqually(at: time) }
  }

  /// Charges all fetches up to the moment the next of them finishes, and drops those that finish there.
  ///
  /// Dropping by the finishing moment, not by what is left, makes sure that at least one goes although it was rounded.
  mutating func finishFetches(at finish: Double) {
    var live: [NetworkClaim] = []
    for var claim in claims where claim.finish > finish {
      claim.advance(to: max(finish, claim.updatedAt))
      live.append(claim)
    }
    claims = live
    if !rules.expiredFetchKeepsItsShare, let moment = claims.first?.updatedAt { shareEqually(at: moment) }
  }

  /// Charges all fetches up to a moment at their old rates, and gives each an equal share from then on.
  private mutating func shareEqually(at time: Double) {
    guard !claims.isEmpty else { return }
    let share = bandwidthGbps / Double(claims.count)
    for index in claims.indices {
      claims[index].change(to: share, at: time)
    }
  }
}

/// A mistake of the caller of a network ledger.
public enum NetworkLedgerError: Error, Equatable {
  /// The NIC was to be taken exclusively while fetches run.
  case fetchesRunning(count: Int)
  /// The NIC was to be taken exclusively although it is taken.
  case alreadyExclusive
  /// The NIC was to be given back although nobody held it.
  case notExclusive
}

extension NetworkLedgerError: CustomStringConvertible {
  /// One sentence: what happened and what to do next.
  public var description: String {
    switch self {
    case .fetchesRunning(let count):
      "A NIC with \(count) running fetches cannot be taken exclusively; ask mayClaimExclusively first."
    case .alreadyExclusive:
      "The NIC is already taken exclusively; ask mayClaimExclusively first."
    case .notExclusive:
      "The NIC is not taken exclusively and cannot be given back; release it once per successful claim."
    }
  }
}
