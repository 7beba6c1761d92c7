/// A moment of a run: whole nanoseconds since the run began.
///
/// The clock behind it is virtual in a simulation and monotonic on a real machine; the control plane cannot tell them
/// apart, which is the point.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the run began.
  public let nanoseconds: Int64

  /// The moment `nanoseconds` after the run began.
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The moment a run begins.
  public static let zero = Timestamp(nanoseconds: 0)

  /// The moment `seconds` after the run began, rounded to a whole nanosecond.
  public static func seconds(_ seconds: Double) -> Self {
    Self(nanoseconds: Int64((seconds * 1e9).rounded()))
  }

  /// Seconds since the run began.
  public var inSeconds: Double {
    Double(nanoseconds) / 1e9
  }

  /// Orders by time.
  public static func < (a: Self, b: Self) -> Bool {
    a.nanoseconds < b.nanoseconds
  }

  /// The moment a span later.
  public static func + (start: Self, span: Duration) -> Self {
    Self(nanoseconds: start.nanoseconds + span.inWholeNanoseconds)
  }

  /// The span from `b` to `a`; negative when `a` is earlier.
  public static func - (a: Self, b: Self) -> Duration {
    .nanoseconds(a.nanoseconds - b.nanoseconds)
  }
}

extension Duration {
  /// The span in seconds.
  public var inSeconds: Double {
    // Spans of up to nine seconds fit a machine word, whose division is many times faster than that of a wide number.
    guard let short = Int64(exactly: attoseconds) else {
      return Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
    let whole = short / 1_000_000_000_000_000_000
    return Double(whole) + Double(short - whole * 1_000_000_000_000_000_000) / 1e18
  }

  /// The span in milliseconds, the unit of the published scheduler's objectives.
  public var inMilliseconds: Double {
    inSeconds * 1e3
  }

  /// The span rounded to whole nanoseconds, so that a span made from a decimal fraction of a second is that fraction.
  ///
  /// - Precondition: the span is shorter than 292 years.
  public var inWholeNanoseconds: Int64 {
    let rounded = attoseconds + (attoseconds < 0 ? -500_000_000 : 500_000_000)
    // As above: a machine word where the span fits one.
    if let short = Int64(exactly: rounded) { return short / 1_000_000_000 }
    return Int64(rounded / 1_000_000_000)
  }
}
