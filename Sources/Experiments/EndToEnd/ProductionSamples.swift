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
    var userTrace: UserTrace.Content?
    var samples: [Key: ProductionSample] = [:]
  }

  private let configuration: Configuration.EndToEnd
  private let made = Mutex(Made())

  /// Traces of a configuration's recipe, or of the user's trace in its place, yet to be made.
  public init(configuration: Configuration) {
    self.configuration = configuration.endToEnd
  }

  /// The arrivals of a setting with a seed.
  ///
  /// Nobody waits while they are made. Two that want the same at once both make it, and it is the same.
  ///
  /// - Parameter models: the names of what is deployed, in order.
  /// - Throws: ``UsageError`` for a CV or rate out of range, for a recipe that has no meaning and for a user's trace that is
  ///   refused.
  func sample(_ setting: EndToEndSetting, seed: UInt64, models: [String]) throws -> ProductionSample {
    let key = Key(seed: seed, cv: setting.cv, requestsPerSecond: setting.requestsPerSecond)
    if let sample = made.withLock({ $0.samples[key] }) { return sample }
    let sample: ProductionSample
    do {
      sample = try draw(setting, seed: seed, models: models)
    } catch let error as WorkloadError {
      throw UsageError(error.description)
    }
    made.withLock { $0.samples[key] = sample }
    return sample
  }

  private func draw(_ setting: EndToEndSetting, seed: UInt64, models: [String]) throws -> ProductionSample {
    guard let trace = configuration.userTrace else {
      return try ProductionSample(
        from: try synthetic(seed: seed), cv: setting.cv, requestsPerSecond: setting.requestsPerSecond)
    }
    switch try content(of: trace) {
    case .functions(let functions):
      return try ProductionSample(
        from: functions, cv: setting.cv, requestsPerSecond: setting.requestsPerSecond, seed: seed,
        parameters: configuration.trace)
    case .requests(let requests):
      return try ProductionSample(from: requests, models: models, seed: seed, path: trace.path)
    }
  }

  private func content(of trace: UserTrace) throws -> UserTrace.Content {
    if let content = made.withLock({ $0.userTrace }) { return content }
    let content = try trace.read()
    made.withLock { $0.userTrace = content }
    return content
  }

  private func synthetic(seed: UInt64) throws(WorkloadError) -> SyntheticTrace {
    if let trace = made.withLock({ $0.traces[seed] }) { return trace }
    let trace = try SyntheticTrace(seed: seed, parameters: configuration.trace)
    made.withLock { $0.traces[seed] = trace }
    return trace
  }
}
