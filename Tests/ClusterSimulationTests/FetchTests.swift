import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// Fetches over the links of a cluster, and loads that follow them, against closed forms.
@Suite struct FetchTests {
  /// One node at 64 Gbps whose storage servers have 32 Gbps each.
  private func wideNode(storage: [Int], cap: Bandwidth? = nil, weights: ByteCount = .gigabytes(16)) -> RunLog {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.storage = (0..<2).map { StorageServer(name: "storage-\($0)", network: .gbps(32)) }
    cluster.hardware.fetchCap = cap
    cluster.addNode(gigabytesPerSecond: 8, storage: storage)
    cluster.addModel(weights)
    return cluster.run([.at(0)])
  }

  @Test func `two storage servers at half the rate each fill a node's NIC`() {
    // By hand: 8 GB from each at 4 GB/s.
    #expect(agrees(wideNode(storage: [0, 1]).seconds(of: .fetch), [[0, 2]]))
  }

  @Test func `one storage server limits a faster node`() {
    #expect(agrees(wideNode(storage: [1]).seconds(of: .fetch), [[0, 4]]))  // 16 GB at 4 GB/s
  }

  @Test func `the parts of a fetch add up to every byte`() {
    // By hand: 8 000 000 000 and 8 000 000 001 bytes; the larger part takes 2.00000000025 s, rounded up to 2 000 000 001
    // ns.
    let fetch = wideNode(storage: [0, 1], weights: .bytes(16_000_000_001)).stages.first { $0.stage == .fetch }
    #expect(fetch?.end.nanoseconds == 2_000_000_001)
  }

  @Test(arguments: [[0], [0, 1]])
  func `a fetch gets no more than the cap, however many servers it comes from`(storage: [Int]) {
    let log = wideNode(storage: storage, cap: .gigabytesPerSecond(2))
    #expect(agrees(log.seconds(of: .fetch), [[0, 8]]))  // 16 GB at 2 GB/s
  }

  @Test func `a cap above the links changes nothing`() {
    #expect(agrees(wideNode(storage: [1], cap: .gigabytesPerSecond(5)).seconds(of: .fetch), [[0, 4]]))
  }

  @Test func `two models share the NIC of their node fairly`() {
    var cluster = SmallCluster(.serverlessVLLM)
    cluster.addNode(gigabytesPerSecond: 2, gpus: 2)
    cluster.addModel(.gigabytes(8))
    cluster.addModel(.gigabytes(4))
    let log = cluster.run([.at(0), .at(0, model: 1)])
    // By hand: from 2 s on 1 GB/s each; the 4 GB are there at 6 s, then the last 4 of the 8 GB take 2 s at 2 GB/s.
    #expect(agrees(log.seconds(of: .fetch, instance: 0), [[2, 8]]))
    #expect(agrees(log.seconds(of: .fetch, instance: 1), [[2, 6]]))
  }

  @Test func `two nodes share the storage server that both fetch from`() {
    var cluster = SmallCluster(.hydraServe, placement: StaticPlacement(pipelineSize: 2))
    cluster.storage = [StorageServer(name: "storage-0", network: .gigabytesPerSecond(3))]
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addNode(gigabytesPerSecond: 1)
    cluster.addModel(.gigabytes(12), stages: [.gigabytes(8), .gigabytes(4)])
    let log = cluster.run([.at(0)])
    // By hand: 1 GB/s to the slower node leaves 2 GB/s of the 3 for the faster: both end at 4 s.
    #expect(agrees(log.seconds(of: .fetch, rank: 0), [[0, 4]]))
    #expect(agrees(log.seconds(of: .fetch, rank: 1), [[0, 4]]))
    cluster.storage = [StorageServer(name: "storage-0", network: .gigabytesPerSecond(2))]
    let slower = cluster.run([.at(0)])
    // By hand: 1 GB/s each until the 4 GB are there at 4 s; then the other 4 of the 8 GB at 2 GB/s.
    #expect(agrees(slower.seconds(of: .fetch, rank: 0), [[0, 6]]))
    #expect(agrees(slower.seconds(of: .fetch, rank: 1), [[0, 4]]))
  }

  // MARK: Loads that follow a fetch

