import Quantities
import ResultAnalysis

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
