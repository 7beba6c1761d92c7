import ClusterSimulation
import Quantities
import ResultAnalysis
import Scheduling
import ServingModel

/// How a number came to be; every data point carries it.
public enum ResultSource: String, Codable, CaseIterable, Hashable, Sendable {
  /// Measured on a real cluster.
  case measured
  /// Measured in real time on this machine, with engines paced by the hardware model.
  case emulated
  /// Computed in virtual time.
  case simulated
  /// Printed in the paper.
  case published
}

/// `setting.json`: what was run, and the hash by which a rerun sees that nothing has changed.
struct SettingFile: Codable, Hashable {
  var schemaVersion = 1
  var experiment = "coldstart"
  let system: String
  let modelSet: String
  let backend: String
  let cluster: String
  let rules: String
  let seed: UInt64
  /// Of everything above and the whole configuration.
  let inputHash: String

  enum CodingKeys: String, CodingKey {
    case experiment, system, backend, cluster, rules, seed
    case schemaVersion = "schema_version"
    case modelSet = "model_set"
    case inputHash = "input_hash"
  }
}

/// `summary.json`: the results of a cold-start run.
struct ColdStartSummary: Codable, Hashable {
  struct Model: Codable, Hashable {
    struct Sample: Codable, Hashable {
      let ttft: Double
      let tpot: Double?

      enum CodingKeys: String, CodingKey {
        case ttft = "ttft_s"
        case tpot = "tpot_ms"
      }
    }

    let model: String
    let ttft: Double
    let tpot: Double?
    let samples: [Sample]

    enum CodingKeys: String, CodingKey {
      case model, samples
      case ttft = "ttft_s"
      case tpot = "tpot_ms"
    }
  }

  var schemaVersion = 1
  var status = "complete"
  let source: ResultSource
  let aggregator: String
  let models: [Model]

  enum CodingKeys: String, CodingKey {
    case status, source, aggregator, models
    case schemaVersion = "schema_version"
  }

  init(_ measurements: [ColdStartMeasurements], source: ResultSource, aggregator: Aggregator = .paper) {
    self.source = source
    self.aggregator = aggregator.rawValue
    self.models = measurements.map { model in
      Model(
        model: model.model, ttft: model.ttftSeconds(aggregator), tpot: model.tpotMilliseconds(aggregator),
        samples: model.samples.map {
          Model.Sample(ttft: $0.timeToFirstToken.inSeconds, tpot: $0.timePerOutputToken?.inMilliseconds)
        })
    }
  }
}

/// `provenance.json`: where a result comes from. A precomputed result names no host and no hour.
struct ProvenanceFile: Codable, Hashable {
  var schemaVersion = 1
  let toolkitVersion: String
  let cluster: String
  let seed: UInt64
  let build: String?
  let host: String?
  let startedAt: String?
  let endedAt: String?

  enum CodingKeys: String, CodingKey {
    case cluster, seed, build, host
    case schemaVersion = "schema_version"
    case toolkitVersion = "toolkit_version"
    case startedAt = "started_at"
    case endedAt = "ended_at"
  }
}

/// A line of `requests.jsonl`.
struct RequestLine: Encodable {
  let id: Int
  let model: String
  let step: String
  let promptTokens: Int
  let outputTokens: Int
  let sent: Double
  let firstToken: Double?
  let finished: Double?
  let ttft: Double?
  let tpot: Double?
  let coldStart: Bool
  let outcome: String
  let reason: String?

  enum CodingKeys: String, CodingKey {
    case id, model, step, outcome, reason
    case promptTokens = "prompt_tokens"
    case outputTokens = "output_tokens"
    case sent = "sent_s"
    case firstToken = "first_token_s"
    case finished = "finished_s"
    case ttft = "ttft_s"
    case tpot = "tpot_ms"
    case coldStart = "cold_start"
  }

  init(_ record: RequestRecord, step: ColdStartStep, model: String) {
    id = record.request.id
    self.model = model
    self.step =
      switch step {
      case .initialise: "initialise"
      case .warmHostMemory: "warm_host_memory"
      case .evict: "evict"
      case .measure(let number): "measure_\(number)"
      }
    promptTokens = record.request.promptTokens
    outputTokens = record.request.outputTokens
    sent = record.sentAt.inSeconds
    firstToken = record.firstTokenAt?.inSeconds
    finished = record.finishedAt?.inSeconds
    ttft = record.timeToFirstToken?.inSeconds
    tpot = record.timePerOutputToken?.inMilliseconds
    coldStart = record.metColdStart
    switch record.outcome {
    case .completed: (outcome, reason) = ("completed", nil)
    case .failed(let why): (outcome, reason) = ("failed", why)
    case .cancelled: (outcome, reason) = ("cancelled", nil)
    case .unfinished: (outcome, reason) = ("unfinished", nil)
    }
  }
}
