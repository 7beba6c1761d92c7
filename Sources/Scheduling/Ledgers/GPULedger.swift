/// A slice of one GPU, held by one worker's pod.
public struct GPUClaim: Hashable, Sendable {
  /// The name of the pod, `node<node>-<number>`, never used twice.
  public let podName: String
  /// The node.
  public let node: Int
  /// The GPU of the node.
  public let gpu: Int
  /// What the placement asked for, in GB; cost counts this.
  public let askedGB: Int
  /// What the worker holds, in GB: what was asked for, and a leftover too small for anybody else.
  public let heldGB: Int

  /// A slice of a GPU.
  public init(podName: String, node: Int, gpu: Int, askedGB: Int, heldGB: Int) {
    self.podName = podName
    self.node = node
    self.gpu = gpu
    self.askedGB = askedGB
    self.heldGB = heldGB
  }
}

/// The books of all GPU memory of a cluster, in whole GB.
///
/// A worker gets the GPU with the least free memory that still fits, so large holes stay large. A leftover of at most 6
/// GB is of no use to any model, so the worker gets it too.
///
/// - Source: the published scheduler's resource manager.
public struct GPULedger: Sendable {
  /// Free memory of every GPU, by node.
  public internal(set) var freeGB: [[Int]]
  private var freest: [Int]
  private var nextPodNumber: [Int]

  /// A leftover of up to this many GB goes to the worker that caused it. Source: the published scheduler's constant.
  static let largestLeftoverGB = 6

  /// The books of idle GPUs: how many each node has, and the memory of each of them.
  public init(gpusPerNode: [(count: Int, memoryGB: Int)]) {
    freeGB = gpusPerNode.map { Array(repeating: $0.memoryGB, count: $0.count) }
    freest = freeGB.map { $0.max() ?? 0 }
    nextPodNumber = Array(repeating: 0, count: gpusPerNode.count)
  }

  /// Free memory of the freest GPU of each node; 0 for a node without a GPU.
  public func freestGB() -> [Int] {
    freest
  }

  /// Free memory of the freest GPU of one node.
  public func freestGB(ofNode node: Int) -> Int {
    freest[node]
  }

  /// Gives each stage a slice of a GPU of its node, or gives nobody anything and returns `nil`.
  ///
  /// The published code keeps the slices of a claim that fails half-way and so leaks them; here they go back. Pod
  /// numbers do not: a number once handed out is never used again.
  ///
  /// - Precondition: `nodes` and `memoryGB` have one entry per stage.
  public mutating func claim(nodes: [Int], memoryGB: [Int]) -> [GPUClaim]? {
    precondition(nodes.count == memoryGB.count, "a claim has a node and an amount of memory per stage")
    var claims: [GPUClaim] = []
    claims.reserveCapacity(nodes.count)
    for (node, askedGB) in zip(nodes, memoryGB) {
      let number = nextPodNumber[node]
      nextPodNumber[node] += 1
      guard let gpu = tightestGPU(of: node, fitting: askedGB) else {
        release(claims)
        return nil
      }
      let leftover = freeGB[node][gpu] - askedGB
      let heldGB = leftover <= Self.largestLeftoverGB ? askedGB + leftover : askedGB
      setFree(node: node, gpu: gpu, freeGB[node][gpu] - heldGB)
      claims.append(
        GPUClaim(podName: "node\(node)-\(number)", node: node, gpu: gpu, askedGB: askedGB, heldGB: heldGB))
    }
    return claims
  }

  /// Takes back what the workers hold.
  public mutating func release(_ claims: [GPUClaim]) {
    for claim in claims {
      setFree(node: claim.node, gpu: claim.gpu, freeGB[claim.node][claim.gpu] + claim.heldGB)
    }
  }

  /// The GPU of a node with the least free memory that still fits, the first among equals.
  func tightestGPU(of node: Int, fitting memoryGB: Int) -> Int? {
    var tightest: Int?
    for (gpu, free) in freeGB[node].enumerated() where free >= memoryGB {
      if let best = tightest, freeGB[node][best] <= free { continue }
      tightest = gpu
    }
    return tightest
  }

  /// Books the free memory of one GPU.
  mutating func setFree(node: Int, gpu: Int, _ memoryGB: Int) {
    freeGB[node][gpu] = memoryGB
    freest[node] = freeGB[node].max() ?? 0
  }
}
