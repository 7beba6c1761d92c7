import Quantities

/// A number under the name that another tool gives it.
public struct NamedNumber: Hashable, Sendable {
  /// The field's name, unit included.
  public let name: String
  /// The number; `nil` where it is undefined.
  public let value: Double?
}

extension RunSummary {
  /// The run in the fields of `vllm bench serve --save-result`, so that scripts made for those files read ours.
  ///
  /// There, every request without a whole answer is `failed`, so lost and cancelled ones count in that field here too.
  public var benchServeFields: [NamedNumber] {
    let counts: [NamedNumber] = [
      .init(name: "duration", value: span.inSeconds),
      .init(name: "completed", value: Double(total.completed)),
      .init(name: "failed", value: Double(total.sent - total.completed)),
      .init(name: "total_input_tokens", value: Double(total.inputTokens)),
      .init(name: "total_output_tokens", value: Double(total.outputTokens)),
      .init(name: "request_throughput", value: requestThroughput),
      .init(name: "request_goodput", value: goodput),
      .init(name: "output_throughput", value: outputThroughput),
    ]
    return counts
      + latencies.flatMap { _, name, values in
        [
          NamedNumber(name: "mean_\(name)_ms", value: values?.mean),
          NamedNumber(name: "median_\(name)_ms", value: values?.median),
          NamedNumber(name: "std_\(name)_ms", value: values?.standardDeviation),
          NamedNumber(name: "p99_\(name)_ms", value: values?.p99),
        ]
      }
  }
}
