import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// Cold starts of the five systems of the paper's Figure 7 against sums done by hand, with the constants of
/// `HardwareModel.round`: start 2 s, load 2 GB/s, copy 4 GB/s, profile 3 s, engine 1 s, pipeline 1.5 s, hop 20 ms,
/// response 20 ms; prefill of 8 GB 0.18 s.
@Suite struct ColdStartTests {
  @Test func `Serverless vLLM does everything one after the other`() {
    var cluster = SmallCluster(.serverlessVLLM)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0.5)])
    let record = log.requests[0]
    // By hand: start 2 + fetch 8/2 + load 8/2 + engine 1 + profile 3 = 14 s, prefill 0.18, response 0.02.
    #expect(agrees(record.timeToFirstToken?.inSeconds, 14.2))
    // Four more tokens of 18 ms.
    #expect(agrees(record.endToEndSeconds, 14.2 + 4 * 0.018))
    #expect(agrees(record.timePerOutputToken?.inSeconds, 0.018))
    #expect(record.metColdStart)
    #expect(log.deliveredTokens == 5)
  }

  @Test func `ServerlessLLM starts on the grid of its autoscaler and answers on the grid of its router`() {
    var cluster = SmallCluster(.serverlessLLM)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0.25)])
    // By hand: pods at the autoscaler's round at 1 s; + start 2 + fetch 4 + copy 8/4 + engine 1 + profile 3 = 13 s. The
    // router looks at 1.25, 2.25 … and next at 13.25; + prefill 0.18 + response 0.02 = 13.45, less the 0.25 of sending.
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 13.2))
    #expect(log.seconds(of: .container).first?[0] == 1)
    #expect(agrees(log.seconds(of: .firstToken), [[13, 13.43]]))
  }

  @Test func `ServerlessLLM does not fetch a model that is in host memory`() {
    var cluster = SmallCluster(.serverlessLLMWithCachedModel)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0.25), .at(100.25)])
    // By hand: pods at 101 s; + start 2 + copy 2 + engine 1 + profile 3 = 109 s; router at 109.25; + 0.2 = 109.45.
    #expect(agrees(log.requests[1].timeToFirstToken?.inSeconds, 9.2))
    #expect(log.seconds(of: .fetch, instance: 1).isEmpty)
    #expect(agrees(log.seconds(of: .load, instance: 1), [[103, 105]]))
  }

  @Test func `ServerlessLLM fetches again what another model has evicted`() {
    var cluster = SmallCluster(.serverlessLLM)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    cluster.addModel(.gigabytes(6))  // the pool of 10 GB holds one of the two
    let log = cluster.run([.at(0.25), .at(100.25, model: 1), .at(200.25)])
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 13.2))
    #expect(agrees(log.requests[2].timeToFirstToken?.inSeconds, 13.2))
    #expect(agrees(log.seconds(of: .fetch, instance: 2), [[203, 207]]))
  }

  @Test func `a single HydraServe worker waits for the fetch when the copy keeps up`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.hardware.hostToGPU = .gigabytesPerSecond(8)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0)])
    // By hand: the fetch ends at 8/2 = 4 s, after start 2 + copy 8/8 = 3 s; + engine 1 + prefill 0.18 + response 0.02.
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 5.2))
  }

  @Test func `a single HydraServe worker waits for the copy when that is slower`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.hardware.hostToGPU = .gigabytesPerSecond(1)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0)])
    // By hand: start 2 + copy 8/1 = 10 s, the fetch ends at 4 s; + engine 1 + prefill 0.18 + response 0.02.
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 11.2))
  }

  @Test func `a single HydraServe worker that starts after the fetch copies at full rate`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 8)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0)])
    // By hand: fetched at 1 s; start 2 + copy 8/4 = 4 s; + engine 1 + prefill 0.18 + response 0.02.
    #expect(agrees(log.seconds(of: .fetch), [[0, 1]]))
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 5.2))
  }

  @Test func `the slowest of four unequal stages decides when a HydraServe pipeline is ready`() {
    let log = Self.pipeline(stagesGB: [2, 1, 3, 4], gigabytesPerSecond: [1, 1, 1, 1])
    // By hand: rank 3 fetches 4 GB in 4 s, longer than start 2 + copy 4/4; + engine 1 + pipeline 1.5 = 6.5 s. Prefill of
    // 10 GB 0.2 s, four quarters of it one after the other and three hops of 20 ms; response 0.02.
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 6.78))
    // A decode step: 10 ms + 10 × 1 ms, cut in four, and three hops.
    #expect(agrees(log.requests[0].timePerOutputToken?.inSeconds, 0.08))
  }

  @Test func `a slow node under a small stage can be the slowest too`() {
    // Faster nodes come first, so the last rank, with 1 GB, lands on the node of 0.2 GB/s.
    let log = Self.pipeline(stagesGB: [2, 3, 4, 1], gigabytesPerSecond: [1, 1, 1, 0.2])
    // By hand: rank 3 fetches 1 GB in 5 s, rank 2 4 GB in 4 s; 5 + engine 1 + pipeline 1.5 + 0.26 + 0.02.
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 7.78))
  }

  @Test func `a model of at most 10 GB is not cut`() {
    var cluster = SmallCluster(.hydraServe, placement: StaticPlacement(pipelineSize: 4))
    for _ in 0..<4 { cluster.addNode(gigabytesPerSecond: 2) }
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0)])
    // By hand, as a single worker: the copy that follows the fetch ends with it at 4 s; + 1 + 0.18 + 0.02.
    #expect(agrees(log.requests[0].timeToFirstToken?.inSeconds, 5.2))
    #expect(log.stages.allSatisfy { $0.rank == 0 && $0.stage != .pipeline })
  }

  @Test func `a warm instance answers at once`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0), .at(20)])
    #expect(agrees(log.requests[1].timeToFirstToken?.inSeconds, 0.2))  // prefill 0.18 + response 0.02
    #expect(!log.requests[1].metColdStart)
  }

  @Test func `a request that joins a cold start under way has met it`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8))
    let log = cluster.run([.at(0), .at(3)])
    // By hand: ready at 5 s; the second prefill begins when the first ends, at 5.18, and ends at 5.36.
    #expect(agrees(log.requests[1].timeToFirstToken?.inSeconds, 2.38))
    #expect(log.requests[1].metColdStart)
  }

  /// One cold start of a model of 10 GB, in four stages, on four nodes.
  static func pipeline(stagesGB: [Double], gigabytesPerSecond: [Double]) -> RunLog {
    var cluster = SmallCluster(.hydraServe, placement: StaticPlacement(pipelineSize: 4))
    for rate in gigabytesPerSecond { cluster.addNode(gigabytesPerSecond: rate) }
    cluster.addModel(.gigabytes(10), stages: stagesGB.map { .gigabytes($0) })
    // The scheduler counts 10 GB as not worth cutting, so it is told 11.
    cluster.countAs(gigabytes: 11)
    return cluster.run([.at(0)])
  }
}
