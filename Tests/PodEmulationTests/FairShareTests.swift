import Quantities
import Testing

@testable import PodEmulation

@Suite struct FairShareTests {
  private static let rate = 1e6
  private static let piece = 1000

  /// How much each stream sends in ten seconds through so many connections, of which each waits at least `pause` between
  /// two pieces.
  private static func sent(connections: [Int], pause: [Int64] = [0, 0]) -> [Int] {
    var share = FairShare<Int>(rate: Bandwidth(bytesPerSecond: rate))
    var turns: [(at: Int64, stream: Int)] = []
    for (stream, count) in connections.enumerated() {
      share.begin(stream, at: 0)
      turns += Array(repeating: (0, stream), count: count)
    }
    var sent = connections.map { _ in 0 }
    while let next = turns.indices.min(by: { turns[$0].at < turns[$1].at }), turns[next].at < 10_000_000_000 {
      let (now, stream) = turns[next]
      sent[stream] += piece
      turns[next].at += max(1, pause[stream], share.spend(piece, of: stream, at: now))
    }
    return sent
  }

  @Test(arguments: [[1, 1], [4, 1], [1, 16]])
  func `each stream gets half, however many connections it has`(connections: [Int]) {
    let sent = Self.sent(connections: connections)
    // A burst of 5 ms, and a piece on its way on each connection.
    for bytes in sent { #expect(abs(Double(bytes) - 5e6) <= 5000 + 16 * 1000 + 50_000) }
    #expect(Double(sent[0] + sent[1]) <= 10e6 + 5000 + 17 * 1000)
  }

  @Test func `what a slow stream leaves goes to the other`() {
    // A piece of 1,000 bytes every 10 ms is a tenth of the rate.
    let sent = Self.sent(connections: [1, 4], pause: [10_000_000, 0])
    #expect(sent[0] == 1000 * Self.piece)
    #expect(Double(sent[1]) >= 8.9e6)
  }

  @Test func `a stream that was alone does not pay for it when another begins`() {
    var share = FairShare<Int>(rate: Bandwidth(bytesPerSecond: Self.rate))
    share.begin(0, at: 0)
    var now: Int64 = 0
    for _ in 0..<1000 { now += share.spend(Self.piece, of: 0, at: now) }
    share.begin(1, at: now)
    #expect(share.spend(Self.piece, of: 0, at: now) <= 4_000_000, "twice its own piece at half the rate")
  }
}
