import Quantities
import Scheduling
import ServingModel
import Testing

@testable import ClusterSimulation

/// Requests on engines, against sums done by hand. With `HardwareModel.round` and a model of 8 GB a prefill takes 0.18 s,
/// a decode step 18 ms, and a token 20 ms to the client. The instance is ready at 5 s: the fetch ends at 4 s, and the
/// engine takes 1 s.
@Suite struct ServingTests {
  private func cluster(models: Int = 1, gpus: Int = 1) -> SmallCluster {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 2, gpus: gpus)
    for _ in 0..<models { cluster.addModel(.gigabytes(8)) }
    return cluster
  }

  /// Seconds from sending to first token, and to the end.
  private func times(_ log: RunLog, _ index: Int) -> (first: Double?, end: Double?) {
    (log.requests[index].firstTokenAt?.inSeconds, log.requests[index].finishedAt?.inSeconds)
  }

  @Test func `a prefill stops the decoding of others, and a batch of two decodes slower`() {
    let log = cluster().run([.at(0, outputTokens: 6), .at(5.2, outputTokens: 6)])
    // By hand: prefill to 5.18, steps to 5.198 and 5.216; then the prefill of the second, to 5.396; then steps of two
    // requests, 18 ms × 1.1, three until the first has its six tokens at 5.4554, and two of 18 ms for the second alone.
    let (first, second) = (times(log, 0), times(log, 1))
    #expect(agrees(first.first, 5.2))
    #expect(agrees(first.end, 5.4554 + 0.02))
    #expect(agrees(second.first, 5.396 + 0.02))
    #expect(agrees(second.end, 5.4554 + 2 * 0.018 + 0.02))
    // The gap of the first request around that prefill is the prefill and a step of two.
    let gaps = log.tokenGaps.flatMap { Array(repeating: Double($0.nanoseconds) / 1e9, count: $0.count) }.sorted()
    let expected = [0.018, 0.018, 0.018, 0.018, 0.0198, 0.0198, 0.0198, 0.0198, 0.0198, 0.18 + 0.0198]
    #expect(agrees([gaps], [expected]))
    #expect(gaps.count == expected.count)
  }

  @Test func `eight requests decode together, and the ninth waits for the cold start that it causes`() {
    let log = cluster().run((0..<8).map { _ in .at(0, outputTokens: 2) } + [.at(5.1, outputTokens: 2)])
    // By hand: eight prefills to 5 + 8 × 0.18 = 6.44, one step of eight, 18 ms × 1.7.
    for index in 0..<8 {
      #expect(agrees(times(log, index).first, 5 + Double(index + 1) * 0.18 + 0.02))
      #expect(agrees(times(log, index).end, 6.44 + 0.0306 + 0.02))
    }
    // The second instance is ready at 5.1 + 5 s. Until then the model's loop hands out nothing, though the first instance
    // has had room since 6.4706 s; then it takes the oldest instance with room, the first.
    #expect(agrees(times(log, 8).first, 10.1 + 0.18 + 0.02))
    #expect(log.seconds(of: .firstToken, instance: 1).isEmpty)
  }

  @Test func `two busy instances on one GPU slow each other down, an idle one costs nothing`() {
    let log = cluster(models: 2).run([.at(0, outputTokens: 3), .at(0, model: 1, outputTokens: 3)])
    // By hand: the NIC is shared, both are ready at 9 s. The first prefill begins when the other is still idle, 0.18 s;
    // the second with two busy, 0.36 s. The first's two steps take 36 ms each; then it is idle and the second's 18 ms.
    #expect(agrees(times(log, 0).first, 9.18 + 0.02))
    #expect(agrees(times(log, 0).end, 9.18 + 2 * 0.036 + 0.02))
    #expect(agrees(times(log, 1).first, 9.36 + 0.02))
    #expect(agrees(times(log, 1).end, 9.36 + 2 * 0.018 + 0.02))
  }

  @Test func `two busy instances on two GPUs do not slow each other down`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 2, gpus: 2, memoryGB: 16)  // a GPU has room for one instance
    for _ in 0..<2 { cluster.addModel(.gigabytes(8)) }
    let log = cluster.run([.at(0, outputTokens: 3), .at(0, model: 1, outputTokens: 3)])
    for index in 0..<2 {
      #expect(agrees(times(log, index).first, 9.18 + 0.02))
      #expect(agrees(times(log, index).end, 9.18 + 2 * 0.018 + 0.02))
    }
  }

  @Test func `an answer of one token ends with its first token`() {
    let log = cluster().run([.at(0, outputTokens: 1)])
    #expect(agrees(times(log, 0).first, 5.2))
    #expect(log.requests[0].finishedAt == log.requests[0].firstTokenAt)
    #expect(log.requests[0].outcome == .completed)
    #expect(log.requests[0].timePerOutputToken == nil)
    #expect(log.deliveredTokens == 1)
  }

  // MARK: Clients that leave

  /// Two requests at 0 s, of which the client of the first leaves at a moment.
  private func leaving(at second: Double) -> RunLog {
    let cluster = cluster()
    return cluster.run(
      [.at(0, outputTokens: 3), .at(0, outputTokens: 3)],
      under: InjectedEvents([(.seconds(second), .clientLeft(1))], into: cluster))
  }

  @Test func `a prefill whose client leaves goes on to its end and gives no token`() {
    let log = leaving(at: 5.1)
    // By hand: the first prefill to 5.18, the second to 5.36, two steps of one request.
    #expect(log.requests[0].outcome == .cancelled)
    #expect(log.requests[0].finishedAt == .seconds(5.1))
    #expect(log.requests[0].firstTokenAt == nil)
    #expect(agrees(times(log, 1).first, 5.36 + 0.02))
    #expect(agrees(times(log, 1).end, 5.36 + 2 * 0.018 + 0.02))
    #expect(agrees(log.seconds(of: .firstToken), [[5, 5.36]]))
  }

  @Test func `a request whose client leaves between two prefills makes the batch smaller`() {
    let log = leaving(at: 5.3)
    #expect(log.requests[0].outcome == .cancelled)
    #expect(agrees(times(log, 0).first, 5.2))
    #expect(agrees(times(log, 1).end, 5.36 + 2 * 0.018 + 0.02))
  }

  @Test func `a request whose client leaves during a decode step makes the next step faster`() {
    let log = leaving(at: 5.37)
    // By hand: the step of two takes 19.8 ms from 5.36 on; the next, of one, 18 ms.
    #expect(log.requests[0].outcome == .cancelled)
    #expect(agrees(times(log, 1).end, 5.36 + 0.0198 + 0.018 + 0.02))
  }

  @Test func `a token that is on its way when its client leaves is not received`() {
    let log = leaving(at: 5.19)  // the first token has left the engine at 5.18 and would arrive at 5.2
    #expect(log.requests[0].outcome == .cancelled)
    #expect(log.requests[0].firstTokenAt == nil)
  }

  @Test func `an engine that its only client leaves becomes idle and ends after the grace period`() {
    let cluster = cluster()
    let log = cluster.run(
      [.at(0, outputTokens: 100), .at(100)], under: InjectedEvents([(.seconds(6), .clientLeft(1))], into: cluster))
    // By hand: idle from 6 s on; the loop that looks every second since then finds more than 30 s of it at 37 s; the
    // memory is free 2 s later.
    let ends = log.decisions.filter { if case .releaseStarted(0, _) = $0.decision { true } else { false } }
    #expect(ends.map(\.time) == [.seconds(37)])
    #expect(log.requests[1].metColdStart)
  }

  @Test func `a client whose patience ends while it waits leaves the queue, and its instance ends unused`() {
    let log = cluster().run([.at(0, patience: 3), .at(4, outputTokens: 3, patience: 100)])
    #expect(log.requests.map(\.outcome) == [.cancelled, .completed])
    #expect(log.requests[0].finishedAt == .seconds(3))
    #expect(log.requests[0].firstTokenAt == nil)
    // The second finds the instance that was started for the first, ready at 5 s.
    #expect(agrees(times(log, 1).first, 5.2))
  }

  @Test func `a client whose patience ends during its answer gets no more of it`() {
    let log = cluster().run([.at(0, outputTokens: 100, patience: 5.5), .at(0, outputTokens: 3)])
    #expect(log.requests.map(\.outcome) == [.cancelled, .completed])
    #expect(agrees(times(log, 0).first, 5.2))
    #expect(log.deliveredTokens == 3)
  }

  // MARK: The KV cache of a slice

  @Test func `a slice bounds how many tokens are served at a time`() {
    var cluster = SmallCluster(.hydraServeWithSingleWorker)
    cluster.addNode(gigabytesPerSecond: 2)
    cluster.addModel(.gigabytes(8), cachePerToken: .gigabytes(0.3))
    let log = cluster.run([.at(0, outputTokens: 3), .at(0, outputTokens: 3)])
    // By hand: the scheduler asks for 8 + 5 = 13 GiB, 13.96 GB, which leaves 5.96 GB, 19 tokens, beside the weights. The
    // first request holds 11 to 13 of them, so the second's 10 wait until it has ended at 5.18 + 2 × 0.018 s.
    #expect(agrees(times(log, 0).end, 5.216 + 0.02))
    #expect(agrees(times(log, 1).first, 5.216 + 0.18 + 0.02))
  }
}
