extension NodeNetworkLedger {
  /// The earliest later moment at which the node offers more without any further claim or release, or `nil`.
  ///
  /// A placement that found no room waits for this moment instead of polling. The offer grows when a running fetch has
  /// finished by its own bookkeeping, or when every running fetch has become able to meet its objective with the next
  /// equal share: a fetch that gets more than that share gains on its objective at a constant rate, so the moment is
  /// the root of a line. While one holder has the NIC, nothing changes by itself.
  ///
  /// - Returns: a moment strictly after `time`, at which `available` really answers with the larger offer.
  public func nextChange(after time: Double) -> Double? {
    guard !isExclusive, !claims.isEmpty else { return nil }
    var present = self
    present.charge(upTo: time)
    var future = present
    while let finish = future.nextFinish {
      if future.offer == 0, let root = future.firstAcceptance(before: finish) {
        return Self.confirmed(root, offering: future.nextShare, after: time, from: present)
      }
      future.finishFetches(at: finish)
      let offer = future.offer
      if offer > 0 {
        return Self.confirmed(finish, offering: offer, after: time, from: present)
      }
    }
    return nil
  }

  /// The moment before the next fetch finishes at which all running ones would accept the next equal share.
  private func firstAcceptance(before finish: Double) -> Double? {
    let share = nextShare
    var earliest = claims[0].updatedAt
    var latest = finish
    for claim in claims {
      guard let moments = claim.momentsMeetingObjective(at: share) else { return nil }
      earliest = max(earliest, moments.lowerBound)
      latest = min(latest, moments.upperBound)
    }
    return earliest < latest ? earliest : nil
  }

  /// The first representable moment from `root` on at which the offer is really there.
  ///
  /// The root of a line is rounded, and so is the charging of a fetch; asking a rounding error too early would offer
  /// nothing and cost another round.
  private static func confirmed(
    _ root: Double, offering offer: Double, after time: Double, from present: NodeNetworkLedger
  ) -> Double {
    var moment = max(root, time.nextUp)
    var step = moment.ulp
    while step < longestRoundingStep {
      var then = present
      if then.available(at: moment) >= offer { return moment }
      moment += step
      step *= 2
    }
    return moment
  }

  /// Rounding shifts a moment by less than this many seconds, even on a clock that counts from 1970.
  private static let longestRoundingStep = 1e-3
}
