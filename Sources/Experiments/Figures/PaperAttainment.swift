import ServingModel

/// The paper's own TTFT SLO attainments: of Figure 9 or of Figure 11, from `results/paper/figure9.json` and
/// `figure11.json`.
public struct PaperAttainment: Sendable {
  /// One point of the paper's figure.
  public struct Point: Hashable, Sendable {
    /// What was run.
    public let setting: EndToEndSetting
    /// The application whose requests count; `nil` for all requests.
    public let application: String?
    /// The attainment in per cent.
    public let percent: Double
  }

  private struct Content: Decodable {
    struct Setting: Decodable {
      let cv: Double
      let rate: Double

      enum CodingKeys: String, CodingKey {
        case cv
        case rate = "request_rate_per_s"
      }
    }

    struct Entry: Decodable {
      let system: String
      let cv: Double?
      let rate: Double?
      let application: String?
      let percent: Double

      enum CodingKeys: String, CodingKey {
        case cv, application
        case system = "exec_type"
        case rate = "request_rate_per_s"
        case percent = "ttft_slo_attainment_percent"
      }
    }

    /// The setting of all points, where they do not each have their own.
    let setting: Setting?
    let points: [Entry]
  }

  /// All points in the order of the file.
  public let points: [Point]

  /// Whether a folder of results holds the paper's numbers of that figure.
  public static func exists(figure: Int, in results: String) -> Bool {
    PaperFile(figure: figure, results: results).exists
  }

  /// The numbers of Figure 9 as they are kept in a folder of results: of all requests.
  ///
  /// - Throws: ``ExperimentError`` when the file is missing or is not the paper's figure.
  public init(figure9 results: String) throws {
    try self.init(PaperFile(figure: 9, results: results), isByApplication: false)
  }

  /// The numbers of Figure 11 as they are kept in a folder of results: by application.
  ///
  /// - Throws: ``ExperimentError`` when the file is missing or is not the paper's figure.
  public init(figure11 results: String) throws {
    try self.init(PaperFile(figure: 11, results: results), isByApplication: true)
  }

  private init(_ file: PaperFile, isByApplication: Bool) throws {
    let content = try file.read(Content.self)
    points = try content.points.map { entry in
      guard let cv = entry.cv ?? content.setting?.cv, let rate = entry.rate ?? content.setting?.rate,
        (entry.application != nil) == isByApplication
      else { throw file.malformed }
      let setting = EndToEndSetting(system: try file.system(entry.system), cv: cv, requestsPerSecond: rate)
      return Point(setting: setting, application: entry.application, percent: try file.percent(entry.percent))
    }
  }

  /// The paper's attainment; `nil` where the paper has none.
  public func percent(_ setting: EndToEndSetting, application: String? = nil) -> Double? {
    points.first { $0.setting == setting && $0.application == application }?.percent
  }
}
