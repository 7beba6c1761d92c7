import Plotting
import ServingModel

/// TTFT SLO attainment when every objective is multiplied by a factor, four systems at three burstinesses and 0.6
/// requests per second.
///
/// At a factor of 1 it is what Figure 9 has, of the first seed alone.
public struct SLOScaleFigure: ReproducedFigure {
  /// The factors.
  static let scales = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4]
  private static let ticks = [0.5, 1, 1.5, 2, 3, 4]
  private static let cvs = [2.0, 4, 8]
  private static let rate = 0.6

  /// A setting's attainment at one factor.
  public struct Point: Hashable, Sendable {
    /// What was run.
    public let setting: EndToEndSetting
    /// The factor on the objectives.
    public let scale: Double
    /// The share of requests within them, in per cent.
    public let percent: Double
    /// Where the result comes from.
    public let origin: PointOrigin
  }

  /// The points: CV by CV, system by system, factor by factor.
  public let points: [Point]
  private let report: OriginReport

  /// The figure from whatever results a folder holds.
  ///
  /// - Parameter options: what a command that makes a missing result needs besides its own words, as it is typed.
  /// - Throws: ``ExperimentError`` when there is nothing to draw or a result cannot be read.
  public init(store: RecordStore, configuration: Configuration, options: String = "") throws {
    let settings = Self.cvs.flatMap { cv in
      EndToEndSetting.systems.map { EndToEndSetting(system: $0, cv: cv, requestsPerSecond: Self.rate) }
    }
    let found = try settings.map { ($0, try store.requestSamples(of: $0, configuration: configuration)) }
    points = found.flatMap { setting, samples in
      Self.scales.compactMap { scale in
        samples.map {
          Point(setting: setting, scale: scale, percent: $0.attainmentPercent(scale: scale), origin: $0.origin)
        }
      }
    }
    guard !points.isEmpty else {
      throw ExperimentError.nothingToDraw(figure: "SLO scales", command: "reproduce figure9 --rate 0.6\(options)")
    }
    report = OriginReport(
      settings: found.map { setting, samples in
        let parts = "--only \(setting.system.rawValue) --cv \(setting.cvText) --rate \(setting.rateText)"
        return ("\(setting)", samples?.origin, "reproduce figure9 \(parts)\(options)")
      }, hasPaper: true)
  }

  /// For each setting one line that says which results were used, or one for all.
  public var originLines: [String] { report.lines }

  /// The table of all points, a row a setting.
  public var comparison: String {
    var table = TextTable(
      header: ["CV", "system"] + Self.scales.map { "x \(EndToEndSetting.text($0))" } + ["source"],
      numeric: [true, false] + Self.scales.map { _ in true } + [false])
    for setting in points.map(\.setting).uniqued() {
      let own = points.filter { $0.setting == setting }
      let source = own.first?.origin.text ?? ""
      table.add(
        [setting.cvText, setting.system.rawValue] + own.map { Decimal.text($0.percent, places: 1) } + [source])
    }
    return table.text
  }

  private struct Line: Encodable {
    let cv: Double
    let system: String
    let scale: Double
    let percent: Double
    let source: String

    enum CodingKeys: String, CodingKey {
      case cv, system, source
      case scale = "slo_scale"
      case percent = "ttft_slo_attainment_pct"
    }
  }

  /// The points as a JSON array, with the CSV's names.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      points.map {
        Line(
          cv: $0.setting.cv, system: $0.setting.system.rawValue, scale: $0.scale, percent: $0.percent,
          source: $0.origin.text)
      })
  }

  /// The figure's only drawing.
  public var drawings: [FigureFiles] {
    [FigureFiles(name: "figure-slo-scale", script: lines.script, table: table)]
  }

  /// The plotted numbers, one row a point, by identifiers.
  public var table: CSVTable {
    CSVTable(
      header: ["cv", "rate", "system", "slo_scale", "ttft_slo_attainment_pct", "source"],
      rows: points.map {
        [
          $0.setting.cvText, $0.setting.rateText, $0.setting.system.rawValue, EndToEndSetting.text($0.scale),
          "\($0.percent)", $0.origin.text,
        ]
      })
  }

  private var lines: LineFigure {
    let names = PointOrigin.legendNames(of: points.map(\.origin))
    return LineFigure(
      name: "figure-slo-scale",
      series: zip(EndToEndSetting.systems, LineFigure.Shape.allCases).map { system, shape in
        LineFigure.Series(name: system.label, colour: SystemColour.of(system), shape: shape)
      },
      panels: Self.cvs.map { cv in
        LineFigure.Panel(
          title: "CV = \(EndToEndSetting.text(cv)), \(Self.rate) req/s, first seed",
          ticks: Self.ticks.map { LineFigure.Tick(x: $0, label: EndToEndSetting.text($0)) },
          lines: EndToEndSetting.systems.map { line(of: $0, cv: cv) })
      },
      wording: LineFigure.Wording(
        xTitle: "factor on every TTFT SLO", yTitle: "TTFT SLO attainment (%)", xColumn: "slo_scale",
        valueColumn: "ttft_slo_attainment_pct", ownRun: names.ownRun, precomputed: names.precomputed),
      yRange: 0...100, isExact: true)
  }

  private func line(of system: ServingSystem, cv: Double) -> [LineFigure.Point?] {
    Self.scales.map { scale in
      points.first { $0.setting.system == system && $0.setting.cv == cv && $0.scale == scale }.map {
        LineFigure.Point(x: scale, value: $0.percent, source: $0.origin.figureSource)
      }
    }
  }
}
