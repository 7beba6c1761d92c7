import ResultAnalysis
import ServingModel

/// One point of Figure 9 or bar of Figure 11: the share of requests whose first token came in time.
public struct AttainmentPoint: Hashable, Sendable {
  /// What was run.
  public let setting: EndToEndSetting
  /// The application whose requests count; `nil` for all requests.
  public let application: String?
  /// TTFT SLO attainment in per cent, the mean over the seeds.
  public let percent: Double
  /// How many seeds; `nil` for the paper's number.
  public let seeds: Int?
  /// The 95 % interval of the mean reaches this far to both sides, in points; `nil` for one seed.
  public let halfWidth: Double?
  /// Where it comes from.
  public let origin: PointOrigin
  /// The paper's attainment in per cent.
  public let paperPercent: Double?

  /// The difference to the paper's attainment in points; `nil` where the two are the same number or there is none.
  public var difference: Double? {
    guard let paperPercent, origin != .paper else { return nil }
    return percent - paperPercent
  }
}

/// The points of a figure of attainments, and where each setting's results come from.
struct AttainmentPoints: Sendable {
  /// The points, in the order of the places.
  let points: [AttainmentPoint]
  /// The origin of the results of each setting; `nil` where there are none.
  let origins: [(setting: EndToEndSetting, origin: PointOrigin?)]

  /// The points at some places.
  ///
  /// - Parameters:
  ///   - places: settings and applications, in the order of the figure.
  ///   - settings: the settings among them, in the order in which they are run.
  ///   - paper: the paper's numbers; `nil` for a figure without them.
  ///   - allowPaper: whether these fill gaps.
  ///   - lookup: finds results.
  init(
    at places: [(setting: EndToEndSetting, application: String?)], of settings: [EndToEndSetting],
    paper: PaperAttainment?, allowPaper: Bool, lookup: EndToEndLookup
  ) throws {
    let found = try settings.map { (setting: $0, result: try lookup($0)) }
    var points: [AttainmentPoint] = []
    for place in places {
      let reference = paper?.percent(place.setting, application: place.application)
      let result = found.first { $0.setting == place.setting }?.result
      if let result, let statistics = Self.statistics(of: result.seeds, application: place.application) {
        points.append(
          AttainmentPoint(
            setting: place.setting, application: place.application, percent: statistics.mean,
            seeds: statistics.count, halfWidth: statistics.interval95, origin: result.origin, paperPercent: reference))
      } else if allowPaper, result == nil, let reference {
        points.append(
          AttainmentPoint(
            setting: place.setting, application: place.application, percent: reference, seeds: nil, halfWidth: nil,
            origin: .paper, paperPercent: reference))
      }
    }
    self.points = points
    origins = found.map { setting, result in
      let isFilled = points.contains { $0.setting == setting && $0.origin == .paper }
      return (setting, result?.origin ?? (isFilled ? .paper : nil))
    }
  }

  /// The attainment over the seeds; `nil` where no seed has a request of the application.
  private static func statistics(of seeds: [EndToEndSummary], application: String?) -> SeedStatistics? {
    SeedStatistics(
      seeds.compactMap { seed in
        let requests =
          if let application { seed.applications.first { $0.name == application }?.requests } else { seed.total }
        return requests?.ttftAttainmentPercent
      })
  }
}