  @Test func `a streamed load ends as if the bytes that come late were copied last`() {
    let log = Self.sharedStream(copyGigabytesPerSecond: 5)
    // By hand: 3 GB/s each until the second model's 24 GB are there at 8 s; the first then has 24 of its 30 GB and gets
    // 6 GB/s, so its fetch ends at 9 s. Copying at 5 GB/s from 2 s on, it has caught up with the fetch at 5 s and follows
    // at 3 GB/s; from 8 s on bytes come faster than it copies: 8 + 6/5 = 9.2 s.
    #expect(agrees(log.seconds(of: .fetch, instance: 0), [[0, 9]]))
    #expect(agrees(log.seconds(of: .load, instance: 0), [[2, 9.2]]))
    // The second: the fetch ends at 8 s, the copy would have ended at 2 + 24/5 = 6.8 s.
    #expect(agrees(log.seconds(of: .load, instance: 1), [[2, 8]]))
  }

  @Test func `a streamed load whose copy never keeps up takes the whole copy`() {
    // By hand: 30 GB at 3 GB/s from 2 s on; whatever the fetch does, there are always bytes to copy.
    #expect(agrees(Self.sharedStream(copyGigabytesPerSecond: 3).seconds(of: .load, instance: 0), [[2, 12]]))
  }

  @Test func `a streamed load whose copy is faster than any link ends with the fetch`() {
    #expect(agrees(Self.sharedStream(copyGigabytesPerSecond: 50).seconds(of: .load, instance: 0), [[2, 9]]))
  }

  @Test func `a fetch that becomes slower does not end a streamed load early`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 6, gpus: 2)
    cluster.addModel(.gigabytes(30))
    cluster.addModel(.gigabytes(24))
    let log = cluster.run([.at(0), .at(3, model: 1)])
    // By hand: 18 GB by 3 s at 6 GB/s, then 12 GB at 3 GB/s: the fetch ends at 7 s. The copy at 4 GB/s from 2 s on is
    // 12 GB behind when it begins, 14 at 3 s and 10 at 7 s, so it never waits and ends at 2 + 30/4 = 9.5 s.
    #expect(agrees(log.seconds(of: .fetch, instance: 0), [[0, 7]]))
    #expect(agrees(log.seconds(of: .load, instance: 0), [[2, 9.5]]))
    // The second: 12 GB by 7 s, the last 12 GB at 6 GB/s by 9 s. Copying begins at 5 s with 6 GB there and would end at
    // 5 + 24/4 = 11 s.
    #expect(agrees(log.seconds(of: .fetch, instance: 1), [[3, 9]]))
    #expect(agrees(log.seconds(of: .load, instance: 1), [[5, 11]]))
  }

  /// Two models of 30 and 24 GB that are fetched over 6 GB/s from the same moment on, each on a GPU of its own.
  private static func sharedStream(copyGigabytesPerSecond: Double) -> RunLog {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.hardware.hostToGPU = .gigabytesPerSecond(copyGigabytesPerSecond)
    cluster.addNode(gigabytesPerSecond: 6, gpus: 2, memoryGB: 36)
    cluster.addModel(.gigabytes(30))
    cluster.addModel(.gigabytes(24))
    return cluster.run([.at(0), .at(0, model: 1)])
  }

  @Test func `deleting an instance that fetches leaves the NIC to the others`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 2, gpus: 2)
    cluster.addModel(.gigabytes(8))
    cluster.addModel(.gigabytes(8))
    let failing = InjectedEvents([(.seconds(2), .instanceFailed(0, reason: "The pod was evicted."))], into: cluster)
    let log = cluster.run([.at(0), .at(0, model: 1)], under: failing)
    // By hand: 1 GB/s each for 2 s; the second then has the NIC for itself until the first model starts again, after the
    // failure at the same moment, and they share once more: 2 GB by 2 s, 6 GB at 1 GB/s by 8 s.
    #expect(log.seconds(of: .fetch, instance: 0).isEmpty)
    #expect(agrees(log.seconds(of: .fetch, instance: 1), [[0, 8]]))
    // The new instance: 6 GB by 8 s, then 2 GB at 2 GB/s.
    #expect(agrees(log.seconds(of: .fetch, instance: 2), [[2, 9]]))
    #expect(log.requests.allSatisfy { $0.outcome == .completed })
  }
}
