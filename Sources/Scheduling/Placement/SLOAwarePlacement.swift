/// The placement of HydraServe: the smallest pipeline that is predicted to meet both objectives.
///
/// For each pipeline size it knows, from one pass over the nodes, the slowest link that a pipeline of so many
/// full-memory workers would have; the TTFT follows from it. The nodes themselves are chosen once, for the pipeline
/// that was taken, so a decision costs one pass per pipeline size.
///
/// - Source: the published scheduler's main algorithm, ties and accidents included (see `ControlPlaneRules`).
public struct SLOAwarePlacement: PlacementPolicy {
  /// The name that tables and logs print.
  public let name: String
  /// The largest pipeline it considers.
  public let maxPipelineSize: Int
  /// Which accidents of the published algorithm it reproduces.
  public let rules: ControlPlaneRules

  /// What a cold start takes besides fetching the model, in milliseconds. Source: the published scheduler's constant.
  static let startOverheadMilliseconds = 2000.0
  /// The time that a stage adds to each token of a pipeline, in milliseconds. Source: the published scheduler.
  static let hopMilliseconds = 1.0
  /// The prefill time assumed where the measured one is not used, in milliseconds. Source: the published scheduler.
  static let assumedPrefillMilliseconds = 2.0

  /// A policy that considers pipelines of up to `maxPipelineSize` stages.
  ///
  /// - Precondition: `maxPipelineSize` is at least 1.
  public init(maxPipelineSize: Int = 4, rules: ControlPlaneRules = .published) {
    precondition(maxPipelineSize >= 1, "a pipeline has at least one stage")
    self.maxPipelineSize = maxPipelineSize
    self.rules = rules
    name = "slo-aware-\(maxPipelineSize)"
  }

  /// The smallest pipeline predicted to meet both objectives; a single worker on the fastest node when none is, or when
  /// the model misses its TPOT objective even alone; `nil` when no usable node can hold the whole model.
  public func plan(for query: PlacementQuery) -> PlacementPlan? {
    let fullMemoryNodes = query.fastestNodes(maxPipelineSize, withFreeMemoryGB: query.memoryOfWholeModelGB)
    guard !fullMemoryNodes.nodes.isEmpty else { return nil }
    let profile = query.profile
    let missesTPOTAlone = profile.points > 0 && profile.timePerOutputTokenMilliseconds >= query.tpotSLOMilliseconds
    guard !missesTPOTAlone, let shape = smallestShape(for: query, fullMemoryGbps: fullMemoryNodes.gbps) else {
      return StaticPlacement(pipelineSize: 1).plan(for: query)
    }
    return place(shape, for: query)
  }

  /// A pipeline size and how many of its workers have memory for the whole model.
  private struct Shape {
    let pipelineSize: Int
    let fullMemoryWorkers: Int
  }

  /// The shape of the smallest pipeline that meets both objectives and has at least the required size, else of the
  /// largest that meets them.
  private func smallestShape(for query: PlacementQuery, fullMemoryGbps: [Double]) -> Shape? {
    var chosen: Shape?
    for pipelineSize in 1...maxPipelineSize {
      let stages = query.fastestNodes(
        pipelineSize, withFreeMemoryGB: query.memoryPerStageGB(pipelineSize: pipelineSize))
      guard stages.isFull else { continue }
      let fewest = min(max(query.requiredPipelineSize, 1), pipelineSize)
      for workers in fewest...pipelineSize where workers <= fullMemoryGbps.count {
        let slowest = min(fullMemoryGbps[workers - 1], stages.gbps[pipelineSize - 1])
        let shape = Shape(pipelineSize: pipelineSize, fullMemoryWorkers: workers)
        if meetsObjectives(shape, slowestGbps: slowest, query) {
          chosen = shape
          break
        }
      }
      if let chosen, chosen.pipelineSize >= query.requiredPipelineSize { break }
    }
    return chosen
  }

