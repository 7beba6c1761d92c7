import Experiments

/// A claim of the paper beside what the results at hand say of it.
public struct Claim: Sendable {
  /// One number or the two ends of a range.
  public enum Value: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// The smallest and the largest of several numbers.
    case range(Double, Double)
    /// How many of several cases.
    case share(Int, of: Int)

    /// The ends; of a number and a count, twice the same.
    var ends: (low: Double, high: Double) {
      switch self {
      case .number(let value): (value, value)
      case .range(let low, let high): (low, high)
      case .share(let count, _): (Double(count), Double(count))
      }
    }
  }

  /// How far a value may be from the paper's.
  public enum Tolerance: Hashable, Sendable {
    /// By a share of the paper's value, at each end of a range.
    case relative(Double)
    /// By that much.
    case absolute(Double)
    /// The value must be at most that.
    case atMost(Double)
    /// All cases.
    case all
  }

  /// What came out.
  public enum Verdict: Hashable, Sendable {
    /// Our value is as close to the paper's as the tolerance asks for.
    case holds
    /// It is not.
    case fails
    /// Nothing was compared; why, as a sentence.
    case notChecked(String)
  }

  /// What it is called in files, and in links to it.
  public let id: String
  /// The figure it rests on.
  public let figure: String
  /// What is claimed.
  public let statement: String
  /// What HydraServe is compared with.
  public let baseline: String
  /// The unit of the values: `×`, `%`, `points` or nothing.
  public let unit: String
  /// Our value; `nil` where there is none.
  public let ours: Value?
  /// The paper's value; `nil` for a bound on a difference to the paper.
  public let paper: Value?
  /// How far ours may be from it.
  public let tolerance: Tolerance
  /// Why that far.
  public let reason: String
  /// Where our value comes from, as in the `source` column of figures.
  public let source: String
  /// What makes the results and the figure.
  public let command: String
  /// Minutes of a human's and of a machine's time that the command takes the first time.
  public let minutes: (human: Int, machine: Int)
  /// What came out.
  public let verdict: Verdict

  /// Compares a value with the paper's.
  ///
  /// - Parameter missing: why nothing can be compared; `nil` where something can.
  init(
    _ id: String, _ statement: String, baseline: String, unit: String, ours: Value?, paper: Value?,
    tolerance: Tolerance, reason: String, from data: ClaimData, missing: String? = nil
  ) {
    self.id = id
    self.figure = data.figure
    self.statement = statement
    self.baseline = baseline
    self.unit = unit
    self.ours = ours
    self.paper = paper
    self.tolerance = tolerance
    self.reason = reason
    self.source = data.source
    self.command = data.command
    self.minutes = data.minutes
    if let why = missing ?? data.missing {
      verdict = .notChecked(why)
    } else if let ours {
      verdict = Self.isWithin(ours, paper, tolerance) ? .holds : .fails
    } else {
      verdict = .notChecked("There is no result; make one with `\(data.command)`.")
    }
  }

  /// Whether a value is as close to the paper's as a tolerance asks for.
  static func isWithin(_ ours: Value, _ paper: Value?, _ tolerance: Tolerance) -> Bool {
    switch tolerance {
    case .atMost(let limit): return ours.ends.high <= limit
    case .all:
      guard case .share(let count, let all) = ours else { return false }
      return count == all
    case .relative(let share):
      guard let paper else { return false }
      return abs(ours.ends.low - paper.ends.low) <= share * abs(paper.ends.low)
        && abs(ours.ends.high - paper.ends.high) <= share * abs(paper.ends.high)
    case .absolute(let distance):
      guard let paper else { return false }
      return abs(ours.ends.low - paper.ends.low) <= distance && abs(ours.ends.high - paper.ends.high) <= distance
    }
  }
}

/// The data of a figure that claims rest on.
struct ClaimData {
  /// The figure, as in `Figure 7`.
  let figure: String
  /// What makes its results and draws it.
  let command: String
  /// Minutes of a human's and of a machine's time.
  let minutes: (human: Int, machine: Int)
  /// Where the values come from.
  let source: String
  /// Why they cannot be compared with the paper's; `nil` if they can.
  let missing: String?

  /// The data behind some points.
  ///
  /// The paper's own numbers, filled in for want of results, are not compared with themselves.
  init(
    figure: Int, minutes: (human: Int, machine: Int), sources: [String], count: Int, expected: Int, problem: String?
  ) {
    self.figure = "Figure \(figure)"
    self.minutes = minutes
    command = "reproduce figure\(figure)"
    source = sources.uniqued().joined(separator: ", ")
    if let problem {
      missing = problem
    } else if sources.contains(where: { $0.hasPrefix("paper:") }) {
      missing = "The paper's own numbers stand in for results; make some with `\(command)`."
    } else if count < expected {
      missing = "Only \(count) of \(expected) points have a result; make the others with `\(command)`."
    } else {
      missing = nil
    }
  }
}
