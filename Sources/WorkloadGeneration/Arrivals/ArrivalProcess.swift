import Quantities

/// How requests arrive in a stretch of time: independent gaps of one law, from an event at the start of the stretch.
public enum ArrivalProcess: Hashable, Sendable {
  /// Equal gaps.
  case deterministic(perSecond: Double)
  /// Exponential gaps.
  case poisson(perSecond: Double)
  /// Gamma-distributed gaps of a coefficient of variation: shape 1/cv², the "burstiness" of other load generators,
  /// and scale cv²/rate.
  case gamma(perSecond: Double, cv: Double)

  /// The mean number of arrivals per second in the long run.
  public var requestsPerSecond: Double {
    switch self {
    case .deterministic(let rate), .poisson(let rate), .gamma(let rate, _): rate
    }
  }

  /// The coefficient of variation of the gaps.
  public var cv: Double {
    switch self {
    case .deterministic: 0
    case .poisson: 1
    case .gamma(_, let cv): cv
    }
  }

  /// A gap to the next arrival, in seconds.
  ///
  /// - Precondition: the rate is positive, and so is the CV of a gamma process.
  public func gap(using random: inout RandomStream) -> Double {
    precondition(requestsPerSecond > 0, "arrivals have a positive rate")
    switch self {
    case .deterministic(let rate): return 1 / rate
    case .poisson(let rate): return random.exponential(mean: 1 / rate)
    case .gamma(let rate, let cv): return random.gamma(shape: 1 / (cv * cv), scale: cv * cv / rate)
    }
  }

  /// The arrivals of a stretch, in seconds: the first one gap after the start, all before the end.
  ///
  /// The stretch begins with an event that is not an arrival itself, so that bursty gaps give more than
  /// rate x duration arrivals, up to about (cv² - 1)/2 more: a renewal process just after an event is in a burst.
  ///
  /// - Precondition: the rate is positive, and so is the CV of a gamma process.
  /// - Source: the published artifact's arrivals, as the golden data show them.
  public func arrivals(from start: Double, duration: Double, using random: inout RandomStream) -> [Double] {
    var times: [Double] = []
    let end = start + duration
    var time = start + gap(using: &random)
    while time < end {
      times.append(time)
      // Equal gaps are counted from the start: added up, their rounding errors would move the last of them.
      time = cv == 0 ? start + Double(times.count + 1) / requestsPerSecond : time + gap(using: &random)
    }
    return times
  }
}