  /// Whether a pipeline whose slowest stage fetches at a rate is predicted to meet the objectives of a query.
  private func meetsObjectives(_ shape: Shape, slowestGbps: Double, _ query: PlacementQuery) -> Bool {
    let stages = Double(shape.pipelineSize)
    let full = Double(shape.fullMemoryWorkers)
    // A stage on a full-memory worker computes with a larger share of its GPU than one on a slice.
    let slowdown = stages - full + full / stages
    let fetchMilliseconds = Double(query.modelSizeGB) / stages / slowestGbps * 8 * 1000
    let ttft =
      fetchMilliseconds + prefillMilliseconds(query.profile) * slowdown + query.waitingMilliseconds
      + Self.startOverheadMilliseconds
    guard ttft < query.ttftSLOMilliseconds else { return false }
    guard query.profile.points > 0 else { return true }
    let tpot = query.profile.timePerOutputTokenMilliseconds * slowdown + Self.hopMilliseconds * (stages - 1)
    return tpot <= query.tpotSLOMilliseconds
  }

  private func prefillMilliseconds(_ profile: ServingProfile) -> Double {
    let usesMeasurement = rules.estimatesPrefillAtTwoMilliseconds ? profile.points == 0 : profile.points > 0
    return usesMeasurement ? profile.prefillMilliseconds : Self.assumedPrefillMilliseconds
  }

  /// The nodes of a shape: full-memory workers on the fastest nodes that can hold the model, the rest on the fastest of
  /// what remains.
  private func place(_ shape: Shape, for query: PlacementQuery) -> PlacementPlan {
    let stageGB = query.memoryPerStageGB(pipelineSize: shape.pipelineSize)
    let others = shape.pipelineSize - shape.fullMemoryWorkers
    let (full, sliced) =
      rules.dropsDisplacedNodeOfEqualBandwidth
      ? onePass(shape, for: query, stageGB: stageGB) : twoPasses(shape, for: query, stageGB: stageGB)
    return PlacementPlan(
      nodes: full.nodes + sliced.nodes,
      memoryGB: Array(repeating: query.memoryOfWholeModelGB, count: shape.fullMemoryWorkers)
        + Array(repeating: stageGB, count: others),
      gbps: full.gbps + sliced.gbps, willConsolidate: others > 0)
  }

  /// The published choice: a displaced full-memory node joins the others at the moment it is displaced.
  private func onePass(
    _ shape: Shape, for query: PlacementQuery, stageGB: Int
  ) -> (full: FastestNodes, sliced: FastestNodes) {
    var full = FastestNodes(capacity: shape.fullMemoryWorkers)
    var sliced = FastestNodes(capacity: shape.pipelineSize - shape.fullMemoryWorkers)
    for node in query.freeMemoryGB.indices where query.isUsable(node, memoryGB: stageGB) {
      var candidate: (node: Int, gbps: Double)? = (node, query.availableGbps[node])
      if let shown = candidate, query.freeMemoryGB[node] >= query.memoryOfWholeModelGB {
        candidate = full.insert(node: shown.node, gbps: shown.gbps)
      }
      if let left = candidate {
        _ = sliced.insert(node: left.node, gbps: left.gbps)
      }
    }
    return (full, sliced)
  }

  /// The same without the accident: first the full-memory workers, then the others, each in the order of the nodes.
  private func twoPasses(
    _ shape: Shape, for query: PlacementQuery, stageGB: Int
  ) -> (full: FastestNodes, sliced: FastestNodes) {
    let full = query.fastestNodes(shape.fullMemoryWorkers, withFreeMemoryGB: query.memoryOfWholeModelGB)
    var sliced = FastestNodes(capacity: shape.pipelineSize - shape.fullMemoryWorkers)
    for node in query.freeMemoryGB.indices
    where query.isUsable(node, memoryGB: stageGB) && !full.nodes.contains(node) {
      _ = sliced.insert(node: node, gbps: query.availableGbps[node])
    }
    return (full, sliced)
  }
}
