/// Which accidents of the published control plane to reproduce.
///
/// Each field is one place where the published code does something its authors can hardly have meant. Results are
/// compared with the published ones under `published`; `corrected` shows what the accidents cost.
public struct ControlPlaneRules: Hashable, Sendable {
  /// A fetch that has used up its bookkeeping keeps its share of the NIC.
  ///
  /// The published network ledger drops such a fetch without giving its share to the others until the next claim or
  /// release, and a new claim still counts it until somebody asks for the available rate. Corrected: the others share
  /// the NIC from the moment the fetch has finished.
  public var expiredFetchKeepsItsShare: Bool
  /// The TTFT estimate of the SLO-aware placement takes a prefill of 2 ms once a profile exists.
  ///
  /// The published condition is inverted: it uses the measured prefill time only when nothing was measured.
  /// Corrected: the measured time when there is a profile, 2 ms before.
  public var estimatesPrefillAtTwoMilliseconds: Bool
  /// An instance that is still starting counts with the capacity of all its stages when the demand is computed.
  ///
  /// The published autoscaler subtracts a full batch per stage although an instance serves one batch once it has
  /// consolidated. Corrected: what the instance will serve.
  public var countsFullCapacityOfStartingInstances: Bool
  /// The instance after a deleted one is overlooked in that look at the queue.
  ///
  /// The published loop deletes from the list that it walks over. Corrected: every instance is looked at.
  public var overlooksInstanceAfterDeletedOne: Bool
  /// The loop that ends idle instances begins only when the first request that got an instance has been answered.
  ///
  /// The published endpoint starts the loop at the end of that request's handler. Corrected: it begins with the first
  /// request that arrives.
  public var startsInstanceLoopAfterFirstAnswer: Bool
  /// Running means weigh a request with the number of points that there were when it was handed over.
  ///
  /// The published code remembers the number at the start of a request and uses it at the end, so of requests that ran at
  /// the same time each overwrites most of what the others added. Corrected: every request weighs the same.
  public var weighsProfileByPointsAtStart: Bool
  /// A node that the list of a model's cached copies names twice is claimed twice, by the memory it had before.
  ///
  /// The published code then waits until the second claim succeeds, a second at a time, and hands out nothing
  /// meanwhile. Corrected: each claim sees what the claims before have left, and a node is named once.
  public var claimsCachedNodeTwice: Bool
  /// A full-memory node that a faster one displaces goes behind workers of equal bandwidth, or is lost among them.
  ///
  /// The published SLO-aware placement inserts the displaced node as if it had been looked at just then, so of two equal
  /// nodes the one with the higher number can win. Corrected: the lower number always wins.
  public var dropsDisplacedNodeOfEqualBandwidth: Bool
  /// `REMOTE_SERVER_ADDR_2` of a GPU server with two storage servers stays in the environment of those after it.
  ///
  /// The published start-up fills one dictionary again and again. Corrected: only servers that have two name two.
  public var leaksSecondStorageAddress: Bool

  /// Rules with each accident reproduced (`true`) or corrected (`false`).
  public init(
    expiredFetchKeepsItsShare: Bool, estimatesPrefillAtTwoMilliseconds: Bool,
    countsFullCapacityOfStartingInstances: Bool, overlooksInstanceAfterDeletedOne: Bool,
    startsInstanceLoopAfterFirstAnswer: Bool, weighsProfileByPointsAtStart: Bool, claimsCachedNodeTwice: Bool,
    dropsDisplacedNodeOfEqualBandwidth: Bool, leaksSecondStorageAddress: Bool
  ) {
    self.expiredFetchKeepsItsShare = expiredFetchKeepsItsShare
    self.estimatesPrefillAtTwoMilliseconds = estimatesPrefillAtTwoMilliseconds
    self.countsFullCapacityOfStartingInstances = countsFullCapacityOfStartingInstances
    self.overlooksInstanceAfterDeletedOne = overlooksInstanceAfterDeletedOne
    self.startsInstanceLoopAfterFirstAnswer = startsInstanceLoopAfterFirstAnswer
    self.weighsProfileByPointsAtStart = weighsProfileByPointsAtStart
    self.claimsCachedNodeTwice = claimsCachedNodeTwice
    self.dropsDisplacedNodeOfEqualBandwidth = dropsDisplacedNodeOfEqualBandwidth
    self.leaksSecondStorageAddress = leaksSecondStorageAddress
  }

  /// Everything as the published code does it.
  public static let published = ControlPlaneRules(reproducingAccidents: true)
  /// Everything as it seems to have been meant.
  public static let corrected = ControlPlaneRules(reproducingAccidents: false)

  private init(reproducingAccidents all: Bool) {
    self.init(
      expiredFetchKeepsItsShare: all, estimatesPrefillAtTwoMilliseconds: all,
      countsFullCapacityOfStartingInstances: all, overlooksInstanceAfterDeletedOne: all,
      startsInstanceLoopAfterFirstAnswer: all, weighsProfileByPointsAtStart: all, claimsCachedNodeTwice: all,
      dropsDisplacedNodeOfEqualBandwidth: all, leaksSecondStorageAddress: all)
  }
}
