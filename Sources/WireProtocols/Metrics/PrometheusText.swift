/// Writes metrics in the text format that Prometheus scrapes.
///
/// - Source: Prometheus, "Text-based format", version 0.0.4.
public struct PrometheusText: Hashable, Sendable {
  /// The content type of the text.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"
  /// What has been written so far.
  public private(set) var text = ""

  /// What a metric's values mean.
  public enum Kind: String, Hashable, Sendable {
    /// A number that only grows.
    case counter
    /// A number that goes up and down.
    case gauge
  }

  /// Something that tells values of a metric apart.
  public struct Label: Hashable, Sendable {
    /// What it says something about.
    public let name: String
    /// What it says.
    public let value: String

    /// A label.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A value of a metric with the labels that tell it from the others.
  public struct Sample: Hashable, Sendable {
    /// Names and values of the labels, in the order written.
    public let labels: [Label]
    /// The value.
    public let value: Double

    /// A value with its labels.
    public init(_ value: Double, labels: [Label] = []) {
      self.labels = labels
      self.value = value
    }
  }

  /// An empty text.
  public init() {}

  /// Adds a metric with all its values.
  public mutating func add(_ name: String, _ kind: Kind, help: String, _ samples: [Sample]) {
    begin(name, kind.rawValue, help)
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  /// Adds a histogram.
  public mutating func add(
    _ name: String, help: String, _ histogram: MetricHistogram, labels: [Label] = []
  ) {
    begin(name, "histogram", help)
    var count = 0
    for (bound, inBucket) in zip(histogram.bounds + [.infinity], histogram.counts) {
      count += inBucket
      line("\(name)_bucket", labels + [Label("le", Self.number(bound))], Double(count))
    }
    line("\(name)_sum", labels, histogram.sum)
    line("\(name)_count", labels, Double(count))
  }

  private mutating func begin(_ name: String, _ kind: String, _ help: String) {
    let help = help.replacing(#"\"#, with: #"\\"#).replacing("\n", with: #"\n"#)
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  private mutating func line(_ name: String, _ labels: [Label], _ value: Double) {
    text += name
    if !labels.isEmpty {
      let pairs = labels.map { label in
        let value = label.value.replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#)
          .replacing("\n", with: #"\n"#)
        return "\(label.name)=\"\(value)\""
      }
      text += "{\(pairs.joined(separator: ","))}"
    }
    text += " \(Self.number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    if value == .infinity { return "+Inf" }
    if value == -.infinity { return "-Inf" }
    if value.isNaN { return "NaN" }
    return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}

/// How often a measured value fell between given bounds.
public struct MetricHistogram: Hashable, Sendable {
  /// The upper bounds of the buckets, in order; one more bucket takes what is above them.
  public let bounds: [Double]
  /// How many values each bucket has, the last without upper bound.
  public private(set) var counts: [Int]
  /// The sum of all values.
  public private(set) var sum = 0.0

  /// An empty histogram.
  ///
  /// - Precondition: the bounds are in order.
  public init(bounds: [Double]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "bounds of a histogram are in order")
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// Counts a value; one on a bound belongs below it.
  public mutating func record(_ value: Double) {
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }
}
