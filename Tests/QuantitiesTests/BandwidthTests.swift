import Testing

@testable import Quantities

@Suite struct BandwidthTests {
  @Test func `a gigabit per second is an eighth of a gigabyte per second`() {
    #expect(Bandwidth.gbps(16).bytesPerSecond == 2e9)
    #expect(Bandwidth.gigabytesPerSecond(2) == .gbps(16))
    #expect(Bandwidth(bytesPerSecond: 125_000_000) == .gbps(1))
  }

  @Test func `a rate reads back in the units it is built from`() {
    #expect(Bandwidth.gbps(64).inGbps == 64)
    #expect(Bandwidth.gbps(64).inGigabytesPerSecond == 8)
    #expect(Bandwidth.gigabytesPerSecond(6.5).inGigabytesPerSecond == 6.5)
  }

  @Test func `rates order by speed`() {
    #expect(Bandwidth.gbps(8) < .gigabytesPerSecond(1.5))
    #expect([Bandwidth.gbps(64), .gbps(1), .gbps(16)].min() == .gbps(1))
  }
}
