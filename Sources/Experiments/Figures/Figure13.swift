import Plotting
import ServingModel

/// Figure 13: what HydraServe's pipelines cost each model, as ratios to Serverless vLLM at CV 8 and 0.6 requests per
/// second: time per output token (a) and GPU memory × time per request (b).
///
/// The bars are the models of the first seed that both systems ran; the table has every seed. Where a system has no
/// result, the paper's own bars are drawn, only if allowed. An own policy in HydraServe's place has a figure of its own.
public struct Figure13: ReproducedFigure {
  /// One of the two drawings.
  public enum Panel: String, CaseIterable, Sendable {
    /// Time per output token.
    case tpot = "a"
    /// Cost.
    case cost = "b"

    /// What the ratio is of.
    var title: String {
      switch self {
      case .tpot: "TPOT ratio"
      case .cost: "cost ratio"
      }
    }
  }

  /// One bar.
  public struct Bar: Hashable, Sendable {
    /// The panel.
    public let panel: Panel
    /// The application; empty where the results do not say.
    public let application: String
    /// The model instance name; `nil` for the paper's bars, which have none.
    public let model: String?
    /// The system's number / Serverless vLLM's.
    public let ratio: Double
  }

  /// The bars, panel by panel, from left to right.
  public let bars: [Bar]
  /// The ratios of each seed; none where the bars are the paper's.
  public let seeds: [ModelRatios]
  /// The system that is compared with Serverless vLLM: HydraServe, or an own policy in its place.
  let system: ServingSystem
  package let paper: PaperFigure13?
  /// Where the results of both systems come from, as the CSV's `source` column has it.
  package let source: String
  private let figureSource: FigureSource
  private let sourceName: String
  private let report: OriginReport

  /// The figure from whatever results a folder holds.
  ///
  /// A folder of results of the user's own may lack the paper's numbers; the figure then has no lines for them.
  ///
  /// - Parameters:
  ///   - store: the folder of results.
  ///   - allowPaper: whether the paper's bars stand in for missing results.
  ///   - system: an own policy to be compared in HydraServe's place; the paper has no numbers of it.
  ///   - options: what a command that makes a missing result needs besides its own words, as it is typed.
  /// - Throws: ``ExperimentError`` when there is nothing to draw or a result cannot be read.
  public init(
    store: RecordStore, allowPaper: Bool, of system: ServingSystem = .hydraServe, options: String = ""
  ) throws {
    let hasPaper = system == .hydraServe && (allowPaper || PaperFigure13.exists(in: store.folder))
    try self.init(
      paper: hasPaper ? try PaperFigure13(results: store.folder) : nil, allowPaper: allowPaper, of: system,
      options: options, lookup: store.found)
  }

  /// The figure from the results that a lookup finds.
  ///
  /// - Parameter paper: the paper's numbers; `nil` for a figure without them.
  /// - Throws: ``ExperimentError`` when there is nothing to draw, and what the lookup throws.
  public init(
    paper: PaperFigure13?, allowPaper: Bool, of system: ServingSystem = .hydraServe, options: String = "",
    lookup: EndToEndLookup
  ) throws {
    self.system = system
    let baseline = try lookup(.figure11(of: .serverlessVLLM))
    let compared = try lookup(.figure11(of: system))
    if let baseline, let compared {
      let ratios = ModelRatios.paired(compared.seeds, baseline: baseline.seeds)
      seeds = ratios
      bars = Panel.allCases.flatMap { Self.bars(of: ratios[0], in: $0) }
      let origins = [compared.origin, baseline.origin].uniqued()
      let names = PointOrigin.legendNames(of: origins)
      source = origins.map(\.text).joined(separator: "/")
      // Where the two differ, the bars look like those of the lesser source and the legend names both.
      figureSource = origins.contains { $0.figureSource == .precomputed } ? .precomputed : .ownRun
      sourceName = origins.map { $0.figureSource == .ownRun ? names.ownRun : names.precomputed }.uniqued()
        .joined(separator: " over ")
    } else {
      seeds = []
      bars = allowPaper ? paper.map { paper in Panel.allCases.flatMap { Self.bars(of: paper, in: $0) } } ?? [] : []
      source = PointOrigin.paper.text
      figureSource = .paperOnly
      sourceName = "paper's values, not run"
    }
    let systems = [(ServingSystem.serverlessVLLM, baseline), (system, compared)]
    let missing = systems.filter { $0.1 == nil }.map(\.0.rawValue)
    guard !bars.isEmpty else {
      let only = missing.count == 1 ? " --only \(missing[0])" : ""
      throw ExperimentError.nothingToDraw(figure: "Figure 13", command: "reproduce figure13\(only)\(options)")
    }
    self.paper = paper
    let isPaper = seeds.isEmpty
    report = OriginReport(
      settings: systems.map { system, found in
        let command = "reproduce figure13 --only \(system.rawValue)\(options)"
        return ("\(EndToEndSetting.figure11(of: system))", isPaper ? .paper : found?.origin, command)
      }, hasPaper: paper != nil || system != .hydraServe)
  }

