import Glibc

/// The clock of the machine since it was started, by which processes tell one another when something began.
public enum BootClock {
  /// Nanoseconds since the start of the machine, those that it slept included.
  public static var nanoseconds: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}
