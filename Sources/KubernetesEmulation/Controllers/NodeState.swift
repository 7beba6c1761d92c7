import WireProtocols

/// A node as the scheduler sees it: what it has and what its pods have taken; it lives on the server's event loop.
final class NodeState {
  static let gpuMemory = "aliyun.com/gpu-mem"
  static let gpuCountLabel = "aliyun.accelerator/nvidia_count"

  let name: String
  private(set) var labels: [JSON.Member] = []
  private var isOpen = true
  private var isReady = true
  private var allocatable: [String: ResourceQuantity] = [:]
  /// What is left of what is allocatable; less than nothing after a node has become smaller.
  private var free: [String: ResourceQuantity] = [:]
  private var mostPods = Int.max
  /// GPU memory that is taken, by GPU.
  private var gpuMemoryUsed: [Int] = []
  private var claims: [String: PodClaim] = [:]
  /// GPU memory that is taken, in thousandths.
  private(set) var gpuMemoryTaken = 0

  init(_ node: KubernetesObject) {
    name = node.name
    update(node)
  }

  func update(_ node: KubernetesObject) {
    labels = node.labels
    isOpen = node.spec["unschedulable"]?.bool != true
    isReady = node.isTrue("Ready")
    let now = Dictionary(
      (node.status["allocatable"]?.members ?? []).map { ($0.name, ResourceQuantity($0.value) ?? .zero) }
    ) { $1 }
    for resource in Set(now.keys).union(allocatable.keys) {  // in any order: each on its own
      let change = now[resource, default: .zero] - allocatable[resource, default: .zero]
      free[resource] = free[resource, default: .zero] + change
    }
    allocatable = now
    mostPods = now["pods"].map { $0.thousandths / 1000 } ?? .max
    let gpus = node.label(Self.gpuCountLabel).flatMap { Int($0) } ?? 0
    if gpus > gpuMemoryUsed.count { gpuMemoryUsed += Array(repeating: 0, count: gpus - gpuMemoryUsed.count) }
  }

  /// How many pods it has.
  var podCount: Int { claims.count }

  func add(_ claim: PodClaim, uid: String) {
    guard claims.updateValue(claim, forKey: uid) == nil else { return }
    for (resource, amount) in claim.amounts { free[resource] = free[resource, default: .zero] - amount }
    gpuMemoryTaken += claim.gpuMemory * 1000
    if let gpu = claim.gpu, gpuMemoryUsed.indices.contains(gpu) { gpuMemoryUsed[gpu] += claim.gpuMemory }
  }

  func remove(uid: String) {
    guard let claim = claims.removeValue(forKey: uid) else { return }
    for (resource, amount) in claim.amounts { free[resource] = free[resource, default: .zero] + amount }
    gpuMemoryTaken -= claim.gpuMemory * 1000
    if let gpu = claim.gpu, gpuMemoryUsed.indices.contains(gpu) { gpuMemoryUsed[gpu] -= claim.gpuMemory }
  }

  /// Why a pod does not fit; `nil` if it does.
  func refusal(of claim: PodClaim, _ affinity: NodeAffinity) -> String? {
    if !isOpen { return "node(s) were unschedulable" }
    if !isReady { return "node(s) had untolerated taint {node.kubernetes.io/not-ready: }" }
    if !affinity.allowsAll, !affinity.matches(labels: labels, name: name) {
      return "node(s) didn't match Pod's node affinity/selector"
    }
    if claims.count >= mostPods { return "Too many pods" }
    for (resource, amount) in claim.amounts where amount > .zero && amount > free[resource, default: .zero] {
      return "Insufficient \(resource)"
    }
    return claim.gpuMemory > 0 && gpu(for: claim) == nil ? "Insufficient GPU Memory in one device" : nil
  }

  /// The GPU that a pod's memory comes from: the fullest that has room.
  func gpu(for claim: PodClaim) -> Int? {
    guard claim.gpuMemory > 0, !gpuMemoryUsed.isEmpty else { return nil }
    let whole = allocatable[Self.gpuMemory, default: .zero].thousandths / 1000 / gpuMemoryUsed.count
    let fitting = gpuMemoryUsed.indices.filter { gpuMemoryUsed[$0] + claim.gpuMemory <= whole }
    return fitting.max { (gpuMemoryUsed[$0], $1) < (gpuMemoryUsed[$1], $0) }
  }
}

/// What a pod takes of a node.
struct PodClaim: Hashable {
  /// By resource, sorted, so that the first that lacks is always the same.
  let amounts: [(resource: String, amount: ResourceQuantity)]
  /// Memory of one GPU, in GiB.
  let gpuMemory: Int
  /// The GPU that it comes from, once it is known.
  let gpu: Int?

  static let gpuAnnotation = "ALIYUN_COM_GPU_MEM_IDX"

  init(_ pod: KubernetesObject) {
    var sums: [String: ResourceQuantity] = [:]
    for container in pod.spec["containers"]?.elements ?? [] {
      for request in container.at("resources", "requests")?.members ?? [] {
        sums[request.name, default: .zero] =
          sums[request.name, default: .zero] + (ResourceQuantity(request.value) ?? .zero)
      }
    }
    amounts = sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    gpuMemory = sums[NodeState.gpuMemory, default: .zero].thousandths / 1000
    gpu = pod.annotation(Self.gpuAnnotation).flatMap { Int($0) }
  }

  static func == (a: Self, b: Self) -> Bool {
    a.gpuMemory == b.gpuMemory && a.gpu == b.gpu && a.amounts.elementsEqual(b.amounts) { $0 == $1 }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(gpuMemory)
    hasher.combine(gpu)
  }
}
