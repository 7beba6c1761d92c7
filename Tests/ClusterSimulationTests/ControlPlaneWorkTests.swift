import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// A control plane that does one thing at a time, against sums done by hand.
@Suite struct ControlPlaneWorkTests {
  private func cluster(_ work: ControlPlaneWork?) -> SmallCluster {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    for _ in 0..<2 { cluster.addNode(gigabytesPerSecond: 2) }
    for _ in 0..<2 { cluster.addModel(.gigabytes(8)) }
    cluster.controlPlaneWork = work
    return cluster
  }

  private static let slowToCreate = ControlPlaneWork(
    perRequest: .zero, perPodCreated: .seconds(1), perPodDeleted: .zero)

  @Test func `a second pod is created when the first has been, and the first is not delayed`() {
    let log = cluster(Self.slowToCreate).run([.at(0), .at(0, model: 1)])
    #expect(agrees(log.seconds(of: .container, instance: 0), [[0, 1]]))
    #expect(agrees(log.seconds(of: .container, instance: 1), [[1, 2]]))
  }

  @Test func `work that nobody waits for changes nothing`() {
    let slow = cluster(Self.slowToCreate).run([.at(0), .at(50, model: 1)])
    let free = cluster(nil).run([.at(0), .at(50, model: 1)])
    #expect(slow.requests == free.requests)
    #expect(slow.events == free.events)
  }

  @Test func `requests are handed out one after the other`() {
    let work = ControlPlaneWork(perRequest: .seconds(0.5), perPodCreated: .zero, perPodDeleted: .zero)
    let log = cluster(work).run([.at(0), .at(0, model: 1), .at(20), .at(20, model: 1)])
    // By hand: those of 20 s meet instances on nodes of their own. The first is forwarded at once and has its prefill at
    // 20.18 s; the second is forwarded at 20.5 s.
    #expect(agrees(log.requests[2].firstTokenAt?.inSeconds, 20.2))
    #expect(agrees(log.requests[3].firstTokenAt?.inSeconds, 20.7))
  }

  @Test func `the cost of a run is the memory asked for from the order to create a pod until it is gone`() throws {
    var simulation = Simulation(
      cluster: cluster(nil).simulated, controlPlane: cluster(nil).controlPlane,
      source: OpenLoop([
        ScheduledRequest(
          request: Request(id: 1, deployment: 1, promptTokens: 10, outputTokens: 1), sendAt: .seconds(1))
      ]))
    let log = simulation.run(settle: .seconds(100), limit: .seconds(1000))
    // By hand: pods at 1 s; ready at 6 s, first and only token at 6.18; the instance loop, which began then, finds more
    // than 30 s of idleness at 37.18 s; the pod is gone 2 s later. 8 + 5 GB were asked for.
    let held = try #require(log.gpuMemoryTime(deploymentCount: 2))
    #expect(agrees(held[0], 0))
    #expect(agrees(held[1], 13 * (39.18 - 1)))
  }
}
