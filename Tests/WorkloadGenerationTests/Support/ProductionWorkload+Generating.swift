@testable import WorkloadGeneration

extension ProductionWorkload {
  /// The workload of a synthetic trace.
  static func generate(
    from trace: SyntheticTrace, cv: Double, requestsPerSecond: Double, outputPurpose: String = "outputs"
  ) throws(WorkloadError) -> Workload {
    try ProductionSample(from: trace, cv: cv, requestsPerSecond: requestsPerSecond)
      .workload(outputPurpose: outputPurpose)
  }

  /// The workload of the synthetic trace of a seed.
  static func generate(cv: Double, requestsPerSecond: Double, seed: UInt64) throws(WorkloadError) -> Workload {
    try generate(from: SyntheticTrace(seed: seed), cv: cv, requestsPerSecond: requestsPerSecond)
  }
}
