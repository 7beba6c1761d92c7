import Quantities
import Testing

@testable import PodEmulation

@Suite struct TokenBucketTests {
  @Test(arguments: [1, 1000, 65536, 10_000_000])
  func `over any span no more is sent than the rate and a burst allow, and no less than the rate`(piece: Int) {
    let rate = 2e6
    var bucket = TokenBucket(rate: Bandwidth(bytesPerSecond: rate))
    var now: Int64 = 0
    var sent = 0
    for _ in 0..<1000 {
      let seconds = Double(now) / 1e9
      let burst = 0.005 * rate
      #expect(Double(sent) <= seconds * rate + burst + 1)
      #expect(Double(sent) >= seconds * rate - 1)
      sent += piece
      now += bucket.spend(piece, at: now)
    }
  }

  @Test func `what was not used is not saved up beyond a burst`() {
    var bucket = TokenBucket(rate: Bandwidth(bytesPerSecond: 1e6))
    #expect(bucket.spend(0, at: 0) == 0)
    #expect(bucket.spend(6000, at: 60_000_000_000) == 1_000_000, "5,000 bytes of burst, 1,000 to wait for")
  }
}
