#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A reproducible stream of random numbers for one purpose of a run.
///
/// Each purpose (arrivals, lengths, sampling) has a stream of its own, so that a new draw in one place does not shift
/// the others. The integers and the uniform numbers are the same on every machine; `exponential` goes through the C
/// library's logarithm, which may differ in the last bit between libraries.
///
/// - Source: xoshiro256++ 1.0 by Blackman and Vigna, seeded through SplitMix64 as its authors advise.
public struct RandomStream: RandomNumberGenerator, Hashable, Sendable {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  /// The stream that a run draws from for one purpose.
  ///
  /// - Parameters:
  ///   - seed: the seed of the run.
  ///   - purpose: what the numbers are for; another purpose gives an unrelated stream.
  public init(seed: UInt64, purpose: String) {
    var runSeed = SplitMix64(seed: seed)
    var streamSeed = SplitMix64(seed: runSeed.next() ^ fnv1a(purpose))
    self.init(state: (streamSeed.next(), streamSeed.next(), streamSeed.next(), streamSeed.next()))
  }

  /// The generator in a given state.
  ///
  /// - Precondition: the state is not all zero, which would give zeros for ever.
  init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(state != (0, 0, 0, 0), "an all-zero state gives zeros for ever")
    (s0, s1, s2, s3) = state
  }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    let result = rotateLeft(s0 &+ s3, by: 23) &+ s0
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = rotateLeft(s3, by: 45)
    return result
  }

  /// A uniform number of [0, 1), one of 2⁵³ equally spaced ones.
  @inlinable
  public mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A uniform number of a half-open range.
  ///
  /// - Precondition: the range is finite and not empty.
  @inlinable
  public mutating func uniform(in range: Range<Double>) -> Double {
    precondition(!range.isEmpty, "no number lies in an empty range")
    let width = range.upperBound - range.lowerBound
    precondition(width.isFinite, "the range must be finite")
    let value = range.lowerBound + width * unit()
    return value < range.upperBound ? value : range.upperBound.nextDown
  }

  /// An exponentially distributed number, in the unit of its mean: the gap between arrivals of a Poisson process.
  ///
  /// - Precondition: the mean is not negative.
  @inlinable
  public mutating func exponential(mean: Double) -> Double {
    precondition(mean >= 0, "a mean gap is not negative")
    return -mean * log(1 - unit())
  }
}

/// A small generator whose every seed is good: it turns one number into the seeds of other generators.
///
/// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  /// The generator that starts from a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@inlinable
func rotateLeft(_ value: UInt64, by count: UInt64) -> UInt64 {
  (value &<< count) | (value &>> (64 &- count))
}

/// The 64-bit FNV-1a hash of a name, which unlike the standard library's is the same in every process.
func fnv1a(_ name: String) -> UInt64 {
  name.utf8.reduce(0xCBF2_9CE4_8422_2325) { hash, byte in
    (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }
}
