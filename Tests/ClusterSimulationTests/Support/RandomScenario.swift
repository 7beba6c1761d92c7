import Quantities
import Scheduling
import ServingModel

@testable import ClusterSimulation

/// A small cluster, a serving system and an open-loop load, all drawn from a seed.
struct RandomScenario {
  var cluster: SmallCluster
  let requests: [ScheduledRequest]

  init(seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "scenario")
    let system = ServingSystem.published.randomElement(using: &random) ?? .hydraServe
    var cluster = SmallCluster(system)
    Self.addMachines(to: &cluster, &random)
    for _ in 0..<Int.random(in: 1...4, using: &random) { Self.addModel(to: &cluster, &random) }
    if system != .serverlessVLLM {
      cluster.placement = Self.placement(of: system, nodes: cluster.nodes.count, &random)
    }
    requests = Self.load(models: cluster.models.count, &random)
    self.cluster = cluster
  }

  /// One to five nodes on one to three storage servers of equal rate, each node on one or two of these.
  private static func addMachines(to cluster: inout SmallCluster, _ random: inout RandomStream) {
    let storageRate = Double(Int.random(in: 1...4, using: &random))
    cluster.storage = (0..<Int.random(in: 1...3, using: &random)).map {
      StorageServer(name: "storage-\($0)", network: .gigabytesPerSecond(storageRate))
    }
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      let servers = cluster.storage.indices.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
      cluster.addNode(
        gigabytesPerSecond: Double(Int.random(in: 1...8, using: &random)) / 2,
        gpus: Int.random(in: 1...3, using: &random), memoryGB: [24, 32, 48].randomElement(using: &random) ?? 24,
        storage: servers.sorted())
    }
    cluster.hostPool = .gigabytes(Double(Int.random(in: 0...40, using: &random)))
    if Bool.random(using: &random) {
      cluster.hardware.fetchCap = .gigabytesPerSecond(Double(Int.random(in: 1...4, using: &random)))
    }
    cluster.hardware.hostToGPU = .gigabytesPerSecond(Double(Int.random(in: 1...8, using: &random)))
  }

  /// A model of 1 to 19 GB, which any node's GPU can hold with its reserve, cut unequally for every pipeline size.
  private static func addModel(to cluster: inout SmallCluster, _ random: inout RandomStream) {
    let bytes = Int64.random(in: 1_000_000_000...19_000_000_000, using: &random)
    let stages = (1...4).map { size in
      let weights = (0..<size).map { _ in Double.random(in: 0.5...1.5, using: &random) }
      let total = weights.reduce(0, +)
      var parts = weights.map { Int64(Double(bytes) * $0 / total) }
      parts[size - 1] += bytes - parts.reduce(0, +)
      return parts.map { ByteCount.bytes($0) }
    }
    cluster.add(stages, slo: .seconds(Int.random(in: 3...60, using: &random)))
  }

  private static func placement(
    of system: ServingSystem, nodes: Int, _ random: inout RandomStream
  ) -> any PlacementPolicy {
    if system == .hydraServeWithSingleWorker { return StaticPlacement(pipelineSize: 1) }
    if Bool.random(using: &random) { return SLOAwarePlacement() }
    return StaticPlacement(
      pipelineSize: Int.random(in: 1...min(4, nodes), using: &random),
      keepsWholeModelOnFirstNode: Bool.random(using: &random))
  }

  /// Up to 60 requests, in a burst or spread over many grace periods.
  private static func load(models: Int, _ random: inout RandomStream) -> [ScheduledRequest] {
    let meanGaps = [0.05, 1, 8, 40]
    let meanGap = meanGaps[Int.random(in: meanGaps.indices, using: &random)]
    var now = Timestamp.zero
    return (1...Int.random(in: 1...60, using: &random)).map { id in
      now = now + .seconds(random.exponential(mean: meanGap))
      let request = Request(
        id: id, deployment: Int.random(in: 0..<models, using: &random),
        promptTokens: Int.random(in: 1...500, using: &random), outputTokens: Int.random(in: 1...40, using: &random))
      return ScheduledRequest(request: request, sendAt: now)
    }
  }

  /// The run, and the simulation as it is afterwards, when everything idle has had time to end.
  func run() -> (log: RunLog, simulation: Simulation<CountingLoad>) {
    var simulation = Simulation(
      cluster: cluster.simulated, controlPlane: cluster.controlPlane, source: CountingLoad(requests))
    let log = simulation.run(settle: .seconds(2000), limit: .seconds(1_000_000))
    return (log, simulation)
  }

  /// The fastest that weights can reach a node that has all links for itself.
  func fastestFetch(toNode node: Int) -> Bandwidth {
    let storage = cluster.routes[node].reduce(0) { $0 + cluster.storage[$1].network.bytesPerSecond }
    let links = min(storage, cluster.nodes[node].type.network.bytesPerSecond)
    return Bandwidth(bytesPerSecond: min(links, cluster.hardware.fetchCap?.bytesPerSecond ?? .infinity))
  }
}

/// Requests that were all decided beforehand, and how often the end of each was reported.
struct CountingLoad: LoadSource {
  private let requests: [ScheduledRequest]
  /// By request number, from 1.
  private(set) var ends: [Int]

  init(_ requests: [ScheduledRequest]) {
    self.requests = requests
    ends = Array(repeating: 0, count: requests.count + 1)
  }

  func begin() -> [ScheduledRequest] {
    requests
  }

  mutating func requestEnded(_ record: RequestRecord, at now: Timestamp) -> [ScheduledRequest] {
    ends[record.request.id] += 1
    return []
  }
}
