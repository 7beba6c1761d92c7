/// A placement of fixed pipeline size on the nodes with the most available network.
///
/// - Source: the published scheduler's `static` algorithm, used for the cold-start measurements (paper, Figure 7).
public struct StaticPlacement: PlacementPolicy {
  /// The name that tables and logs print.
  public let name: String
  /// The number of stages.
  public let pipelineSize: Int
  /// Whether rank 0 gets memory for the whole model, so that it can serve alone later.
  public let keepsWholeModelOnFirstNode: Bool

  /// Models up to this size, in GB, are not worth cutting. Source: the published scheduler's constant.
  static let largestUncutModelGB = 10

  /// A policy of `pipelineSize` stages.
  ///
  /// - Precondition: `pipelineSize` is at least 1.
  public init(pipelineSize: Int, keepsWholeModelOnFirstNode: Bool = false) {
    precondition(pipelineSize >= 1, "a pipeline has at least one stage")
    self.pipelineSize = pipelineSize
    self.keepsWholeModelOnFirstNode = keepsWholeModelOnFirstNode
    name = keepsWholeModelOnFirstNode ? "static-\(pipelineSize)-consolidating" : "static-\(pipelineSize)"
  }

  /// The nodes with the most available network, or `nil` when too few of them have room for a stage.
  public func plan(for query: PlacementQuery) -> PlacementPlan? {
    guard keepsWholeModelOnFirstNode, pipelineSize > 1 else {
      return evenPlan(for: query, stages: query.modelSizeGB <= Self.largestUncutModelGB ? 1 : pipelineSize)
    }
    return planWithWholeModelOnFirstNode(for: query)
  }

  /// Stages of equal memory; each counts on the rate of the slowest, because the slowest decides when all are ready.
  private func evenPlan(for query: PlacementQuery, stages: Int) -> PlacementPlan? {
    let memoryGB = query.memoryPerStageGB(pipelineSize: stages)
    let fastest = query.fastestNodes(stages, withFreeMemoryGB: memoryGB)
    guard fastest.isFull, let slowest = fastest.gbps.last else { return nil }
    return PlacementPlan(
      nodes: fastest.nodes, memoryGB: Array(repeating: memoryGB, count: stages),
      gbps: Array(repeating: slowest, count: stages), willConsolidate: false)
  }

  /// Rank 0 goes to the fastest node that can hold everything, the other stages to the fastest of what is left.
  private func planWithWholeModelOnFirstNode(for query: PlacementQuery) -> PlacementPlan? {
    let first = query.fastestNodes(1, withFreeMemoryGB: query.memoryOfWholeModelGB)
    guard first.isFull else { return nil }
    let memoryGB = query.memoryPerStageGB(pipelineSize: pipelineSize)
    let others = query.fastestNodes(pipelineSize - 1, withFreeMemoryGB: memoryGB, except: first.nodes[0])
    guard others.isFull, let slowest = others.gbps.last else { return nil }
    return PlacementPlan(
      nodes: first.nodes + others.nodes,
      memoryGB: [query.memoryOfWholeModelGB] + Array(repeating: memoryGB, count: pipelineSize - 1),
      gbps: first.gbps + Array(repeating: slowest, count: pipelineSize - 1), willConsolidate: true)
  }
}
