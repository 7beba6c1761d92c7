/// Why a workload cannot be made, as one sentence.
public enum WorkloadError: Error, Hashable, Sendable {
  /// A parameter has a value outside its range.
  case outOfRange(parameter: String, value: Double, allowed: String)
  /// A trace has fewer arrivals than a run is to replay.
  case tooFewArrivals(wanted: Int, available: Int)
  /// Data that the toolkit carries cannot be read.
  case malformedResource(name: String, reason: String)
  /// A trace file is refused; line 0 is the file as a whole.
  case trace(path: String, line: Int, problem: TraceProblem)
}

extension WorkloadError: CustomStringConvertible {
  /// The sentence to print.
  public var description: String {
    switch self {
    case .outOfRange(let parameter, let value, let allowed):
      "The workload's \(parameter) is \(value); give \(allowed)."
    case .tooFewArrivals(let wanted, let available):
      "The trace has \(available) arrivals, fewer than the \(wanted) requests to replay; lower the request rate."
    case .malformedResource(let name, let reason):
      "The built-in \(name) cannot be read (\(reason)); build the toolkit from an unchanged copy."
    case .trace(let path, let line, let problem):
      "\(path)\(line == 0 ? "" : ":\(line)") \(problem)."
    }
  }
}
