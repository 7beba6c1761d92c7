import ResultAnalysis

/// What of several seeds' attainments must reach a target.
public enum AttainmentCriterion: String, CaseIterable, Hashable, Sendable {
  /// The lower end of the 95 % interval of the mean (Student's t): an hour that was not simulated is on average there or
  /// better, with a risk of 2.5 %. The value itself where there is one seed.
  case lowerBound = "lower-bound"
  /// The mean.
  case mean

  /// What is compared with the target.
  public func value(_ statistics: SeedStatistics) -> Double {
    switch self {
    case .lowerBound: statistics.mean - (statistics.interval95 ?? 0)
    case .mean: statistics.mean
    }
  }

  /// What tables call it.
  public var label: String {
    switch self {
    case .lowerBound: "lower bound"
    case .mean: "mean"
    }
  }
}
