import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// KV caches on their way to a pipeline's first worker, against sums done by hand.
@Suite struct MigrationTests {
  /// A control plane that starts a pipeline of two and, at its first token, moves the cache and, if wanted, fetches over
  /// the same link.
  private struct Script: ControlPlane {
    var fetchesMeanwhile = false
    var deletesMeanwhile = false
    private var initialised = 0

    init(fetchesMeanwhile: Bool = false, deletesMeanwhile: Bool = false) {
      self.fetchesMeanwhile = fetchesMeanwhile
      self.deletesMeanwhile = deletesMeanwhile
    }

    mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput) {
      switch event {
      case .requestArrived:
        let workers = (0..<2).map { rank in
          WorkerSpecification(
            id: rank, rank: rank, claim: GPUClaim(podName: "pod\(rank)", node: rank, gpu: 0, askedGB: 64, heldGB: 64),
            source: .remoteStorage)
        }
        output.commands = [.createPods(0, deployment: 0, workers: workers)]
      case .podsHaveAddresses: output.commands = [.initialise(0)]
      case .workerInitialised:
        initialised += 1
        if initialised == 2 {
          output.decisions = [
            .requestAllocated(1, to: 0, waited: .zero, pipelineSize: 2, runningBefore: 0)
          ]
          output.commands = [.forward(1, to: 0)]
        }
      case .firstToken:
        output.decisions = [.networkClaimedExclusively(nodes: [])]
        output.commands = [.migrate(0, coldStartRequests: 1)]
        if fetchesMeanwhile { output.commands.append(.loadRest(0, deployment: 0, worker: 0)) }
        if deletesMeanwhile { output.commands.append(.deletePods(0, workers: [0, 1])) }
      case .kvCacheMigrated: output.decisions = [.networkReleased(nodes: [])]
      default: break
      }
    }
  }

  /// Seconds from the order to migrate until the cache has moved.
  private func seconds(of script: Script, cachePerToken: ByteCount) throws -> Double {
    var cluster = SmallCluster(.hydraServe)
    for _ in 0..<2 { cluster.addNode(gigabytesPerSecond: 2) }
    cluster.addModel(.gigabytes(8), stages: [.gigabytes(4), .gigabytes(4)], cachePerToken: cachePerToken)
    cluster.hardware.kvMigration = .seconds(0.25)
    var simulation = Simulation(
      cluster: cluster.simulated, controlPlane: script,
      source: OpenLoop([
        ScheduledRequest(
          request: Request(id: 1, deployment: 0, promptTokens: 10, outputTokens: 500), sendAt: .zero)
      ]))
    let log = simulation.run(limit: .seconds(500))
    let begin = try #require(log.decisions.first { $0.decision == .networkClaimedExclusively(nodes: []) }?.time)
    let end = try #require(log.decisions.first { $0.decision == .networkReleased(nodes: []) }?.time)
    return (end - begin).inSeconds
  }

  @Test func `what the other stage holds travels over the first worker's link`() throws {
    // By hand: 11 tokens of 0.4 GB each, half of it on the other stage, over 2 GB/s, and 0.25 s.
    #expect(agrees(try seconds(of: Script(), cachePerToken: .gigabytes(0.4)), 11 * 0.4 / 2 / 2 + 0.25))
  }

  @Test func `a cache that is not modelled takes the fixed time`() throws {
    #expect(agrees(try seconds(of: Script(), cachePerToken: .zero), 0.25))
  }

  @Test func `a fetch to the same node halves the rate until the smaller of the two has arrived`() throws {
    // By hand: 2.2 GB of cache beside 4 GB of weights, 1 GB/s each.
    #expect(agrees(try seconds(of: Script(fetchesMeanwhile: true), cachePerToken: .gigabytes(0.4)), 2.2 + 0.25))
  }

  @Test func `a migration ends with its instance`() throws {
    #expect(agrees(try seconds(of: Script(deletesMeanwhile: true), cachePerToken: .gigabytes(0.4)), 0))
  }
}
