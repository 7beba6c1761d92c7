import Testing

@testable import Quantities

@Suite struct RandomStreamTests {
  // The reference programs of the generators' authors print these numbers; the streams were computed by an
  // independent program in another language from the published definitions.

  @Test func `SplitMix64 gives the published numbers`() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
    var fromZero = SplitMix64(seed: 0)
    #expect(fromZero.next() == 0xE220_A839_7B1D_CDAF)
  }

  @Test func `xoshiro256++ gives the published numbers`() {
    var random = RandomStream(state: (1, 2, 3, 4))
    #expect(
      (0..<10).map { _ in random.next() } == [
        41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205,
        9_973_669_472_204_895_162, 14_011_001_112_246_962_877, 12_406_186_145_184_390_807,
        15_849_039_046_786_891_736, 10_450_023_813_501_588_000,
      ])
  }

  @Test(
    arguments: [
      ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
    ] as [(String, UInt64)])
  func `the hash of a purpose is FNV-1a`(name: String, hash: UInt64) {
    #expect(fnv1a(name) == hash)
  }

  @Test(
    arguments: [
      (42, "arrivals", [3_859_319_846_593_888_683, 7_881_187_824_765_002_911, 672_737_003_905_118_764]),
      (42, "lengths", [5_131_423_851_309_329_855, 10_608_944_427_047_363_294, 12_332_719_218_212_141_140]),
      (0, "", [10_861_341_569_925_573_951, 7_329_133_115_056_000_641, 17_115_643_607_007_501_025]),
    ] as [(UInt64, String, [UInt64])])
  func `a stream is set by its seed and purpose`(seed: UInt64, purpose: String, numbers: [UInt64]) {
    var stream = RandomStream(seed: seed, purpose: purpose)
    #expect((0..<3).map { _ in stream.next() } == numbers)
  }

  @Test func `a unit number is the upper 53 bits`() {
    var stream = RandomStream(seed: 42, purpose: "arrivals")
    #expect(stream.unit() == 0.20921414809967587)
    var lowest = RandomStream(state: (0, 1, 0, 0))  // its first output is 0
    #expect(lowest.unit() == 0)
    var highest = RandomStream(state: (.max, 0, 0, 0))  // rotl(2^64 - 1, 23) + 2^64 - 1 = 2^64 - 2
    #expect(highest.unit() == 1 - 0x1p-53)
  }

  @Test func `a uniform number stays below the end of its range`() {
    var stream = RandomStream(seed: 1, purpose: "narrow")
    let range = 1.0..<(1.0).nextUp
    #expect((0..<100).allSatisfy { _ in stream.uniform(in: range) == 1 })
  }

  @Test(arguments: UInt64(0)..<20)
  func `unit numbers have the moments of the uniform distribution`(seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: "uniform")
    let moments = Moments((0..<20_000).map { _ in stream.unit() })
    let meanError = 0.00204  // sqrt(1/12 / 20 000)
    let varianceError = 0.000527  // sqrt((1/80 - 1/144) / 20 000)
    #expect(abs(moments.mean - 0.5) < 4 * meanError)
    #expect(abs(moments.variance - 1.0 / 12) < 4 * varianceError)
  }

  @Test(arguments: UInt64(0)..<20)
  func `uniform numbers fill their range evenly`(seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: "range")
    let numbers = (0..<20_000).map { _ in stream.uniform(in: -2..<6) }
    #expect(numbers.allSatisfy { -2 <= $0 && $0 < 6 })
    let meanError = 0.0163  // sqrt(8² / 12 / 20 000)
    #expect(abs(Moments(numbers).mean - 2) < 4 * meanError)
  }

  @Test(arguments: UInt64(0)..<20)
  func `exponential numbers have the moments of the exponential distribution`(seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: "gaps")
    let numbers = (0..<20_000).map { _ in stream.exponential(mean: 2.5) }
    let moments = Moments(numbers)
    let meanError = 0.0177  // 2.5 / sqrt(20 000)
    let varianceError = 0.125  // 2.5² sqrt(8 / 20 000), the fourth central moment being 9 m⁴
    #expect(numbers.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(abs(moments.mean - 2.5) < 4 * meanError)
    #expect(abs(moments.variance - 6.25) < 4 * varianceError)
  }

  @Test func `an exponential number is the inverse of the distribution at a unit number`() {
    var stream = RandomStream(seed: 42, purpose: "arrivals")
    // -3 ln(1 - 0.20921414809967587), by calculator
    #expect(abs(stream.exponential(mean: 3) - 0.704184) < 1e-6)
    #expect(stream.exponential(mean: 0) == 0)
  }
}

private struct Moments {
  let mean: Double
  let variance: Double

  init(_ numbers: [Double]) {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    self.mean = mean
    variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count - 1)
  }
}
