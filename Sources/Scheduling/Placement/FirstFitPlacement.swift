/// The placement of Serverless vLLM: the first node with room for the whole model, whatever its network does.
///
/// - Source: the published scheduler's `naive` algorithm.
public struct FirstFitPlacement: PlacementPolicy {
  /// The name that tables and logs print.
  public let name = "first-fit"

  /// A policy without settings.
  public init() {}

  /// One worker on the lowest-numbered node that can hold the model, without a claim on its NIC.
  public func plan(for query: PlacementQuery) -> PlacementPlan? {
    let memoryGB = query.memoryOfWholeModelGB
    guard let node = query.freeMemoryGB.firstIndex(where: { $0 >= memoryGB }) else { return nil }
    return PlacementPlan(nodes: [node], memoryGB: [memoryGB], gbps: [0], willConsolidate: false)
  }
}
