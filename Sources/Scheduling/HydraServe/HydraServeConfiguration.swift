import Quantities
import ServingModel

/// The numbers of the published scheduler, and the choices that tell its variants apart.
///
/// - Source: the published artifact's constants (batch size, grace period, loop period, workers per cold start, margin).
public struct HydraServeConfiguration: Sendable {
  /// How stages are placed on nodes.
  public var placement: any PlacementPolicy
  /// Whether the nodes' storage agents are told to fetch weights at the moment of the decision; Serverless vLLM's are
  /// not, its workers fetch when they have started.
  public var prefetchesWeights = true
  /// Which accidents of the published code are kept.
  public var rules = ControlPlaneRules.published
  /// Idle time before an instance is deleted.
  public var gracePeriod = Duration.seconds(30)
  /// How often idle instances are looked for.
  public var instanceLoopPeriod = Duration.seconds(1)
  /// Requests that an instance takes at a time, for each of its stages.
  public var batchSizePerStage = 8
  /// Most workers that one cold start is asked to provide.
  public var maxWorkersPerColdStart = 4
  /// What the scheduler sets aside of a TTFT objective for everything that is not the fetch.
  public var fetchMargin = Duration.seconds(2)
  /// Whether whole models stay in the nodes' host memory and instances start from there.
  public var usesHostMemoryCache = false
  /// How often a consolidating worker looks whether its node's bandwidth may be claimed.
  public var restClaimPeriod = Duration.milliseconds(100)
  /// The fetch objective that the rest of a model is claimed with: so short that the node is offered to nobody else.
  public var restFetchSLO = Duration.milliseconds(1)
  /// How often it looks whether all nodes of an instance may be claimed for moving its KV cache.
  public var migrationClaimPeriod = Duration.milliseconds(50)
  /// How often a further full-memory worker looks whether the first one serves alone.
  public var handOverPeriod = Duration.seconds(1)
  /// How often the memory of a node that holds a model is claimed again after it was taken.
  public var cachedClaimPeriod = Duration.seconds(1)
  /// Pause before the nodes that hold a model are asked again when there was no place for it anywhere. The published
  /// loop makes none.
  public var cachedRetryPause = Duration.milliseconds(100)
  /// Cold starts of a model that may fail one after the other before its waiting requests are answered with an error.
  public var maxConsecutiveFailures = 3

  /// The published numbers with a placement rule.
  public init(placement: any PlacementPolicy) {
    self.placement = placement
  }
}