  private static func bars(of ratios: ModelRatios, in panel: Panel) -> [Bar] {
    ratios.models.compactMap { model in
      (panel == .tpot ? model.tpot : model.cost).map {
        Bar(panel: panel, application: model.application ?? "", model: model.name, ratio: $0)
      }
    }
  }

  private static func bars(of paper: PaperFigure13, in panel: Panel) -> [Bar] {
    paper.models.map { model in
      Bar(
        panel: panel, application: model.application, model: nil,
        ratio: panel == .tpot ? model.tpotRatio : model.costRatio)
    }
  }

  /// For each setting one line that says which results were used, or one for both; then what was left out.
  public var originLines: [String] { report.lines + omissions }

  // MARK: What is drawn

  /// Both panels in one drawing, and each in one of its own.
  public var drawings: [FigureFiles] {
    [(fileName, Panel.allCases)].map(drawing)
      + Panel.allCases.map { drawing("\(fileName)-\($0.rawValue)", [$0]) }
  }

  private var fileName: String {
    system == .hydraServe ? "figure13" : "figure13-\(system.rawValue)"
  }

  private func drawing(_ name: String, _ panels: [Panel]) -> FigureFiles {
    FigureFiles(name: name, script: figure(name, panels).script, table: table(of: panels))
  }

  /// The plotted numbers, one row a bar.
  func table(of panels: [Panel] = Panel.allCases) -> CSVTable {
    CSVTable(
      header: ["panel", "application", "model", "ratio", "source"],
      rows: bars.filter { panels.contains($0.panel) }.map {
        [$0.panel.rawValue, $0.application, $0.model ?? "", "\($0.ratio)", source]
      })
  }

  private func figure(_ name: String, _ panels: [Panel]) -> RatioFigure {
    let applications = bars.map(\.application).uniqued()
    return RatioFigure(
      name: name,
      groups: applications.enumerated().map { index, application in
        RatioFigure.Group(
          name: application.isEmpty ? "application unknown" : application, colour: Self.colour(index))
      },
      panels: panels.map { panel in
        let own = bars.filter { $0.panel == panel }
        let mean = RatioStatistics(own.map(\.ratio), paper: nil)?.mean
        let reference = paper.flatMap { RatioStatistics($0.ratios(of: panel), paper: nil)?.mean }
        return RatioFigure.Panel(
          yTitle: panel.title,
          values: applications.map { application in own.filter { $0.application == application }.map(\.ratio) },
          mean: figureSource == .paperOnly ? nil : mean, reference: reference)
      },
      source: figureSource,
      wording: RatioFigure.Wording(
        xTitle: "models that \(systemNames) served (CV = 8, 0.6 req/s)", mean: "mean of the bars",
        reference: "paper's mean", source: sourceName))
  }

  /// What the axis calls the two systems.
  private var systemNames: String {
    system == .hydraServe ? "both systems" : "\(system.label) and \(ServingSystem.serverlessVLLM.label)"
  }

  /// Colours apart from those that systems have next to one another.
  private static func colour(_ index: Int) -> String {
    Palette.colour([0, 2, 4, 3, 1, 5][index % 6])
  }
}

extension PaperFigure13 {
  /// All ratios of a panel.
  package func ratios(of panel: Figure13.Panel) -> [Double] {
    models.map { panel == .tpot ? $0.tpotRatio : $0.costRatio }
  }
}
