import Glibc

/// The clock that measurements use: nanoseconds that only grow, whatever happens to the time of day.
enum MonotonicClock {
  /// Nanoseconds since some fixed moment.
  @inline(__always)
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
