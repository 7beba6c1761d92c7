#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// CPU seconds of several runs of the same work.
///
/// CPU time is read, not wall time: the machine may be shared, and one run uses one thread. The least is the figure to
/// compare, since whatever else the machine does only adds.
struct RepeatedTiming: Sendable {
  /// CPU seconds of each run, ascending.
  let seconds: [Double]

  /// Runs the work `repeats` times and returns what it made last.
  ///
  /// - Precondition: `repeats` is positive.
  static func of<Result>(
    repeats: Int, _ work: () throws -> Result
  ) rethrows -> (result: Result, timing: RepeatedTiming) {
    precondition(repeats > 0, "nothing is measured without a run")
    var (result, first) = try timed(work)
    var seconds = [first]
    for _ in 1..<repeats {
      (result, first) = try timed(work)
      seconds.append(first)
    }
    return (result, RepeatedTiming(seconds: seconds.sorted()))
  }

  /// The shortest run.
  var least: Double {
    seconds[0]
  }

  /// The middle run; the mean of the two middle ones of an even number.
  var median: Double {
    (seconds[(seconds.count - 1) / 2] + seconds[seconds.count / 2]) / 2
  }

  private static func timed<Result>(_ work: () throws -> Result) rethrows -> (Result, seconds: Double) {
    let start = processCPUSeconds()
    let result = try work()
    return (result, processCPUSeconds() - start)
  }
}

/// User and system time that the process has used, over all threads.
func processCPUSeconds() -> Double {
  seconds(of: CLOCK_PROCESS_CPUTIME_ID)
}

/// A clock that goes on evenly, whatever the process does.
func wallSeconds() -> Double {
  seconds(of: CLOCK_MONOTONIC)
}

private func seconds(of clock: clockid_t) -> Double {
  var time = timespec()
  let status = clock_gettime(clock, &time)
  precondition(status == 0, "every supported system has the clock")
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
