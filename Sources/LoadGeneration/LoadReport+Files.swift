import Quantities
import ServingModel
import WireProtocols

extension LoadReport {
  /// The summary of the run under the names of `vllm bench serve --save-result`, and what is our own after them.
  ///
  /// Times are real: a load sent faster by a factor does not make answers slower by it.
  public var summary: JSON {
    let completed = measurements.filter { $0.outcome == .completed }
    let input = completed.reduce(0) { $0 + ($1.usage?.promptTokens ?? $1.request.promptTokens) }
    let output = completed.reduce(0) { $0 + $1.outputTokens }
    let seconds = elapsed.inSeconds
    var members: [JSON.Member] = [
      .init("duration", .number(seconds)), .init("completed", .integer(Int64(completed.count))),
      .init("failed", .integer(Int64(measurements.count - completed.count))),
      .init("total_input_tokens", .integer(Int64(input))), .init("total_output_tokens", .integer(Int64(output))),
      .init("request_throughput", .number(Double(completed.count) / seconds)),
      .init("output_throughput", .number(Double(output) / seconds)),
    ]
    let gaps = completed.flatMap { measurement in
      zip(measurement.chunkTimes, measurement.chunkTimes.dropFirst()).map { ($1 - $0).inMilliseconds }
    }
    for (name, sample) in [
      ("ttft", completed.compactMap { $0.timeToFirstToken?.inMilliseconds }),
      ("tpot", completed.compactMap { $0.timePerOutputToken?.inMilliseconds }), ("itl", gaps),
      (
        "e2el",
        completed.compactMap { measurement in measurement.finishedAt.map { ($0 - measurement.sentAt).inMilliseconds } }
      ),
    ] {
      let quantiles = Quantiles(sample)
      members += [
        .init("mean_\(name)_ms", .number(quantiles.mean)), .init("median_\(name)_ms", .number(quantiles.median)),
        .init("std_\(name)_ms", .number(quantiles.std)), .init("p99_\(name)_ms", .number(quantiles.p99)),
      ]
    }
    return .object(members + ownMembers)
  }

  private var ownMembers: [JSON.Member] {
    let drift = sendDrift
    return [
      .init("send_drift_p50_ms", .number(drift.median)), .init("send_drift_p99_ms", .number(drift.p99)),
      .init("send_drift_max_ms", .number(drift.max)), .init("retries", .integer(Int64(retries))),
      .init("time_scale", .number(timeScale)),
      .init("max_in_flight", maxInFlight.map { .integer(Int64($0)) } ?? .null),
      .init(
        "errors",
        .array(
          errors.map { group -> JSON in
            ["label": .string(group.label), "count": .integer(Int64(group.count)), "sample": .string(group.sample)]
          })),
      .init("warnings", .array(warnings.map(JSON.string))),
    ]
  }

  /// The requests, one a line, in real time from the start of the run.
  public func requestLines(models: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for measurement in measurements {
      Self.line(measurement, model: models[measurement.request.deployment]).write(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func line(_ measurement: RequestMeasurement, model: String) -> JSON {
    func seconds(_ time: Timestamp?) -> JSON { time.map { .number($0.inSeconds) } ?? .null }
    var members: [JSON.Member] = [
      .init("id", .integer(Int64(measurement.request.id))), .init("model", .string(model)),
      .init("outcome", .string(measurement.outcome.name)), .init("scheduled_s", seconds(measurement.scheduledAt)),
      .init("sent_s", seconds(measurement.sentAt)), .init("first_token_s", seconds(measurement.firstTokenAt)),
      .init("finished_s", seconds(measurement.finishedAt)),
      .init("ttft_s", measurement.timeToFirstToken.map { .number($0.inSeconds) } ?? .null),
      .init("tpot_ms", measurement.timePerOutputToken.map { .number($0.inMilliseconds) } ?? .null),
      .init("prompt_tokens", .integer(Int64(measurement.usage?.promptTokens ?? measurement.request.promptTokens))),
      .init("output_tokens", .integer(Int64(measurement.outputTokens))),
      .init("chunks", .integer(Int64(measurement.chunkTimes.count))),
      .init("attempts", .integer(Int64(measurement.attempts))),
    ]
    if case .failed(let reason) = measurement.outcome {
      members.append(.init("error", .string(measurement.errorLabel ?? "")))
      members.append(.init("reason", .string(reason)))
    }
    return .object(members)
  }
}

extension RequestOutcome {
  /// How files name the outcome.
  fileprivate var name: String {
    switch self {
    case .completed: "completed"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .unfinished: "unfinished"
    }
  }
}
