/// The arrival process fitted to one interval of a trace.
public struct IntervalParameters: Hashable, Sendable {
  /// Arrivals per second.
  public let requestsPerSecond: Double
  /// The coefficient of variation of the gaps, CV scale included.
  public let cv: Double
  /// Whether the fitted rate was given up for the number of arrivals over the interval's length.
  public let isResetToEmpiricalRate: Bool

  /// Fits the arrivals of one interval.
  ///
  /// A burst at the start of an interval has short gaps and would be replayed over the whole interval: a fitted rate of
  /// more than five times the empirical one is therefore reset to it, while the fitted CV stays.
  ///
  /// - Parameters:
  ///   - arrivals: the seconds of arrival, ascending.
  ///   - intervalSeconds: the length of the interval, also of a last one that is cut short.
  ///   - cvScale: the factor on the CV.
  /// - Returns: `nil` when there are fewer than two gaps or they cannot be fitted; nothing arrives then.
  /// - Source: the published artifact's fit, as the golden data show it.
  public init?(arrivals: [Double], intervalSeconds: Double, cvScale: Double) {
    guard arrivals.count >= 3 else { return nil }
    // Arrivals at the same instant have no logarithm of their gap; a microsecond is the trace's resolution.
    let gaps = zip(arrivals, arrivals.dropFirst()).map { $1 - $0 + 1e-6 }
    guard let fit = GammaFit(gaps: gaps) else { return nil }
    let fitted = 1 / (fit.shape * fit.scale)
    let empirical = Double(arrivals.count) / intervalSeconds
    isResetToEmpiricalRate = fitted > 5 * empirical
    requestsPerSecond = isResetToEmpiricalRate ? empirical : fitted
    cv = (1 / fit.shape).squareRoot() * cvScale
  }
}
