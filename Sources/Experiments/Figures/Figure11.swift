import Plotting
import ServingModel

/// Figure 11: TTFT SLO attainment of each application, four systems at CV 8 and 0.6 requests per second, and own policies
/// beside them.
///
/// Each bar is the user's own run, else the precomputed result, else, only where allowed, the paper's number; every bar
/// says which. With several seeds it is their mean, with its 95 % interval.
public struct Figure11: ReproducedFigure {
  /// The applications, from left to right.
  static let applications = ["chatbot", "code", "summarization"]

  /// The bars: application by application, system by system.
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
    let hasPaper = allowPaper || PaperAttainment.exists(figure: 11, in: store.folder)
    try self.init(
      paper: hasPaper ? try PaperAttainment(figure11: store.folder) : nil, allowPaper: allowPaper, beside: own,
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
    let settings = (EndToEndSetting.systems + own).map { EndToEndSetting.figure11(of: $0) }
    let places = Self.applications.flatMap { application in
      settings.map { ($0, String?.some(application)) }
    }
    let found = try AttainmentPoints(
      at: places, of: settings, paper: paper, allowPaper: allowPaper, lookup: lookup)
    guard !found.points.isEmpty else {
      throw ExperimentError.nothingToDraw(figure: "Figure 11", command: "reproduce figure11\(options)")
    }
    points = found.points
    self.own = own
    report = OriginReport(
      settings: found.origins.map { setting, origin in
        ("\(setting)", origin, "reproduce figure11 --only \(setting.system.rawValue)\(options)")
      }, hasPaper: paper != nil)
  }

  /// For each setting one line that says which results were used, or one for all.
  public var originLines: [String] { report.lines }

  private var compared: AttainmentComparison { AttainmentComparison(points: points, places: "applications") }

  /// One line: how far the points are from the paper's, and how often the systems come in the paper's order.
  package var summary: String { compared.summary }

  /// The table of all bars beside the paper's, with a last line that sums up the differences.
  public var comparison: String { compared.text }

  /// The bars as a JSON array, with the CSV's names.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String { try compared.json() }

  // MARK: What is drawn

  /// The figure's script and table, ready to be drawn.
  public var drawings: [FigureFiles] {
    [FigureFiles(name: "figure11", script: bars.script, table: table)]
  }

  /// The plotted numbers, one row a bar, by identifiers.
  public var table: CSVTable {
    CSVTable(
      header: ["application", "system"] + AttainmentComparison.columns,
      rows: points.map { point in
        [point.application ?? "", point.setting.system.rawValue] + AttainmentComparison.fields(of: point)
      })
  }

  private var bars: GroupedBarFigure {
    let names = PointOrigin.legendNames(of: points.map(\.origin))
    return GroupedBarFigure(
      name: "figure11",
      series: (EndToEndSetting.systems + own).map {
        GroupedBarFigure.Series(name: $0.label, colour: SystemColour.of($0, among: own))
      },
      panels: [GroupedBarFigure.Panel(title: "CV = 8, 0.6 req/s", groups: Self.applications.map(group))],
      wording: GroupedBarFigure.Wording(
        yTitle: "TTFT SLO attainment (%)", valueColumn: "ttft_slo_attainment_pct", ownRun: names.ownRun,
        precomputed: names.precomputed, errorBar: "95 % interval of the mean over seeds"))
  }

  private func group(of application: String) -> GroupedBarFigure.Group {
    GroupedBarFigure.Group(
      label: application,
      bars: (EndToEndSetting.systems + own).map { system in
        points.first { $0.setting.system == system && $0.application == application }.map { point in
          GroupedBarFigure.Bar(
            value: point.percent, halfWidth: point.halfWidth,
            reference: point.origin == .paper ? nil : point.paperPercent, source: point.origin.figureSource)
        }
      })
  }
}
