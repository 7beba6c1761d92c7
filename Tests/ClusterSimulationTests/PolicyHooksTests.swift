import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// What a policy that wraps HydraServe's control plane may ask of it: instances ahead of requests, and other grace
/// periods.
@Suite struct PolicyHooksTests {
  /// HydraServe, with things that are done to it at moments.
  private struct Hooked: ControlPlane {
    typealias Action = @Sendable (inout HydraServeControlPlane, Timestamp, inout ControlPlaneOutput) -> Void

    var hydraServe: HydraServeControlPlane
    let actions: [(second: Double, action: Action)]

    mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput) {
      switch event {
      case .timer(.policy(let number)): actions[number].action(&hydraServe, now, &output)
      case .started:
        output.commands += actions.indices.map { .setTimer(.policy($0), at: .seconds(actions[$0].second)) }
      default: hydraServe.handle(event, at: now, into: &output)
      }
    }
  }

  /// One server with one GPU and models of 8 GB: 13 GB with their cache, so that a GPU of 20 GB has room for one.
  private static func log(
    gpuMemoryGB: Int = 64, requests: [SmallRequest], _ actions: [(second: Double, action: Hooked.Action)]
  ) -> RunLog {
    var cluster = SmallCluster(.hydraServe)
    cluster.addNode(gigabytesPerSecond: 8, memoryGB: gpuMemoryGB)
    cluster.addModel(.gigabytes(8))
    cluster.addModel(.gigabytes(8))
    let hydraServe = HydraServeControlPlane(
      nodes: cluster.nodes, deployments: cluster.deployments,
      configuration: HydraServeConfiguration(placement: StaticPlacement(pipelineSize: 1)))
    return cluster.run(requests, under: Hooked(hydraServe: hydraServe, actions: actions))
  }

  private static func grace(_ seconds: Double, of model: Int = 0) -> (second: Double, action: Hooked.Action) {
    (0, { hydraServe, _, _ in hydraServe.setGracePeriod(.seconds(seconds), of: model) })
  }

  @Test func `an instance that was started ahead serves its first request without a cold start`() {
    let ahead: Hooked.Action = { hydraServe, now, output in
      #expect(hydraServe.freePlaces(of: 0) == 0)
      hydraServe.startAhead(of: 0, at: now, into: &output)
      #expect(hydraServe.freePlaces(of: 0) == 8)
    }
    let log = Self.log(requests: [.at(20)], [(5, ahead)])
    #expect(log.requests[0].metColdStart == false)
    // A prefill of 0.18 s and 0.02 s to the client.
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 0.2))
  }

  @Test(arguments: [(60.0, 55.0, false), (30, 55, true), (5, 20, true), (30, 20, false)])
  func `an idle instance stays for its model's grace period`(period: Double, second: Double, isCold: Bool) {
    let log = Self.log(requests: [.at(1), .at(second)], [Self.grace(period)])
    #expect(log.requests.map(\.metColdStart) == [true, isCold])
  }

  @Test func `a grace period of one model is no other's`() {
    let log = Self.log(
      requests: [.at(1), .at(1, model: 1), .at(55), .at(55, model: 1)], [Self.grace(100)])
    #expect(log.requests.map(\.metColdStart) == [true, true, false, true])
  }

  @Test(arguments: [20.0, 70])
  func `what a longer grace period borrows goes back when another model finds no place`(second: Double) {
    let log = Self.log(gpuMemoryGB: 20, requests: [.at(1), .at(second, model: 1)], [Self.grace(900)])
    let releases = log.decisions.filter { if case .releaseStarted(0, _) = $0.decision { true } else { false } }
    // It became idle within the first ten seconds, so the usual 30 s are over by 40 s at the latest.
    #expect(releases.count == 1)
    #expect(releases.allSatisfy { second == 70 ? $0.time == .seconds(70) : (30...42).contains($0.time.inSeconds) })
    #expect(log.requests.allSatisfy { $0.outcome == .completed })
  }

  @Test func `nothing is started ahead while a request waits for a place`() {
    let ahead: Hooked.Action = { hydraServe, now, output in
      hydraServe.startAhead(of: 1, at: now, into: &output)
      #expect(output.commands.isEmpty)
    }
    // Model 0 answers for long; model 1 waits for its place at 20 s.
    let log = Self.log(
      gpuMemoryGB: 20, requests: [.at(1, outputTokens: 2000), .at(15, model: 1)], [(20, ahead)])
    #expect(log.requests.allSatisfy { $0.outcome == .completed })
  }
}
