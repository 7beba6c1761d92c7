/// What the paper states in words, from `results/paper/claims.json`.
public struct PaperClaims: Codable, Hashable, Sendable {
  /// A statement with the two ends of a range.
  public struct Range: Codable, Hashable, Sendable {
    /// The statement.
    public let statement: String
    /// The smaller end.
    public let low: Double
    /// The larger end.
    public let high: Double
  }

  /// A statement with one number.
  public struct Number: Codable, Hashable, Sendable {
    /// The statement.
    public let statement: String
    /// The number.
    public let value: Double
  }

  /// How many times faster HydraServe starts than the baselines.
  public let ttftSpeedup: Range
  /// TTFT SLO attainment with HydraServe / with Serverless vLLM.
  public let sloAttainmentGain: Range
  /// TPOT with HydraServe / with Serverless vLLM.
  public let tpotPenalty: Number

  enum CodingKeys: String, CodingKey {
    case ttftSpeedup = "ttft_speedup"
    case sloAttainmentGain = "slo_attainment_gain"
    case tpotPenalty = "tpot_penalty"
  }

  /// The statements as they are kept in a folder of results.
  ///
  /// - Throws: ``ExperimentError`` when the file is missing or says something else.
  public init(results: String) throws {
    let path = "\(results)/paper/claims.json"
    self = try JSONText.read(PaperClaims.self, from: path, expected: "the paper's claims")
    guard ttftSpeedup.low <= ttftSpeedup.high, sloAttainmentGain.low <= sloAttainmentGain.high else {
      throw ExperimentError.malformed(path: path, line: 1, expected: "the paper's claims")
    }
  }
}
