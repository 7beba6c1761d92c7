import Foundation
import ServingModel

@testable import Experiments

/// Results made by hand for figures, of 1,000 requests each.
enum FigureSamples {
  /// A model of a result.
  struct Model {
    let name: String
    var application: String? = "chatbot"
    var tpot: Double? = 50
    var cost: Double? = 1000
    var sent = 1
  }

  /// The summary of a seed.
  ///
  /// - Parameters:
  ///   - within: how many of 1,000 requests are within their TTFT SLO.
  ///   - applications: the same for each application.
  static func summary(
    seed: UInt64 = 1, within: Int = 500, applications: [(name: String, within: Int)] = [], models: [Model] = []
  ) throws -> EndToEndSummary {
    func group(_ within: Int) -> [String: Any] {
      [
        "sent": 1000, "completed": 1000, "within_ttft_slo": within, "within_tpot_slo": 1000,
        "within_both_slos": within,
      ]
    }
    let object: [String: Any] = [
      "seed": seed, "total": group(within),
      "applications": applications.map { ["name": $0.name, "requests": group($0.within)] as [String: Any] },
      "models": models.map { model in
        var fields: [String: Any] = ["name": model.name, "sent": model.sent]
        fields["application"] = model.application
        fields["mean_tpot_ms"] = model.tpot
        fields["published_cost_per_request_gb_s"] = model.cost
        return fields
      },
    ]
    return try JSONDecoder().decode(EndToEndSummary.self, from: JSONSerialization.data(withJSONObject: object))
  }

  /// A result of one seed.
  static func found(
    _ origin: PointOrigin = .run(.simulated), within: Int = 500, applications: [(name: String, within: Int)] = [],
    models: [Model] = []
  ) throws -> FoundEndToEnd {
    FoundEndToEnd(
      origin: origin, seeds: [try summary(within: within, applications: applications, models: models)])
  }
}
