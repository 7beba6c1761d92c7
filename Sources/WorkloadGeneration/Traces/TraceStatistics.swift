import Quantities

/// What to know of a trace before a run.
public struct TraceStatistics: Hashable, Sendable {
  /// The length of the windows of `peakOverMean`.
  public static let peakWindowSeconds = 30.0

  /// The number of requests.
  public let requests: Int
  /// The stretch that rates refer to, in seconds.
  public let durationSeconds: Double
  /// Requests per second over the whole stretch.
  public let requestsPerSecond: Double
  /// The coefficient of variation of the gaps between requests, whatever their model; `nil` below two gaps, or when
  /// all requests come at once.
  public let gapCV: Double?
  /// The number of requests of each model, the busiest first; empty where the trace names no models.
  public let requestsByModel: [ModelCount]
  /// The number of requests of each application, by name.
  public let requestsByApplication: [ModelCount]
  /// The lengths of prompts.
  public let promptTokens: TokenQuantiles
  /// The lengths of answers.
  public let outputTokens: TokenQuantiles
  /// The busiest of the windows of 30 s from the start, over the mean of such windows.
  public let peakOverMean: Double

  /// How many requests ask for a name.
  public struct ModelCount: Hashable, Sendable {
    /// The name of a model or an application.
    public let name: String
    /// Its requests.
    public let requests: Int
  }

  /// The distribution of a length in tokens.
  public struct TokenQuantiles: Hashable, Sendable {
    /// The mean.
    public let mean: Double
    /// The shortest.
    public let min: Double
    /// The median.
    public let median: Double
    /// The 90th percentile.
    public let p90: Double
    /// The 99th percentile.
    public let p99: Double
    /// The longest.
    public let max: Double
  }

  /// The statistics of a trace.
  ///
  /// Its stretch is that of its generator, or else ends with its last request.
  ///
  /// - Precondition: the trace has requests.
  public init(_ trace: TraceFile) {
    let records = trace.records
    guard let last = records.last else { preconditionFailure("a trace has requests") }
    let times = records.map(\.sendAt.inSeconds)
    let duration = trace.metadata?.durationSeconds ?? last.sendAt.inSeconds
    requests = records.count
    durationSeconds = duration
    requestsPerSecond = duration > 0 ? Double(records.count) / duration : 0
    gapCV = Self.variation(of: zip(times, times.dropFirst()).map { $1 - $0 })
    requestsByModel = Self.counts(of: records.compactMap(\.model)).sorted {
      ($1.requests, $0.name) < ($0.requests, $1.name)
    }
    requestsByApplication = Self.counts(of: records.compactMap(\.application))
    promptTokens = Self.quantiles(of: records.map(\.promptTokens))
    outputTokens = Self.quantiles(of: records.map(\.outputTokens))
    peakOverMean = Self.peakOverMean(times, duration: duration)
  }

  /// The number of models that are asked for.
  public var models: Int {
    requestsByModel.count
  }

  /// The share of requests that ask for the busiest models; 0 where the trace names no models.
  public func share(ofBusiest count: Int) -> Double {
    Double(requestsByModel.prefix(count).reduce(0) { $0 + $1.requests }) / Double(requests)
  }

  /// Equal names are neighbours once sorted, so no dictionary's order comes in.
  private static func counts(of names: [String]) -> [ModelCount] {
    var counts: [ModelCount] = []
    for name in names.sorted() {
      if let last = counts.last, last.name == name {
        counts[counts.count - 1] = ModelCount(name: name, requests: last.requests + 1)
      } else {
        counts.append(ModelCount(name: name, requests: 1))
      }
    }
    return counts
  }

  private static func variation(of gaps: [Double]) -> Double? {
    guard gaps.count >= 2 else { return nil }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    guard mean > 0 else { return nil }
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    return variance.squareRoot() / mean
  }

  private static func quantiles(of lengths: [Int]) -> TokenQuantiles {
    let sorted = lengths.sorted().map(Double.init)
    /// Between two lengths by linear interpolation, as most tools do.
    func quantile(_ level: Double) -> Double {
      let position = level * Double(sorted.count - 1)
      let low = Int(position)
      let high = Swift.min(low + 1, sorted.count - 1)
      return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
    }
    return TokenQuantiles(
      mean: sorted.reduce(0, +) / Double(sorted.count), min: sorted[0], median: quantile(0.5), p90: quantile(0.9),
      p99: quantile(0.99), max: sorted[sorted.count - 1])
  }

  /// Walks over the sorted times, so that a trace of years costs no more than its requests.
  private static func peakOverMean(_ times: [Double], duration: Double) -> Double {
    var window = -1.0
    var count = 0
    var peak = 0
    for time in times {
      let own = (time / peakWindowSeconds).rounded(.down)
      count = own == window ? count + 1 : 1
      window = own
      peak = Swift.max(peak, count)
    }
    let windows = Swift.max(1, duration / peakWindowSeconds)
    return Double(peak) * windows / Double(times.count)
  }
}
