import Quantities
import Scheduling
import Testing

@testable import ExternalPolicies

/// Events go to the program as lines and come back as commands, with the decisions that records need.
@Suite struct ExternalControlPlaneTests {
  private static let create =
    #"{"command":"create_pods","instance":0,"model":0,"workers":[{"node":0,"memory_gb":15}]}"#
  private static let life = Script.answering([
    ("request_arrived", create + #",{"command":"prefetch","instance":0}"#),
    ("pods_have_addresses", #"{"command":"initialise","instance":0}"#),
    ("worker_initialised", #"{"command":"forward","request":1,"instance":0}"#),
    ("request_finished", #"{"command":"set_timer","timer":5,"at_s":40}"#),
    ("timer", #"{"command":"delete_pods","instance":0}"#),
  ])

  private static func handle(
    _ event: ControlPlaneEvent, _ controlPlane: inout ExternalControlPlane, at seconds: Double
  ) -> ControlPlaneOutput {
    var output = ControlPlaneOutput()
    controlPlane.handle(event, at: .seconds(seconds), into: &output)
    return output
  }

  @Test func `an instance lives as the program says, and is written down`() {
    var controlPlane = Self.life.controlPlane
    // 15 GB asked for; the leftover of 5 GB is of no use to anybody and comes with it.
    let claim = GPUClaim(podName: "node0-0", node: 0, gpu: 0, askedGB: 15, heldGB: 20)
    let plan = PlacementPlan(nodes: [0], memoryGB: [15], gbps: [0], willConsolidate: false)
    let arrived = Self.handle(.requestArrived(1, deployment: 0), &controlPlane, at: 1)
    #expect(controlPlane.failure == nil, "\(controlPlane.failure ?? "")")
    #expect(
      arrived.commands == [
        .createPods(
          0, deployment: 0, workers: [WorkerSpecification(id: 0, rank: 0, claim: claim, source: .remoteStorage)]),
        .prefetch(0, deployment: 0, rank: 0, pipelineSize: 1, node: 0),
      ])
    #expect(
      arrived.decisions == [
        .instanceCreated(0, deployment: 0, pipelineSize: 1, willConsolidate: false),
        .podsRequested(0, deployment: 0, plan: plan, claims: [claim]),
      ])
    #expect(Self.handle(.podsHaveAddresses(0), &controlPlane, at: 2).commands == [.initialise(0)])
    let ready = Self.handle(.workerInitialised(0, rank: 0), &controlPlane, at: 4)
    #expect(ready.commands == [.forward(1, to: 0)])
    #expect(
      ready.decisions == [
        .instanceReady(0, deployment: 0, pods: ["node0-0"]), .costAdded(deployment: 0, memoryGB: [15]),
        .requestAllocated(1, to: 0, waited: .seconds(3), pipelineSize: 1, runningBefore: 0),
      ])
    #expect(Self.handle(.firstToken(1), &controlPlane, at: 5).commands.isEmpty)
    let finished = Self.handle(.requestFinished(1, tokens: 9), &controlPlane, at: 10)
    #expect(finished.commands == [.setTimer(.policy(5), at: .seconds(40))])
    let idle = Self.handle(.timer(.policy(5)), &controlPlane, at: 40)
    #expect(idle.commands == [.deletePods(0, workers: [0])])
    #expect(
      idle.decisions == [
        .costRemoved(deployment: 0, memoryGB: [15]), .releaseStarted(0, pods: ["node0-0"]),
      ])
    let gone = Self.handle(.podsGone(0, workers: [0]), &controlPlane, at: 42)
    #expect(gone.decisions == [.releaseFinished(0, pods: ["node0-0"])])
    #expect(controlPlane.failure == nil, "\(controlPlane.failure ?? "")")
  }

  @Test func `an instance that was given up is no longer spoken of`() {
    var controlPlane = Script.answering([
      ("request_arrived", Self.create), ("first_token", #"{"command":"delete_pods","instance":0}"#),
      ("pods_have_addresses", #"{"command":"initialise","instance":0}"#),
    ]).controlPlane
    _ = Self.handle(.requestArrived(1, deployment: 0), &controlPlane, at: 1)
    #expect(Self.handle(.firstToken(9), &controlPlane, at: 2).commands == [.deletePods(0, workers: [0])])
    #expect(Self.handle(.podsHaveAddresses(0), &controlPlane, at: 3).commands.isEmpty)
    #expect(controlPlane.failure == nil, "\(controlPlane.failure ?? "")")
  }

  @Test func `a line tells what is free and how many workers fetch on each node`() {
    var books = PolicyBooks(policy: ExternalPolicy(name: "mine", command: ["x"]), settings: Script.settings)
    books.fetching[1] = 2
    #expect(
      PolicyMessages.event(.requestArrived(3, deployment: 0), at: .seconds(1.5), books: books).text
        == #"{"type":"event","t_s":1.5,"event":"request_arrived","request":3,"model":0,"#
        + #""free_gb":[[20,20],[20]],"fetching":[0,2]}"#)
  }

  @Test func `the first line says what there is`() {
    let line = PolicyMessages.hello(Script.settings).text
    #expect(line.hasPrefix(#"{"type":"hello","protocol":1,"nodes":[{"name":"node-0","gpu":"a10","gpus":2,"#))
    #expect(
      line.contains(
        #""models":[{"name":"some/model/0","size_gb":10,"memory_gb":15,"ttft_slo_s":8.0,"tpot_slo_s":0.1,"#))
    #expect(line.hasSuffix(#""batch_size":8,"grace_period_s":30.0,"max_pipeline_size":4}"#))
  }
}
