/// The books of all NICs of a cluster, in the terms of the scheduler: models in GB, objectives in milliseconds.
///
/// Times are in seconds of any one clock.
public struct ClusterNetworkLedger: Sendable {
  /// The books of each node.
  public private(set) var nodes: [NodeNetworkLedger]
  /// What each node offered when it was last asked; a node without fetches always offers its whole rate.
  private var offers: [Double]
  /// Nodes with fetches or an exclusive holder, in no particular order: only their offers change by themselves.
  private var busyNodes: [Int] = []
  private var isBusy: [Bool]

  /// The stages of a pipeline are not equal; each is counted as if the model had this share of its size less to hide
  /// in. Source: the published scheduler's allowance for unequal partitions.
  static let smallestStageShare = 0.9

  /// The books of idle NICs of those rates.
  public init(bandwidthsGbps: [Double], rules: ControlPlaneRules = .published) {
    nodes = bandwidthsGbps.map { NodeNetworkLedger(bandwidthGbps: $0, rules: rules) }
    offers = bandwidthsGbps
    isBusy = Array(repeating: false, count: bandwidthsGbps.count)
  }

  /// The rate that a further fetch would get on each node.
  ///
  /// - Complexity: O(n) in the number of nodes that are busy, not of all nodes.
  public mutating func availableGbps(at time: Double) -> [Double] {
    var kept = 0
    for node in busyNodes {
      offers[node] = nodes[node].available(at: time)
      if nodes[node].isIdle {
        isBusy[node] = false
      } else {
        busyNodes[kept] = node
        kept += 1
      }
    }
    busyNodes.removeSubrange(kept...)
    return offers
  }

  /// Sees to it that a node is asked anew whenever all are.
  private mutating func noteBusy(_ node: Int) {
    guard !isBusy[node] else { return }
    isBusy[node] = true
    busyNodes.append(node)
  }

  /// The rate that a further fetch would get on one node.
  public mutating func available(node: Int, at time: Double) -> Double {
    nodes[node].available(at: time)
  }

  /// Books the fetch of one stage on each node and returns the numbers of the claims, in the order of the nodes.
  public mutating func claim(
    nodes chosen: [Int], modelSizeGB: Double, sloMilliseconds: Double, at time: Double
  ) -> [Int] {
    let sloSeconds = sloMilliseconds / 1000
    var sizeGb = modelSizeGB * 8
    if chosen.count > 1 {
      sizeGb = sizeGb / Double(chosen.count) / Self.smallestStageShare
    }
    return chosen.map { node in
      noteBusy(node)
      return nodes[node].claim(sizeGb: sizeGb, sloSeconds: sloSeconds, at: time)
    }
  }

  /// Ends the fetches of a claim; `claims` are the numbers that `claim` returned for the same nodes.
  ///
  /// - Precondition: one number per node.
  public mutating func release(nodes chosen: [Int], claims: [Int], at time: Double) {
    precondition(chosen.count == claims.count, "a claim has one number per node")
    for (node, claim) in zip(chosen, claims) {
      nodes[node].release(claim, at: time)
    }
  }

  /// Takes the NICs of all those nodes for one holder alone, or none of them.
  ///
  /// Nodes are asked in order up to the first that refuses, so later ones are not charged, as in the published code.
  public mutating func tryClaimExclusively(nodes chosen: [Int], at time: Double) -> Bool {
    for node in chosen {
      guard nodes[node].mayClaimExclusively(at: time) else { return false }
    }
    for node in chosen {
      noteBusy(node)
      do {
        try nodes[node].claimExclusively()
      } catch {
        preconditionFailure("node \(node) is named twice in one exclusive claim: \(error)")
      }
    }
    return true
  }

  /// Gives the NICs of all those nodes back.
  ///
  /// - Throws: `NetworkLedgerError.notExclusive` when one of them was not held; those before it are given back.
  public mutating func releaseExclusive(nodes chosen: [Int]) throws(NetworkLedgerError) {
    for node in chosen {
      try nodes[node].releaseExclusive()
    }
  }

  /// The earliest later moment at which any node offers more without a further claim or release, or `nil`.
  public func nextChange(after time: Double) -> Double? {
    var earliest: Double?
    for node in busyNodes {
      if let change = nodes[node].nextChange(after: time), change < earliest ?? .infinity {
        earliest = change
      }
    }
    return earliest
  }
}
