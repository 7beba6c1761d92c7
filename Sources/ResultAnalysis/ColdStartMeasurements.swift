import Quantities

/// How several measurements of the same thing become one number.
public enum Aggregator: String, CaseIterable, Hashable, Sendable {
  /// As the published client does: the largest is left out, the others are averaged.
  case paper
  /// The mean of all.
  case mean
}

extension Aggregator {
  /// The one number.
  ///
  /// - Precondition: there is a measurement, and for `paper` there are two.
  public func value(of measurements: [Double]) -> Double {
    precondition(!measurements.isEmpty, "nothing measured")
    let sum = measurements.reduce(0, +)
    switch self {
    case .mean: return sum / Double(measurements.count)
    case .paper:
      guard let largest = measurements.max(), measurements.count > 1 else {
        preconditionFailure("leaving out the largest takes two measurements")
      }
      return (sum - largest) / Double(measurements.count - 1)
    }
  }
}

/// The repeated cold starts of one model.
public struct ColdStartMeasurements: Hashable, Sendable {
  /// One cold start.
  public struct Sample: Hashable, Sendable {
    /// TTFT: request sent to first token back.
    public let timeToFirstToken: Duration
    /// TPOT; `nil` for an answer of one token.
    public let timePerOutputToken: Duration?

    /// A sample.
    public init(timeToFirstToken: Duration, timePerOutputToken: Duration?) {
      self.timeToFirstToken = timeToFirstToken
      self.timePerOutputToken = timePerOutputToken
    }
  }

  /// The model's identifier.
  public let model: String
  /// The cold starts in the order in which they were measured.
  public let samples: [Sample]

  /// The measurements of a model.
  ///
  /// - Precondition: there is at least one.
  public init(model: String, samples: [Sample]) {
    precondition(!samples.isEmpty, "a model that was measured has samples")
    self.model = model
    self.samples = samples
  }

  /// TTFT in seconds; with one sample its own value, whatever the aggregator.
  public func ttftSeconds(_ aggregator: Aggregator = .paper) -> Double {
    let values = samples.map(\.timeToFirstToken.inSeconds)
    return values.count == 1 ? values[0] : aggregator.value(of: values)
  }

  /// TPOT in milliseconds; `nil` when a sample has none.
  public func tpotMilliseconds(_ aggregator: Aggregator = .paper) -> Double? {
    let values = samples.compactMap { $0.timePerOutputToken?.inMilliseconds }
    guard values.count == samples.count else { return nil }
    return values.count == 1 ? values[0] : aggregator.value(of: values)
  }

  /// How far apart the samples are: (largest − smallest) / smallest TTFT.
  public var ttftSpread: Double {
    let values = samples.map(\.timeToFirstToken.inSeconds)
    guard let smallest = values.min(), let largest = values.max(), smallest > 0 else { return 0 }
    return (largest - smallest) / smallest
  }
}
