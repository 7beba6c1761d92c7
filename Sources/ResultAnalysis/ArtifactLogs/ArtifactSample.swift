/// The requests of one hour that the published analysis takes from a day's trace.
///
/// The analysis draws with a fixed seed. The published generator draws without one, so the requests that were sent are
/// mostly others; `ImportedRun` finds out.
public struct ArtifactSample: Hashable, Sendable {
  /// The seed of the published analysis.
  public static let seed: UInt64 = 51
  /// How much the day is compressed.
  public static let timeScale = 24.0
  /// The time that a run takes, in seconds.
  public static let seconds = 3600.0

  /// One request of the sample; its number is its position, from 1.
  public struct Arrival: Hashable, Sendable {
    /// Its position in the trace.
    public let traceIndex: Int
    /// Seconds since the run began.
    public let seconds: Double
    /// The model that it asks for.
    public let model: String
  }

  /// The requests in the order of their numbers.
  public let arrivals: [Arrival]
  /// How many requests the trace has left after the cut to the run's time.
  public let available: Int
  /// Whether the trace had enough requests to draw from; if not, all of them are taken, in file order.
  public let isDrawn: Bool

  /// Takes the sample as the published analysis does.
  ///
  /// Its defects are part of it: the last request of the trace is always lost, an arrival after the run's end ends the
  /// whole trace there although the file is not sorted, and a trace that is too small is not sorted either.
  ///
  /// - Precondition: the rate is within 0...10⁹.
  public init(of trace: ArtifactTrace, requestsPerSecond: Double) {
    precondition((0...1e9).contains(requestsPerSecond), "a rate is neither negative nor without end")
    let all = trace.arrivals.enumerated().map { index, arrival in
      Arrival(traceIndex: index, seconds: arrival.seconds / Self.timeScale, model: arrival.model)
    }
    let end = all.firstIndex { $0.seconds > Self.seconds } ?? all.count - 1
    let kept = all[..<end]
    let wanted = Int(requestsPerSecond * Self.seconds)
    available = kept.count
    isDrawn = kept.count >= wanted
    guard isDrawn else {
      arrivals = Array(kept)
      return
    }
    var random = PythonRandom(seed: Self.seed)
    let drawn = random.sample(wanted, of: kept.count).enumerated().map { order, index in (order, kept[index]) }
    arrivals = drawn.sorted { ($0.1.seconds, $0.0) < ($1.1.seconds, $1.0) }.map(\.1)
  }
}
