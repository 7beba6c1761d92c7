import Quantities
import ServingModel

/// What the requests of one seed of an end-to-end result experienced, each on its own.
public struct RequestSamples: Sendable {
  /// One request.
  public struct Sample: Hashable, Sendable {
    /// TTFT in seconds; `nil` for a request that did not complete.
    public let ttftSeconds: Double?
    /// The objective of its model for that, in seconds.
    public let ttftObjective: Double
    /// Whether it waited for a cold start.
    public let metColdStart: Bool
  }

  private struct Line: Decodable {
    let model: String
    let ttft: Double?
    let coldStart: Bool
    let seed: UInt64
    let outcome: String

    enum CodingKeys: String, CodingKey {
      case model, seed, outcome
      case ttft = "ttft_s"
      case coldStart = "cold_start"
    }
  }

  /// Where the result was found.
  public let origin: PointOrigin
  /// The requests, in the order in which they were sent.
  public let samples: [Sample]

  /// The share of requests in per cent whose first token came within their objective times a factor.
  public func attainmentPercent(scale: Double) -> Double {
    let within = samples.count { sample in sample.ttftSeconds.map { $0 <= sample.ttftObjective * scale } ?? false }
    return Double(within) / Double(max(samples.count, 1)) * 100
  }
}

extension RecordStore {
  /// The first seed's requests of the result of a setting that figures use: the user's own run, else the precomputed one.
  ///
  /// - Returns: `nil` when there is neither.
  /// - Throws: ``ExperimentError`` for a file that is not what the toolkit writes.
  public func requestSamples(of setting: EndToEndSetting, configuration: Configuration) throws -> RequestSamples? {
    let deployments = try ServingDeployment(endToEnd: setting, configuration: configuration).deployments
    if let run = try endToEnd(setting, on: .runs) {
      let path = "\(path(of: setting, on: .runs))/requests.jsonl"
      let samples = try RequestSamples.read(path, deployments: deployments)
      return RequestSamples(origin: .run(run.source), samples: samples)
    }
    guard let precomputed = try endToEnd(setting, on: .precomputed) else { return nil }
    let path = "\(path(of: setting, on: .precomputed))/requests.json"
    let expected = "the requests of an end-to-end run in columns"
    guard let records = try JSONText.read(RequestColumns.self, from: path, expected: expected).records,
      records.allSatisfy({ deployments.indices.contains($0.request.deployment) })
    else { throw ExperimentError.malformed(path: path, line: 1, expected: expected) }
    return RequestSamples(
      origin: .precomputed(precomputed.source),
      samples: records.map { record in
        RequestSamples.Sample(
          ttftSeconds: record.outcome == .completed ? record.timeToFirstToken?.inSeconds : nil,
          ttftObjective: deployments[record.request.deployment].slo.timeToFirstToken.inSeconds,
          metColdStart: record.metColdStart)
      })
  }
}

extension RequestSamples {
  /// The requests of the first seed in a file of a run.
  fileprivate static func read(_ path: String, deployments: [ModelDeployment]) throws -> [Sample] {
    let lines = try JSONLinesFile.read(
      Line.self, text: try FileStore.read(path), path: path, expected: "a request of an end-to-end run")
    let objectives = Dictionary(
      deployments.map { ($0.name.description, $0.slo.timeToFirstToken.inSeconds) }, uniquingKeysWith: { a, _ in a })
    return try lines.enumerated().filter { $0.element.seed == lines.first?.seed }.map { index, line in
      guard let objective = objectives[line.model] else {
        throw ExperimentError.malformed(path: path, line: index + 1, expected: "a request for a deployed model")
      }
      let ttft = line.outcome == RequestOutcome.completed.words.outcome ? line.ttft : nil
      return Sample(ttftSeconds: ttft, ttftObjective: objective, metColdStart: line.coldStart)
    }
  }
}
