import Testing

@testable import Quantities

@Suite struct ByteCountTests {
  @Test func `decimal and binary units count bytes`() {
    #expect(ByteCount.gigabytes(13.5).bytes == 13_500_000_000)
    #expect(ByteCount.gibibytes(1.5).bytes == 1_610_612_736)
    #expect(ByteCount.bytes(7) == ByteCount(bytes: 7))
    #expect(ByteCount.zero.bytes == 0)
  }

  @Test func `a fraction of a byte is rounded to the nearest whole one`() {
    #expect(ByteCount.gigabytes(1.4e-9).bytes == 1)
    #expect(ByteCount.gigabytes(1.6e-9).bytes == 2)
    #expect(ByteCount.gibibytes(0.7 / 1_073_741_824).bytes == 1)
  }

  @Test func `an amount reads back in gigabytes`() {
    #expect(ByteCount(bytes: 12_550_000_000).inGigabytes == 12.55)
  }

  @Test func `sums and differences are exact, and a difference may be negative`() {
    let large = ByteCount(bytes: 9_007_199_254_740_993)  // 2^53 + 1, which no Double holds
    #expect((large + .bytes(1)).bytes == 9_007_199_254_740_994)
    #expect((ByteCount.bytes(3) - .bytes(5)).bytes == -2)
    var amount = ByteCount.bytes(10)
    amount += .bytes(5)
    #expect(amount == .bytes(15))
    amount -= .bytes(20)
    #expect(amount == .bytes(-5))
  }

  @Test func `amounts order by size`() {
    #expect(ByteCount.gigabytes(1) < .gibibytes(1))
    #expect([ByteCount.bytes(3), .bytes(-1), .zero].sorted() == [.bytes(-1), .zero, .bytes(3)])
  }

  @Test func `an amount over a rate is the time it takes`() {
    #expect(ByteCount.gigabytes(13) / Bandwidth.gbps(16) == .milliseconds(6500))  // 13 GB at 2 GB/s
    #expect(ByteCount.zero / Bandwidth.gbps(16) == .zero)
  }
}
