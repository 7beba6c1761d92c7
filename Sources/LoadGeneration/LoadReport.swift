import Quantities
import ServingModel

/// What a run of the load generator measured.
public struct LoadReport: Sendable {
  /// The requests that were sent, by number.
  public let measurements: [RequestMeasurement]
  /// How long the run took.
  public let elapsed: Duration
  /// The factor by which the load was sent faster than its times say.
  public let timeScale: Double
  /// The most requests that were allowed to be open at once.
  public let maxInFlight: Int?

  /// Failures of one kind.
  public struct ErrorGroup: Hashable, Sendable {
    /// The kind, for example `503 - Service Unavailable`.
    public let label: String
    /// How many requests failed that way.
    public let count: Int
    /// The message of the first.
    public let sample: String
  }

  init(measurements: [RequestMeasurement], elapsed: Duration, options: LoadOptions) {
    self.measurements = measurements
    self.elapsed = elapsed
    timeScale = options.timeScale
    maxInFlight = options.maxInFlight
  }

  /// The measurements as records, in the time of the load.
  public var records: [RequestRecord] {
    measurements.map { $0.record(timeScale: timeScale) }
  }

  /// Failures by kind, the most frequent first.
  public var errors: [ErrorGroup] {
    let failed = measurements.filter { $0.errorLabel != nil }
    let groups = Dictionary(grouping: failed) { $0.errorLabel ?? "" }
    return groups.map { label, members in
      var sample = ""
      if case .failed(let message) = members[0].outcome { sample = message }
      return ErrorGroup(label: label, count: members.count, sample: sample)
    }
    .sorted { ($1.count, $0.label) < ($0.count, $1.label) }
  }

  /// How often requests were sent again.
  public var retries: Int {
    measurements.reduce(0) { $0 + $1.attempts - 1 }
  }

  /// How much later than planned requests were sent.
  public var sendDrift: Quantiles {
    Quantiles(measurements.map(\.sendDrift.inMilliseconds))
  }

  /// A send drift, at its 99th percentile, from which on the load was not what was asked for.
  ///
  /// A tenth of the shortest TTFT that is of interest here (100 ms); on an idle core the drift is below 1 ms.
  public static let driftOfConcern = Duration.milliseconds(10)

  /// What speaks against taking the numbers for the server's, a sentence each.
  public var warnings: [String] {
    var warnings: [String] = []
    let drift = sendDrift
    if drift.p99 > Self.driftOfConcern.inMilliseconds {
      warnings.append(
        "Requests were sent late (p50 \(Self.rounded(drift.median)) ms, p99 \(Self.rounded(drift.p99)) ms), so the "
          + "arrivals are not those of the trace and stamps may be late as well; "
          + (maxInFlight == nil
            ? "use an idle core or a lower rate." : "raise or drop the limit of requests in flight."))
    }
    if retries > 0 {
      warnings.append("\(retries) requests were sent again; their TTFT counts from the first attempt.")
    }
    return warnings
  }

  private static func rounded(_ value: Double) -> Double {
    (value * 100).rounded() / 100
  }
}

/// Mean, spread and quantiles of a sample.
public struct Quantiles: Hashable, Sendable {
  /// The mean; 0 without values.
  public let mean: Double
  /// The standard deviation of the values themselves.
  public let std: Double
  /// The middle.
  public let median: Double
  /// The value that 99 % do not exceed, interpolated between neighbours.
  public let p99: Double
  /// The largest.
  public let max: Double

  /// The quantiles of a sample.
  public init(_ sample: [Double]) {
    let sorted = sample.sorted()
    let count = Double(Swift.max(sorted.count, 1))
    let mean = sorted.reduce(0, +) / count
    self.mean = mean
    std = (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    median = Self.quantile(sorted, 0.5)
    p99 = Self.quantile(sorted, 0.99)
    max = sorted.last ?? 0
  }

  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.indices.last else { return 0 }
    let place = share * Double(last)
    let lower = Int(place)
    let upper = min(lower + 1, last)
    return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
  }
}
