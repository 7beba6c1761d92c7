import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// A large run made small: many servers, many models of unequal popularity, records of requests only.
@Suite struct ScaleTests {
  /// Ten copies of a testbed of five servers: 50 nodes with 100 GPUs and 10 storage servers.
  private static let cluster: SmallCluster = {
    var cluster = SmallCluster(.hydraServe, placement: SLOAwarePlacement())
    cluster.storage = [StorageServer(name: "storage-0", network: .gigabytesPerSecond(4))]
    for node in 0..<5 { cluster.addNode(gigabytesPerSecond: node < 2 ? 8 : 2, gpus: 2, memoryGB: 32) }
    let copies = cluster.simulated.repeated(10)
    (cluster.nodes, cluster.storage, cluster.routes) = (copies.nodes, copies.storage, copies.routes)
    for _ in 0..<400 {
      let stages = (1...4).map { size in Array(repeating: ByteCount.bytes(12_000_000_000 / Int64(size)), count: size) }
      cluster.add(stages, slo: .seconds(9))
    }
    return cluster
  }()

  /// 2,000 requests in 800 seconds, the r-th of 400 models being asked for in proportion to 1/r.
  private static func requests(seed: UInt64) -> [ScheduledRequest] {
    var random = RandomStream(seed: seed, purpose: "load")
    let weights = (1...400).map { 1 / Double($0) }
    let total = weights.reduce(0, +)
    var now = 0.0
    return (1...2000).map { id in
      now += random.exponential(mean: 0.4)
      var left = random.unit() * total
      let model = weights.firstIndex { weight in
        left -= weight
        return left < 0
      }
      let request = Request(
        id: id, deployment: model ?? 0, promptTokens: 100, outputTokens: Int.random(in: 1...300, using: &random))
      return ScheduledRequest(request: request, sendAt: .seconds(now))
    }
  }

  private static func run(
    _ requests: [ScheduledRequest], keepsEvents: Bool
  ) -> (log: RunLog, simulation: Simulation<CountingLoad>) {
    var simulation = Simulation(
      cluster: cluster.simulated, controlPlane: cluster.controlPlane, source: CountingLoad(requests),
      keepsEvents: keepsEvents)
    let log = simulation.run(settle: .seconds(300), limit: .seconds(100_000))
    return (log, simulation)
  }

  @Test(arguments: UInt64(0)..<3)
  func `two thousand requests on fifty nodes all end and leave nothing behind`(seed: UInt64) {
    let requests = Self.requests(seed: seed)
    let (log, simulation) = Self.run(requests, keepsEvents: false)
    #expect(log.requests.map(\.request) == requests.map(\.request))
    #expect(log.requests.allSatisfy { $0.outcome == .completed })
    #expect(simulation.source.ends.dropFirst().allSatisfy { $0 == 1 })
    #expect(log.deliveredTokens == requests.reduce(0) { $0 + $1.request.outputTokens })
    #expect(simulation.heldMemoryGB == 0)
    #expect(simulation.busyInstances.allSatisfy { $0.isEmpty })
    #expect(simulation.deletedPods.allSatisfy { $0.isEmpty })
    #expect(log.requests.contains { $0.metColdStart } && log.requests.contains { !$0.metColdStart })
  }

  @Test func `a run that keeps no events has the same records`() {
    let requests = Self.requests(seed: 7)
    let lean = Self.run(requests, keepsEvents: false).log
    let full = Self.run(requests, keepsEvents: true).log
    #expect(lean.events.isEmpty)
    #expect(!full.events.isEmpty)
    #expect(lean.requests == full.requests)
    #expect(lean.handledEvents == full.handledEvents)
    #expect(lean.end == full.end)
  }

  @Test func `copies of a cluster keep to their own storage servers`() {
    let copies = Self.cluster.simulated
    #expect(copies.nodes.count == 50)
    #expect(Set(copies.nodes.map(\.name)).count == 50)
    #expect(copies.routes == (0..<50).map { [$0 / 5] })
  }
}
