import ClusterSimulation
import Quantities
import Scheduling
import ServingModel
import Testing

@testable import Experiments

/// The published cost of a run from its decisions, against sums done by hand.
@Suite struct PublishedCostTests {
  private func claim(_ pod: String, _ memoryGB: Int) -> GPUClaim {
    GPUClaim(podName: pod, node: 0, gpu: 0, askedGB: memoryGB, heldGB: memoryGB)
  }

  private func record(_ id: RequestID, end: Double) -> RequestRecord {
    var record = RequestRecord(
      request: Request(id: id, deployment: 1, promptTokens: 1, outputTokens: 2), sentAt: .zero)
    record.finishedAt = .seconds(end)
    return record
  }

  @Test func `a pipeline that consolidates and the worker that leaves it are two instances`() {
    let plan = PlacementPlan(nodes: [0, 1], memoryGB: [30, 30], gbps: [16, 16], willConsolidate: true)
    var log = RunLog()
    log.requests = [record(1, end: 40), record(2, end: 60)]
    let decisions: [(Double, Decision)] = [
      (1, .instanceCreated(0, deployment: 1, pipelineSize: 2, willConsolidate: true)),
      (1, .podsRequested(0, deployment: 1, plan: plan, claims: [claim("a", 30), claim("b", 30)])),
      (9, .instanceReady(0, deployment: 1, pods: ["a", "b"])),
      (9, .requestAllocated(1, to: 0, waited: .seconds(8), pipelineSize: 2, runningBefore: 0)),
      (10, .consolidationStarted(0, pipelineSize: 2, memoryGB: [30, 30])),
      (10, .instanceCreated(1, deployment: 1, pipelineSize: 2, willConsolidate: false)),
      (17, .oldStageStopRequested(1, pod: "b")),
      (18, .instanceReady(1, deployment: 1, pods: ["b"])),
      (18, .consolidationEnded(0, pipelineSize: 1, wasDeleted: false)),
      (50, .requestAllocated(2, to: 1, waited: .zero, pipelineSize: 1, runningBefore: 0)),
    ]
    log.events = decisions.map { RunEvent.decision($0.1, at: Timestamp.seconds($0.0)) }
    // By hand: the first is alive from 1 to 40 + 30 s, 8 of them with both stages; the second from 50 to 60 + 30 s.
    let first = 60.0 * 8 + 30 * (69 - 8)
    let second = 30.0 * 40
    #expect(PublishedCost.perRequest(log: log, deploymentCount: 2) == [nil, (first + second) / 2])
  }
}
