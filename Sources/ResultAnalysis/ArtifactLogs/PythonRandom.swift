/// The random numbers that a Python program draws after `random.seed(n)`, for re-drawing a published sample.
///
/// Nothing of our own is drawn from it; runs use `RandomStream`.
///
/// - Source: Matsumoto and Nishimura, "Mersenne Twister" (1998), with the seeding by array; the documentation and the
///   behaviour of Python 3.11's `random` for integers and samples.
struct PythonRandom {
  private static let size = 624
  private var state: [UInt32]
  private var position = size

  /// The generator after seeding.
  init(seed: UInt64) {
    let high = UInt32(truncatingIfNeeded: seed >> 32)
    let key = [UInt32(truncatingIfNeeded: seed)] + (high == 0 ? [] : [high])
    state = [19_650_218]
    for index in 1..<UInt32(Self.size) {
      let last = state[Int(index) - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ index)
    }
    var index = 1
    for step in 0..<Self.size {
      let last = state[index - 1]
      let used = step % key.count
      state[index] = (state[index] ^ ((last ^ (last >> 30)) &* 1_664_525)) &+ key[used] &+ UInt32(used)
      index = advanced(index)
    }
    for _ in 1..<Self.size {
      let last = state[index - 1]
      state[index] = (state[index] ^ ((last ^ (last >> 30)) &* 1_566_083_941)) &- UInt32(index)
      index = advanced(index)
    }
    state[0] = 0x8000_0000
  }

  /// The next place of the state; the first place takes the last one's value whenever the walk wraps.
  private mutating func advanced(_ index: Int) -> Int {
    guard index + 1 == Self.size else { return index + 1 }
    state[0] = state[Self.size - 1]
    return 1
  }

  /// The next 32 random bits.
  mutating func word() -> UInt32 {
    if position == Self.size { renew() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9D2C_5680
    bits ^= (bits << 15) & 0xEFC6_0000
    return bits ^ (bits >> 18)
  }

  private mutating func renew() {
    for index in 0..<Self.size {
      let mixed = (state[index] & 0x8000_0000) | (state[(index + 1) % Self.size] & 0x7FFF_FFFF)
      state[index] = state[(index + 397) % Self.size] ^ (mixed >> 1) ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    position = 0
  }

  /// A number of [0, 1) with 53 random bits.
  mutating func unit() -> Double {
    let high = Double(word() >> 5)
    let low = Double(word() >> 6)
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /// A whole number of 0..<bound: as many bits as the bound has, drawn again while they are too large.
  ///
  /// - Precondition: the bound is positive and below 2³².
  mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max), "a bound of 1 to 2^32 - 1")
    let bits = Int.bitWidth - bound.leadingZeroBitCount
    while true {
      let drawn = Int(word() >> UInt32(32 - bits))
      if drawn < bound { return drawn }
    }
  }

  /// Positions of a population, drawn without replacement, in the order drawn.
  ///
  /// Two ways, as in Python: a small population is a list from which the last element fills the gap, a large one is
  /// drawn from again when a position comes up a second time.
  ///
  /// - Precondition: the count is within 0...population.
  mutating func sample(_ count: Int, of population: Int) -> [Int] {
    precondition((0...population).contains(count), "a sample is not larger than its population")
    var listLimit = 21
    if count > 5 {
      var power = 1
      while power < 3 * count { power *= 4 }
      listLimit += power
    }
    if population <= listLimit {
      var left = Array(0..<population)
      return (0..<count).map { _ in
        let drawn = integer(below: left.count)
        let value = left[drawn]
        left[drawn] = left[left.count - 1]
        left.removeLast()
        return value
      }
    }
    var taken: Set<Int> = []
    return (0..<count).map { _ in
      var drawn = integer(below: population)
      while !taken.insert(drawn).inserted { drawn = integer(below: population) }
      return drawn
    }
  }
}
