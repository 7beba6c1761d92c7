import Synchronization
import WorkloadGeneration

/// The traces of some seeds and the arrivals drawn from them, each kept once it was made: a trace serves every setting
/// of its seed, and arrivals serve every system.
public final class ProductionSamples: Sendable {
  private struct Key: Hashable {
    let seed: UInt64
    let cv: Double
    let requestsPerSecond: Double
  }

  private struct Made {
    var traces: [UInt64: SyntheticTrace] = [:]
    var samples: [Key: ProductionSample] = [:]
  }

  private let parameters: SyntheticTraceParameters
  private let made = Mutex(Made())

  /// Traces of a recipe, yet to be made.
  public init(parameters: SyntheticTraceParameters) {
    self.parameters = parameters
  }

  /// The arrivals of a setting with a seed.
  ///
  /// Nobody waits while they are made. Two that want the same at once both make it, and it is the same.
  ///
  /// - Throws: ``UsageError`` for a CV or rate out of range, and for a recipe that has no meaning.
  func sample(_ setting: EndToEndSetting, seed: UInt64) throws -> ProductionSample {
    let key = Key(seed: seed, cv: setting.cv, requestsPerSecond: setting.requestsPerSecond)
    if let sample = made.withLock({ $0.samples[key] }) { return sample }
    let sample: ProductionSample
    do {
      sample = try ProductionSample(
        from: try trace(seed: seed), cv: setting.cv, requestsPerSecond: setting.requestsPerSecond)
    } catch {
      throw UsageError(error.description)
    }
    made.withLock { $0.samples[key] = sample }
    return sample
  }

  private func trace(seed: UInt64) throws(WorkloadError) -> SyntheticTrace {
    if let trace = made.withLock({ $0.traces[seed] }) { return trace }
    let trace = try SyntheticTrace(seed: seed, parameters: parameters)
    made.withLock { $0.traces[seed] = trace }
    return trace
  }
}
