/// One running fetch in the books of a node: what is left of it, and how long it may still take.
///
/// The books assume that a fetch gets exactly the rate written down; they never hear how far it really is.
public struct NetworkClaim: Hashable, Sendable {
  /// The number under which it is released, unique on its node.
  public let id: Int
  /// What is left to fetch, in Gb; negative once it should have finished.
  public private(set) var remainingGb: Double
  /// The time left to the objective, in seconds; negative once it is missed.
  public private(set) var slackSeconds: Double
  /// The rate it is assumed to get, in Gbps.
  public private(set) var gbps: Double
  /// The moment up to which it has been charged, in seconds.
  public private(set) var updatedAt: Double

  /// A fetch of `sizeGb` that starts at `updatedAt` and should end within `sloSeconds`.
  public init(id: Int, sizeGb: Double, sloSeconds: Double, gbps: Double, at updatedAt: Double) {
    self.id = id
    self.remainingGb = sizeGb
    self.slackSeconds = sloSeconds
    self.gbps = gbps
    self.updatedAt = updatedAt
  }

  /// Charges the fetch up to a moment, and says whether anything of it is left.
  @discardableResult
  public mutating func advance(to time: Double) -> Bool {
    let elapsed = time - updatedAt
    remainingGb -= elapsed * gbps
    slackSeconds -= elapsed
    updatedAt = time
    return remainingGb > 0
  }

  /// Whether the fetch would still meet its objective at another rate, from the moment it was charged up to.
  public func meetsObjective(at gbps: Double) -> Bool {
    slackSeconds * gbps >= remainingGb
  }

  /// Charges the fetch at its old rate up to a moment, and assumes another rate from then on.
  public mutating func change(to gbps: Double, at time: Double) {
    advance(to: time)
    self.gbps = gbps
  }

  /// The moment at which nothing is left at the rate written down, in seconds.
  var finish: Double {
    updatedAt + remainingGb / gbps
  }

  /// The moments at which the fetch would meet its objective at another rate while it goes on at its own.
  ///
  /// What is left and the slack both change at a constant rate, so these moments form one interval.
  func momentsMeetingObjective(at other: Double) -> ClosedRange<Double>? {
    let margin = slackSeconds * other - remainingGb
    let growth = gbps - other
    if growth == 0 { return margin >= 0 ? -.infinity ... .infinity : nil }
    let root = updatedAt - margin / growth
    return growth > 0 ? root ... .infinity : -.infinity...root
  }
}
