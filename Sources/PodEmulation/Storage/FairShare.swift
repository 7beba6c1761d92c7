import Quantities

/// Keeps several streams of bytes to a common rate, and each to its fair share of it while there is no more.
///
/// Connections alone would not share fairly: a fetch that has one part left has one connection, another has four. A stream
/// that cannot use its share leaves it to the others, since nobody waits as long as the common rate is not used up.
struct FairShare<Stream: Hashable & Sendable>: Sendable {
  private let rate: Bandwidth
  private var all: TokenBucket
  private var shares: [Stream: TokenBucket] = [:]

  /// A rate that nobody uses yet.
  init(rate: Bandwidth) {
    self.rate = rate
    all = TokenBucket(rate: rate)
  }

  /// A stream begins, at `now` in nanoseconds of any clock.
  mutating func begin(_ stream: Stream, at now: Int64) {
    shares[stream] = TokenBucket(rate: rate)
    divide(at: now)
  }

  /// A stream has ended.
  mutating func end(_ stream: Stream, at now: Int64) {
    guard shares.removeValue(forKey: stream) != nil else { return }
    divide(at: now)
  }

  /// Pays for bytes of a stream.
  ///
  /// - Returns: how many nanoseconds to wait before more of it is sent.
  /// - Precondition: the stream has begun and not ended.
  mutating func spend(_ bytes: Int, of stream: Stream, at now: Int64) -> Int64 {
    let common = all.spend(bytes, at: now)
    guard var share = shares[stream] else { preconditionFailure("a stream spends between its begin and its end") }
    let own = share.spend(bytes, at: now)
    if common == 0 { share.forgive() }  // what others left is not to be paid for later
    shares[stream] = share
    return common > 0 ? own : 0
  }

  private mutating func divide(at now: Int64) {
    let share = Bandwidth(bytesPerSecond: rate.bytesPerSecond / Double(max(shares.count, 1)))
    for stream in shares.keys { shares[stream]?.change(rate: share, at: now) }  // each alike, in any order
  }
}
