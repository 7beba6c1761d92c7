import ResultAnalysis

/// Which objective attainment is counted for.
public enum Objective: String, CaseIterable, Hashable, Sendable {
  /// Time to first token, as in Figure 9.
  case ttft
  /// Time per output token.
  case tpot
  /// Both at once.
  case both

  /// What tables and axes call the attainment.
  public var label: String {
    switch self {
    case .ttft: "TTFT SLO attainment"
    case .tpot: "TPOT SLO attainment"
    case .both: "attainment of both SLOs"
    }
  }

  /// The share of the requests within the objective, 0...1; `nil` when none was sent.
  func attainment(_ requests: RequestStatistics) -> Double? {
    switch self {
    case .ttft: requests.ttftAttainment
    case .tpot: requests.tpotAttainment
    case .both: requests.sloAttainment
    }
  }
}
