import Quantities
import Scheduling
import ServingModel
import Testing

@testable import Policies

/// The worked example of `docs/your-own-policy.md`.
@Suite struct PrewarmPolicyTests {
  /// Four servers of one GPU, three models of 10 GB.
  private static let settings: PolicySettings = {
    let type = InstanceType(
      name: "small", gpuType: GPUType("a10"), gpuCount: 1, gpuMemoryGB: 40, network: .gbps(16), hostMemoryGB: 64,
      virtualCPUs: 8)
    let slo = SLO(timeToFirstToken: .seconds(8), timePerOutputToken: .milliseconds(100))
    return PolicySettings(
      nodes: (0..<4).map { GPUServer(name: "node-\($0)", type: type) },
      deployments: (0..<3).map {
        ModelDeployment(
          name: ModelInstanceName(model: "some/model", replica: $0), schedulerSizeGB: 10, weights: .gigabytes(10),
          slo: slo)
      }, maxPipelineSize: 4, hydraServe: HydraServeConfiguration(placement: StaticPlacement(pipelineSize: 1)))
  }()

  /// How many instances a control plane starts when requests for model 0 arrive; timers that are due go off at once.
  private static func starts(_ controlPlane: any ControlPlane, arrivals: [Double]) -> Int {
    var controlPlane = controlPlane
    var starts = 0
    for (index, second) in arrivals.enumerated() {
      var events: [ControlPlaneEvent] = [.requestArrived(index + 1, deployment: 0)]
      while !events.isEmpty {
        var output = ControlPlaneOutput()
        controlPlane.handle(events.removeFirst(), at: .seconds(second), into: &output)
        for command in output.commands {
          switch command {
          case .createPods: starts += 1
          case .setTimer(let timer, let due) where due == .seconds(second): events.append(.timer(timer))
          default: break
          }
        }
      }
    }
    return starts
  }

  @Test func `a further instance is started before the places of a busy model run out`() {
    // Eight requests take all eight places; 8 × 8 s / 60 s = 1.07 further ones are expected while an instance starts.
    let burst = (0..<8).map { Double($0) * 0.5 }
    #expect(Self.starts(Self.settings.hydraServe(), arrivals: burst) == 1)
    #expect(Self.starts(PrewarmPolicy().controlPlane(for: Self.settings), arrivals: burst) == 2)
    // With seven, one place is free and 0.93 are expected.
    #expect(Self.starts(PrewarmPolicy().controlPlane(for: Self.settings), arrivals: burst.dropLast()) == 1)
  }

  @Test func `requests that are far apart start nothing ahead`() {
    let quiet = [0, 100, 200, 300].map(Double.init)
    #expect(
      Self.starts(PrewarmPolicy().controlPlane(for: Self.settings), arrivals: quiet)
        == Self.starts(Self.settings.hydraServe(), arrivals: quiet))
  }

  @Test func `a policy can change a single number of HydraServe's`() {
    let controlPlane = Self.settings.hydraServe { $0.gracePeriod = .seconds(7) }
    #expect(controlPlane.gracePeriod(of: 0) == .seconds(7))
    #expect(Self.settings.hydraServe().gracePeriod(of: 0) == .seconds(30))
  }
}
