import ResultAnalysis
import ServingModel

/// Attainments beside the paper's, as text.
struct AttainmentComparison {
  /// Differences below this many points are no order of two systems.
  static let tieMargin = 1.0

  /// The points, those that are compared with one another next to each other.
  let points: [AttainmentPoint]
  /// What the points of one place, all systems, are called in the plural, as in `settings`.
  let places: String

  /// The table of all points, with a last line that sums up the differences.
  var text: String {
    let isByApplication = points.contains { $0.application != nil }
    let application = isByApplication ? ["application"] : []
    let header =
      ["CV", "req/s"] + application
      + ["system", "ours (%)", "95 % interval", "seeds", "paper (%)", "difference (points)"]
    var table = TextTable(header: header, numeric: header.map { $0 != "system" && $0 != "application" })
    for point in points {
      var place = [point.setting.cvText, point.setting.rateText]
      if isByApplication { place.append(point.application ?? "all") }
      let percent = { (value: Double) in Decimal.text(value, places: 1) }
      let interval = point.halfWidth.map { "± " + percent($0) }
      let seeds = point.seeds.map { "\($0)" }
      let paper = point.paperPercent.map(percent)
      let difference = point.difference.map { Decimal.signed($0, places: 1) }
      let ours = point.origin == .paper ? nil : percent(point.percent)
      place.append(point.setting.system.rawValue)
      table.add(place + [ours, interval, seeds, paper, difference].map { $0 ?? "–" })
    }
    return table.text + summary + "\n"
  }

  /// One line: how many points, how far from the paper's, and how often the systems come in the paper's order.
  var summary: String {
    let compared = points.filter { $0.difference != nil }
    let ours = compared.map(\.percent)
    let paper = compared.compactMap(\.paperPercent)
    guard let error = PredictionError(predicted: ours, reference: paper) else {
      return "No point has a value of its own beside the paper's."
    }
    let correlation = spearmanCorrelation(ours, paper).map { Decimal.text($0, places: 3) } ?? "–"
    let orders = orders(of: compared)
    return "\(compared.count) points beside the paper's: mean absolute difference "
      + "\(Decimal.text(error.meanAbsolute, places: 2)) points, worst \(Decimal.text(error.largest, places: 2)) points, "
      + "Spearman \(correlation), order of the systems right in \(orders.count(where: \.isRight)) of \(orders.count) "
      + "\(places) (differences under 1 point count as ties)."
  }

  /// The order of the systems at each place that has two or more of them.
  private func orders(of compared: [AttainmentPoint]) -> [SystemOrder] {
    struct Place: Hashable {
      let cv: Double
      let rate: Double
      let application: String?
      init(_ point: AttainmentPoint) {
        cv = point.setting.cv
        rate = point.setting.requestsPerSecond
        application = point.application
      }
    }
    return compared.map(Place.init).uniqued().compactMap { place in
      let systems = compared.filter { Place($0) == place }
      guard systems.count > 1 else { return nil }
      return SystemOrder(
        systems.map(\.percent), systems.compactMap(\.paperPercent), tieMargin: Self.tieMargin)
    }
  }

  private struct Line: Encodable {
    let cv: Double
    let rate: Double
    let application: String?
    let system: String
    let percent: Double
    let source: String
    let paper: Double?
    let seeds: Int?
    let halfWidth: Double?

    enum CodingKeys: String, CodingKey {
      case cv, rate, application, system, source, seeds
      case percent = "ttft_slo_attainment_pct"
      case paper = "paper_pct"
      case halfWidth = "half_width_95_pct"
    }
  }

  /// The points as a JSON array, with the CSV's names.
  func json() throws -> String {
    try JSONText.pretty(
      points.map { point in
        Line(
          cv: point.setting.cv, rate: point.setting.requestsPerSecond, application: point.application,
          system: point.setting.system.rawValue, percent: point.percent, source: point.origin.text,
          paper: point.paperPercent, seeds: point.seeds, halfWidth: point.halfWidth)
      })
  }

  /// The columns of a CSV after those that say which point it is.
  static let columns = ["ttft_slo_attainment_pct", "source", "paper_pct", "seeds", "half_width_95_pct"]

  /// The fields of a point in these columns.
  static func fields(of point: AttainmentPoint) -> [String] {
    [
      "\(point.percent)", point.origin.text, point.paperPercent.map { "\($0)" } ?? "",
      point.seeds.map { "\($0)" } ?? "", point.halfWidth.map { "\($0)" } ?? "",
    ]
  }
}
