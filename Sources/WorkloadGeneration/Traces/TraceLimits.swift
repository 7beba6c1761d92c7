/// What a trace may ask for; beyond is a mistake, such as the wrong unit or the wrong column.
enum TraceLimits {
  /// The most tokens of a prompt or an answer: beyond any model's context.
  static let tokens = 10_000_000
  /// The longest trace in seconds, ten years: longer ones hold times of day instead of times since the start.
  static let seconds = 315_360_000.0
  /// The longest function trace in seconds, a year: it is cut in intervals for every model.
  static let functionTraceSeconds = 31_536_000.0

  /// A limit as messages print it, whole numbers without a fraction.
  static func text(_ limit: Double) -> String {
    Int64(exactly: limit).map { "\($0)" } ?? "\(limit)"
  }
}
