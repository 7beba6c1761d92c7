/// The fastest few of the nodes shown to it, fastest first; of equal nodes the one shown first stays in front.
///
/// One pass over the nodes of a cluster finds them without sorting the cluster: a node that is too slow costs one
/// comparison, and only a pipeline's worth of nodes is ever kept.
struct FastestNodes {
  let capacity: Int
  private(set) var nodes: [Int] = []
  private(set) var gbps: [Double] = []

  init(capacity: Int) {
    self.capacity = capacity
    nodes.reserveCapacity(capacity + 1)
    gbps.reserveCapacity(capacity + 1)
  }

  var isFull: Bool { nodes.count >= capacity }

  /// Shows a node and hands back the one that finds no place any more: itself, a slower one, or none.
  mutating func insert(node: Int, gbps rate: Double) -> (node: Int, gbps: Double)? {
    if isFull, capacity == 0 || rate <= gbps[capacity - 1] { return (node, rate) }
    var position = nodes.count
    while position > 0, rate > gbps[position - 1] { position -= 1 }
    nodes.insert(node, at: position)
    gbps.insert(rate, at: position)
    guard nodes.count > capacity else { return nil }
    return (nodes.removeLast(), gbps.removeLast())
  }
}

extension PlacementQuery {
  /// The `count` fastest usable nodes with at least `memoryGB` free on a GPU, leaving out one node if asked to.
  func fastestNodes(_ count: Int, withFreeMemoryGB memoryGB: Int, except excluded: Int? = nil) -> FastestNodes {
    var fastest = FastestNodes(capacity: count)
    for node in freeMemoryGB.indices where isUsable(node, memoryGB: memoryGB) && node != excluded {
      _ = fastest.insert(node: node, gbps: availableGbps[node])
    }
    return fastest
  }

  /// Whether a node has network to spare and a GPU with that much free memory.
  func isUsable(_ node: Int, memoryGB: Int) -> Bool {
    freeMemoryGB[node] >= memoryGB && availableGbps[node] > 0
  }
}
