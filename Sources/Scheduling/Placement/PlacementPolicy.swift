/// How a control plane chooses the nodes of a cold start.
///
/// A policy is a pure function of the query, so one policy serves every kind of cluster.
public protocol PlacementPolicy: Sendable {
  /// The name that tables and logs print.
  var name: String { get }

  /// The nodes for one cold start, or `nil` when the cluster has no room for it at the moment.
  func plan(for query: PlacementQuery) -> PlacementPlan?
}

/// The cluster and the model as a placement policy sees them.
public struct PlacementQuery: Sendable {
  /// Free memory of the freest GPU of each node, in GB.
  public var freeMemoryGB: [Int]
  /// Rate that a new fetch would get on each node, in Gbps; 0 means that the node must not be used.
  public var availableGbps: [Double]
  /// Size of the model, in whole GB.
  public var modelSizeGB: Int
  /// TTFT objective, in milliseconds.
  public var ttftSLOMilliseconds: Double
  /// TPOT objective, in milliseconds.
  public var tpotSLOMilliseconds: Double
  /// What has been measured of the model.
  public var profile: ServingProfile
  /// How many workers the waiting requests ask for, from 1.
  public var requiredPipelineSize: Int
  /// How long the oldest request has waited, in milliseconds.
  public var waitingMilliseconds: Double

  /// A query about one entry per node in both lists.
  ///
  /// - Precondition: `freeMemoryGB` and `availableGbps` have the same length.
  public init(
    freeMemoryGB: [Int], availableGbps: [Double], modelSizeGB: Int, ttftSLOMilliseconds: Double,
    tpotSLOMilliseconds: Double, profile: ServingProfile, requiredPipelineSize: Int, waitingMilliseconds: Double
  ) {
    precondition(freeMemoryGB.count == availableGbps.count, "a placement query describes every node in both lists")
    self.freeMemoryGB = freeMemoryGB
    self.availableGbps = availableGbps
    self.modelSizeGB = modelSizeGB
    self.ttftSLOMilliseconds = ttftSLOMilliseconds
    self.tpotSLOMilliseconds = tpotSLOMilliseconds
    self.profile = profile
    self.requiredPipelineSize = requiredPipelineSize
    self.waitingMilliseconds = waitingMilliseconds
  }

  /// GPU memory of one stage of `pipelineSize`, in GB: a share of the model and of its KV-cache reserve, rounded up.
  public func memoryPerStageGB(pipelineSize: Int) -> Int {
    let total = modelSizeGB + Self.cacheReserveGB
    return (total + pipelineSize - 1) / pipelineSize
  }

  /// GPU memory of a full-memory worker, in GB: it can serve the whole model alone.
  public var memoryOfWholeModelGB: Int {
    Self.memoryOfWholeModelGB(ofSizeGB: modelSizeGB)
  }

  /// GPU memory of a full-memory worker of a model of `sizeGB`, in GB.
  public static func memoryOfWholeModelGB(ofSizeGB sizeGB: Int) -> Int {
    sizeGB + cacheReserveGB
  }

  /// GPU memory kept for the KV cache of every model, in GB. Source: the published scheduler's constant.
  static let cacheReserveGB = 5
}

/// Which nodes hold which stage of a cold start, and what each of them must set aside for it.
public struct PlacementPlan: Hashable, Sendable {
  /// The node of each stage, in rank order.
  public var nodes: [Int]
  /// The GPU memory of each stage, in GB.
  public var memoryGB: [Int]
  /// The rate that each stage counts on, in Gbps; 0 where no NIC share is claimed.
  public var gbps: [Double]
  /// Whether full-memory workers are to fetch the rest of the model later and serve alone.
  public var willConsolidate: Bool

  /// A plan with one entry per stage in each list.
  public init(nodes: [Int], memoryGB: [Int], gbps: [Double], willConsolidate: Bool) {
    self.nodes = nodes
    self.memoryGB = memoryGB
    self.gbps = gbps
    self.willConsolidate = willConsolidate
  }

  /// The number of stages.
  public var pipelineSize: Int { nodes.count }
}
