import ResultAnalysis

/// What a candidate costs and reaches.
public struct PlanEvaluation: Hashable, Sendable {
  /// The candidate.
  public let candidate: PlanCandidate
  /// What its servers cost an hour, used or not.
  public let costPerHour: Double
  /// The attainment of each seed in per cent; none where it cannot be deployed.
  public let attainments: [Double]
  /// GPU memory held × time held, mean over the seeds, in GB·h.
  public let gpuMemoryGBHours: Double
  /// Why it cannot be deployed; `nil` where it ran.
  public let refusal: String?

  /// What a candidate gave.
  public init(
    candidate: PlanCandidate, costPerHour: Double, attainments: [Double], gpuMemoryGBHours: Double = 0,
    refusal: String? = nil
  ) {
    self.candidate = candidate
    self.costPerHour = costPerHour
    self.attainments = attainments
    self.gpuMemoryGBHours = gpuMemoryGBHours
    self.refusal = refusal
  }

  /// The attainments taken together; `nil` where the candidate cannot be deployed.
  public var statistics: SeedStatistics? {
    SeedStatistics(attainments)
  }
}

/// What a plan asks of a candidate.
public struct PlanTarget: Hashable, Sendable {
  /// The attainment to reach, in per cent.
  public let percent: Double
  /// Which objective it counts.
  public let objective: Objective
  /// What of several seeds must reach it.
  public let criterion: AttainmentCriterion

  /// A target.
  public init(percent: Double, objective: Objective, criterion: AttainmentCriterion) {
    self.percent = percent
    self.objective = objective
    self.criterion = criterion
  }

  /// What of an evaluation is compared with the target; `nil` where it could not be deployed.
  public func value(_ evaluation: PlanEvaluation) -> Double? {
    evaluation.statistics.map(criterion.value)
  }

  /// Whether an evaluation reaches the target.
  public func isReached(by evaluation: PlanEvaluation) -> Bool {
    value(evaluation).map { $0 >= percent } ?? false
  }
}
