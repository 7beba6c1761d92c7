import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// The stages of a cold start as the log shows them: one after the other where the system works so, at the same time
/// where it overlaps them. Constants as in `HardwareModel.round`; a start is 1 s container, 0.5 s runtime, 0.5 s context.
@Suite struct StageTimelineTests {
  @Test func `Serverless vLLM's stages follow each other without a gap`() {
    var cluster = SmallCluster(.serverlessVLLM)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0)])
    let sequence: [(ColdStartStage, Double)] = [
      (.container, 1), (.runtime, 1.5), (.cudaContext, 2), (.fetch, 6), (.load, 10), (.engine, 11), (.profile, 14),
      (.firstToken, 14.18),
    ]
    var start = 0.0
    for (stage, end) in sequence {
      #expect(agrees(log.seconds(of: stage), [[start, end]]), "\(stage)")
      start = end
    }
    #expect(log.stages.map(\.stage) == sequence.map(\.0))
  }

  @Test func `ServerlessLLM's stages follow each other up to the wait for the router`() {
    var cluster = SmallCluster(.serverlessLLM)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0.25)])
    let sequence: [(ColdStartStage, Double)] = [
      (.container, 2), (.runtime, 2.5), (.cudaContext, 3), (.fetch, 7), (.load, 9), (.engine, 10), (.profile, 13),
      (.firstToken, 13.43),
    ]
    var start = 1.0
    for (stage, end) in sequence {
      #expect(agrees(log.seconds(of: stage), [[start, end]]), "\(stage)")
      start = end
    }
  }

  @Test func `a HydraServe pipeline fetches while it starts and copies while it fetches`() {
    let log = ColdStartTests.pipeline(stagesGB: [2, 1, 3, 4], gigabytesPerSecond: [1, 1, 1, 1])
    // By hand, rank by rank: the fetch takes 1 s a GB from 0 s on; the copy begins at 2 s and ends 0.25 s a GB later, or
    // with the fetch; the engine takes 1 s more.
    let loadEnds = [2.5, 2.25, 3, 4]
    for (rank, (fetched, loaded)) in zip([2.0, 1, 3, 4], loadEnds).enumerated() {
      #expect(agrees(log.seconds(of: .container, rank: rank), [[0, 1]]))
      #expect(agrees(log.seconds(of: .runtime, rank: rank), [[1, 1.5]]))
      #expect(agrees(log.seconds(of: .cudaContext, rank: rank), [[1.5, 2]]))
      #expect(agrees(log.seconds(of: .fetch, rank: rank), [[0, fetched]]))
      #expect(agrees(log.seconds(of: .load, rank: rank), [[2, loaded]]))
      #expect(agrees(log.seconds(of: .engine, rank: rank), [[loaded, loaded + 1]]))
      #expect(agrees(log.seconds(of: .pipeline, rank: rank), [[5, 6.5]]))
      #expect(log.seconds(of: .profile, rank: rank).isEmpty)
    }
    #expect(agrees(log.seconds(of: .firstToken), [[6.5, 6.76]]))
    #expect((1...3).allSatisfy { log.seconds(of: .firstToken, rank: $0).isEmpty })
    #expect(log.stages.filter { $0.stage == .fetch }.map(\.pod) == ["node1-0", "node0-0", "node2-0", "node3-0"])
  }

  @Test func `an instance has one first token, whatever it serves`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0), .at(1), .at(10), .at(100)])
    #expect(log.seconds(of: .firstToken, instance: 0).count == 1)
    #expect(log.seconds(of: .firstToken, instance: 1).count == 1)  // the one that the last request started
  }
}
