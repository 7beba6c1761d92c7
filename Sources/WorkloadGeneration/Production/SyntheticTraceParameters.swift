/// The recipe of the synthetic production trace, version 1.
///
/// `popularitySkew` and `burstSigma` are fitted on one point of Figure 9 (CV 8, 0.6 requests per second); the others
/// come from outside knowledge. The published statistics are data, not parameters.
public struct SyntheticTraceParameters: Codable, Hashable, Sendable {
  /// The version of the recipe; another way to use the parameters is another version.
  public static let version = 1

  /// Exponent s of popularity inside an app: its j-th function gets a share proportional to j^(-s). Fitted.
  public var popularitySkew = 3.85
  /// Standard deviation of the logarithm of an app's load from slot to slot. Fitted.
  public var burstSigma = 1.65
  /// Coefficient of variation of the gaps inside a slot, before the CV factor.
  public var gapCV = 1.6
  /// The same for apps that a timer triggers.
  public var timerGapCV = 0.02
  /// Below this coefficient of variation, CV factor included, arrivals are equally spaced.
  public var evenlySpacedBelowCV = 0.25
  /// Time constant of the load's correlation, in slots.
  public var burstTimeConstantInSlots = 6.0
  /// How strongly an app's number of functions follows its number of invocations: 0 not at all, 1 strictly.
  public var functionCountOrderliness = 0.6
  /// How often the totals of six hours are fitted to the published ones.
  public var balancingRounds = 12
  /// The factor on answer lengths, as Llama-2-chat answers at greater length than the production median.
  public var outputFactor = 2.0
  /// Prompts and answers are cut at this many tokens.
  public var maximumTokens = 1024

  /// The recipe with its standard parameters.
  public init() {}

  /// The length of an answer, from the production service's: longer by the factor, at least two tokens, and cut.
  func answerTokens(_ produced: Double) -> Int {
    min(max(Int((outputFactor * produced).rounded()), 2), maximumTokens)
  }

  /// Refuses values with which the recipe has no meaning.
  ///
  /// - Throws: ``WorkloadError/outOfRange(parameter:value:allowed:)``.
  func check() throws(WorkloadError) {
    let ranges: [(name: String, value: Double, range: ClosedRange<Double>)] = [
      ("popularity skew", popularitySkew, 0...20),
      ("burst sigma", burstSigma, 0...5),
      ("gap CV", gapCV, 0...100),
      ("timer gap CV", timerGapCV, 0...100),
      ("CV below which arrivals are evenly spaced", evenlySpacedBelowCV, 0.001...100),
      ("burst time constant in slots", burstTimeConstantInSlots, 0.01...10_000),
      ("orderliness of function counts", functionCountOrderliness, 0...1),
      ("number of balancing rounds", Double(balancingRounds), 0...1000),
      ("output factor", outputFactor, 0.01...100),
      ("maximum of tokens", Double(maximumTokens), 2...Double(TraceLimits.tokens)),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      throw .outOfRange(
        parameter: name, value: value,
        allowed: "a number from \(TraceLimits.text(range.lowerBound)) to \(TraceLimits.text(range.upperBound))")
    }
  }
}
