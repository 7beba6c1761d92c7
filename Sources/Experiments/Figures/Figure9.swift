import Plotting
import ServingModel

/// Figure 9: TTFT SLO attainment against request rate, four systems at three burstinesses, and own policies beside them.
///
/// Each point is the user's own run, else the precomputed result, else, only where allowed, the paper's number; every
/// point says which. With several seeds it is their mean, with its 95 % interval.
public struct Figure9: ReproducedFigure {
  /// The CVs of the panels, from left to right.
  static let cvs = [2.0, 4, 8]
  /// The request rates of the x axis.
  static let rates = [0.6, 0.7, 0.8]

  /// The points: panel by panel, rate by rate, system by system.
  public let points: [AttainmentPoint]
  private let own: [ServingSystem]
  private let report: OriginReport

  /// The figure from whatever results a folder holds.
  ///
  /// A folder of results of the user's own may lack the paper's numbers; the figure then has no markers.
  ///
  /// - Parameters:
  ///   - store: the folder of results.
  ///   - allowPaper: whether the paper's numbers fill gaps.
  ///   - own: policies that are drawn after the paper's systems.
  ///   - options: what a command that makes a missing result needs besides its own words, as it is typed.
  /// - Throws: ``ExperimentError`` when there is nothing to draw or a result cannot be read.
  public init(
    store: RecordStore, allowPaper: Bool, beside own: [ServingSystem] = [], options: String = ""
  ) throws {
    let hasPaper = allowPaper || PaperAttainment.exists(figure: 9, in: store.folder)
    try self.init(
      paper: hasPaper ? try PaperAttainment(figure9: store.folder) : nil, allowPaper: allowPaper, beside: own,
      options: options, lookup: store.found)
  }

  /// The figure from the results that a lookup finds.
  ///
  /// - Parameter paper: the paper's numbers; `nil` for a figure without them.
  /// - Throws: ``ExperimentError`` when there is nothing to draw, and what the lookup throws.
  public init(
    paper: PaperAttainment?, allowPaper: Bool, beside own: [ServingSystem] = [], options: String = "",
    lookup: EndToEndLookup
  ) throws {
    let systems = EndToEndSetting.systems + own
    let places = Self.cvs.flatMap { cv in
      Self.rates.flatMap { rate in
        systems.map { (EndToEndSetting(system: $0, cv: cv, requestsPerSecond: rate), String?.none) }
      }
    }
    let found = try AttainmentPoints(
      at: places, of: EndToEndSetting.figure9(of: systems), paper: paper, allowPaper: allowPaper, lookup: lookup)
    guard !found.points.isEmpty else {
      throw ExperimentError.nothingToDraw(figure: "Figure 9", command: "reproduce figure9\(options)")
    }
    points = found.points
    self.own = own
    report = OriginReport(
      settings: found.origins.map { setting, origin in
        let parts = "--only \(setting.system.rawValue) --cv \(setting.cvText) --rate \(setting.rateText)"
        return ("\(setting)", origin, "reproduce figure9 \(parts)\(options)")
      }, hasPaper: paper != nil)
  }

  /// For each setting one line that says which results were used, or one for all.
  public var originLines: [String] { report.lines }

  private var compared: AttainmentComparison { AttainmentComparison(points: points, places: "settings") }

  /// One line: how far the points are from the paper's, and how often the systems come in the paper's order.
  package var summary: String { compared.summary }

  /// The table of all points beside the paper's, with a last line that sums up the differences.
  public var comparison: String { compared.text }

  /// The points as a JSON array, with the CSV's names.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String { try compared.json() }

  // MARK: What is drawn

  /// The figure's script and table, ready to be drawn.
  public var drawings: [FigureFiles] {
    [FigureFiles(name: "figure9", script: lines.script, table: table)]
  }

  /// The plotted numbers, one row a point, by identifiers.
  public var table: CSVTable {
    CSVTable(
      header: ["cv", "rate", "system"] + AttainmentComparison.columns,
      rows: points.map { point in
        [point.setting.cvText, point.setting.rateText, point.setting.system.rawValue]
          + AttainmentComparison.fields(of: point)
      })
  }

  private var lines: LineFigure {
    let systems = EndToEndSetting.systems + own
    let names = PointOrigin.legendNames(of: points.map(\.origin))
    return LineFigure(
      name: "figure9",
      series: zip(systems, LineFigure.Shape.allCases).map { system, shape in
        LineFigure.Series(name: system.label, colour: SystemColour.of(system, among: own), shape: shape)
      },
      panels: Self.cvs.map { cv in
        LineFigure.Panel(
          title: "CV = \(EndToEndSetting.text(cv))",
          ticks: Self.rates.map { LineFigure.Tick(x: $0, label: "\($0)") },
          lines: systems.map { line(of: $0, cv: cv) })
      },
      wording: LineFigure.Wording(
        xTitle: "request rate (req/s)", yTitle: "TTFT SLO attainment (%)", xColumn: "rate",
        valueColumn: "ttft_slo_attainment_pct", ownRun: names.ownRun, precomputed: names.precomputed,
        errorBar: "95 % interval of the mean over seeds"),
      yRange: 40...100)
  }

  private func line(of system: ServingSystem, cv: Double) -> [LineFigure.Point?] {
    Self.rates.map { rate in
      let setting = EndToEndSetting(system: system, cv: cv, requestsPerSecond: rate)
      return points.first { $0.setting == setting }.map { point in
        LineFigure.Point(
          x: rate, value: point.percent, halfWidth: point.halfWidth,
          reference: point.origin == .paper ? nil : point.paperPercent, source: point.origin.figureSource)
      }
    }
  }
}
