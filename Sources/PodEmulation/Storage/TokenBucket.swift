import Quantities

/// Keeps a stream of bytes to a rate: what was sent is paid for by waiting.
///
/// A little may be sent ahead, so that waits are long enough for timers; over any longer span the rate holds.
struct TokenBucket: Hashable, Sendable {
  private var bytesPerSecond: Double
  private var burst: Double
  /// What may be sent at `updatedAt`; negative while there is something to pay for.
  private var available: Double
  private var updatedAt: Int64?

  /// A bucket that fills at a rate and holds 5 ms of it.
  init(rate: Bandwidth) {
    bytesPerSecond = rate.bytesPerSecond
    burst = rate.bytesPerSecond * 0.005
    available = burst
  }

  /// Fills at another rate from `now` on.
  mutating func change(rate: Bandwidth, at now: Int64) {
    _ = spend(0, at: now)
    bytesPerSecond = rate.bytesPerSecond
    burst = rate.bytesPerSecond * 0.005
  }

  /// Forgets what is still to be paid for.
  mutating func forgive() {
    available = max(available, 0)
  }

  /// Pays for bytes at `now`, in nanoseconds of any clock.
  ///
  /// - Returns: how many nanoseconds to wait before more is sent.
  mutating func spend(_ bytes: Int, at now: Int64) -> Int64 {
    let elapsed = Double(now - (updatedAt ?? now)) / 1e9
    available = min(burst, available + elapsed * bytesPerSecond) - Double(bytes)
    updatedAt = now
    return available >= 0 ? 0 : Int64((-available / bytesPerSecond * 1e9).rounded(.up))
  }
}
