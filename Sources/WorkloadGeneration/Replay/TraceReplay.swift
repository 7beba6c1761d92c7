import ServingModel

/// The trace-driven generator: fits a process to every interval of every model's arrivals, to be drawn again.
///
/// - Source: the published artifact's generator, as the golden data show it.
public struct TraceReplay: Sendable {
  /// The name and version under which its workloads are recorded.
  public static let generator = "trace-replay/1"

  /// The length of an interval; a day is a whole number of them.
  public static let intervalSeconds = 600.0
  /// The length of the replayed stretch: whole days, as a day is what the published generator squeezes into an hour.
  public let durationSeconds: Double
  /// The arrivals of each model, ascending.
  private let arrivals: [[Double]]

  /// The replay of a function trace at some models.
  ///
  /// - Parameters:
  ///   - trace: the arrivals by function.
  ///   - models: how many models the functions are mapped to.
  ///   - mapping: which function asks for which model.
  /// - Precondition: there are models.
  public init(trace: FunctionTrace, models: Int, mapping: FunctionMapping = .contiguous) {
    precondition(models > 0, "arrivals are mapped to models")
    var arrivals = [[Double]](repeating: [], count: models)
    for (function, times) in trace.functions.enumerated() {
      arrivals[mapping.model(of: function, functions: trace.functions.count, models: models)] += times
    }
    self.arrivals = arrivals.map { $0.sorted() }
    let last = self.arrivals.compactMap(\.last).max() ?? 0
    durationSeconds = 86_400 * ((last / 86_400).rounded(.down) + 1)
  }

  /// The processes fitted to a model's intervals, by interval number; intervals without one are left out.
  public func parameters(of model: DeploymentIndex, cvScale: Double) -> [(interval: Int, fit: IntervalParameters)] {
    let times = arrivals[model]
    var fitted: [(interval: Int, fit: IntervalParameters)] = []
    var first = 0
    while first < times.count {
      let interval = Int(times[first] / Self.intervalSeconds)
      let end = times[first...].firstIndex { Int($0 / Self.intervalSeconds) != interval } ?? times.count
      let slice = Array(times[first..<end])
      if let fit = IntervalParameters(arrivals: slice, intervalSeconds: Self.intervalSeconds, cvScale: cvScale) {
        fitted.append((interval, fit))
      }
      first = end
    }
    return fitted
  }

  /// The arrivals to draw, by model and time. An interval is drawn over its whole length.
  public func segments(cvScale: Double) -> [ArrivalSegment] {
    arrivals.indices.flatMap { model in
      parameters(of: model, cvScale: cvScale).map { interval, fit in
        ArrivalSegment(
          deployment: model, start: Double(interval) * Self.intervalSeconds, duration: Self.intervalSeconds,
          pattern: .renewal(perSecond: fit.requestsPerSecond, cv: fit.cv))
      }
    }
  }
}
