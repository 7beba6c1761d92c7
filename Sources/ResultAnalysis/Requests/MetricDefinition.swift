/// What a printed number means, in words that stand next to it.
public struct MetricDefinition: Hashable, Sendable {
  /// The name that tables print.
  public let name: String
  /// The unit of the number; empty for a count.
  public let unit: String
  /// One sentence that defines it.
  public let meaning: String

  /// A definition.
  public init(name: String, unit: String, meaning: String) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
  }
}

extension MetricDefinition {
  /// Requests sent.
  public static let sent = Self(name: "sent", unit: "", meaning: "Requests that clients sent, however they ended.")
  /// Requests whose whole answer arrived.
  public static let completed = Self(name: "completed", unit: "", meaning: "Requests whose whole answer arrived.")
  /// Requests answered with an error.
  public static let failed = Self(name: "failed", unit: "", meaning: "Requests that the system answered with an error.")
  /// Requests whose client went away.
  public static let cancelled = Self(
    name: "cancelled", unit: "", meaning: "Requests whose client went away before the answer was complete.")
  /// Requests lost.
  public static let unfinished = Self(
    name: "unfinished", unit: "", meaning: "Lost requests: the run ended before their answer was complete.")
  /// Time to first token.
  public static let ttft = Self(
    name: "TTFT", unit: "ms",
    meaning: "Request sent to first token back, queueing and cold start included; over completed requests.")
  /// Time per output token.
  public static let tpot = Self(
    name: "TPOT", unit: "ms",
    meaning: "(last - first token time) / (output tokens - 1) of each completed request; undefined for one token.")
  /// Inter-token latency.
  public static let itl = Self(
    name: "ITL", unit: "ms", meaning: "Every gap between tokens of all answers, pooled, where token times are known.")
  /// End-to-end latency.
  public static let endToEnd = Self(
    name: "E2E", unit: "ms", meaning: "Request sent to last token back; over completed requests.")
  /// TTFT SLO attainment.
  public static let ttftAttainment = Self(
    name: "TTFT SLO attainment", unit: "%",
    meaning: "Share of all sent requests that completed with a TTFT not over their SLO; a lost one attains nothing.")
  /// TPOT SLO attainment.
  public static let tpotAttainment = Self(
    name: "TPOT SLO attainment", unit: "%",
    meaning: "Share of all sent requests that completed with a TPOT not over their SLO; one token has no TPOT to miss.")
  /// Attainment of both SLOs.
  public static let sloAttainment = Self(
    name: "SLO attainment", unit: "%", meaning: "Share of all sent requests that completed within both SLOs.")
  /// Completed requests per second.
  public static let requestThroughput = Self(
    name: "request throughput", unit: "1/s",
    meaning: "Completed requests per second, from the first request sent to the last answer's end.")
  /// Requests within both SLOs per second.
  public static let goodput = Self(
    name: "goodput", unit: "1/s",
    meaning: "Requests completed within both SLOs per second, over the same time as the throughput.")
  /// Output tokens per second.
  public static let outputThroughput = Self(
    name: "output throughput", unit: "tokens/s",
    meaning: "Output tokens of completed requests per second, over the same time as the request throughput.")
  /// Mean TPOT of a model.
  public static let modelMeanTPOT = Self(
    name: "mean TPOT", unit: "ms",
    meaning: "All time between first and last tokens of the model's completed answers / all tokens after the first.")
  /// GPU memory held × time held.
  public static let gpuMemoryTime = Self(
    name: "cost", unit: "GB*s", meaning: "GPU memory that the model's workers held x time for which they held it.")
  /// Cost per request.
  public static let costPerRequest = Self(
    name: "cost per request", unit: "GB*s", meaning: "The model's cost / requests sent to it.")
  /// Percentiles of any of the times.
  public static let percentiles = Self(
    name: "percentiles", unit: "",
    meaning: "Percentile q of n sorted values is the value at q*(n - 1), counted from 0, interpolated linearly.")

  /// Every definition, in the order in which tables use them.
  public static let all: [MetricDefinition] = [
    .sent, .completed, .failed, .cancelled, .unfinished, .ttft, .tpot, .itl, .endToEnd, .percentiles,
    .ttftAttainment, .tpotAttainment, .sloAttainment, .requestThroughput, .goodput, .outputThroughput,
    .modelMeanTPOT, .gpuMemoryTime, .costPerRequest,
  ]
}

/// A number with its definition.
public struct DefinedMetric: Hashable, Sendable {
  /// What it means.
  public let definition: MetricDefinition
  /// Which number of a distribution it is, `mean` or `p99`; `nil` where there is only one.
  public let statistic: String?
  /// The number; `nil` where it is undefined, for example a TPOT of a run without answers of two tokens.
  public let value: Double?

  /// A number with its definition.
  public init(_ definition: MetricDefinition, statistic: String? = nil, _ value: Double?) {
    self.definition = definition
    self.statistic = statistic
    self.value = value
  }
}
