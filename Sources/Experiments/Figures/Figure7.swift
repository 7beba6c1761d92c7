import Plotting
import ServingModel

/// Figure 7: the time to first token of a cold start, five systems on two kinds of GPU, and own policies beside them.
///
/// Each point is the user's own run, else the precomputed result, else, only where allowed, the paper's number; every
/// point says which.
public struct Figure7: ReproducedFigure {
  /// One bar.
  public struct Point: Hashable, Sendable {
    /// The backend.
    public let backend: String
    /// The model's identifier.
    public let model: String
    /// The serving system.
    public let system: ServingSystem
    /// TTFT in seconds.
    public let ttftSeconds: Double
    /// Where it comes from.
    public let origin: PointOrigin
    /// The paper's TTFT in seconds.
    public let paperSeconds: Double?

    /// How far the value is from the paper's, as a share of the paper's; `nil` where the two are the same number or
    /// there is none.
    public var relativeError: Double? {
      guard let paperSeconds, origin != .paper else { return nil }
      return ttftSeconds / paperSeconds - 1
    }
  }

  /// Panels of the figure from left to right, with their models in the paper's order.
  static let panels: [(backend: String, title: String, models: [String])] = [
    (
      "v100", "V100",
      [
        "facebook/opt-2.7b", "facebook/opt-6.7b", "facebook/opt-13b", "modelscope/Llama-2-7b-chat-ms",
        "modelscope/Llama-2-13b-chat-ms", "LLM-Research/Meta-Llama-3-8B-Instruct", "AI-ModelScope/falcon-7b",
      ]
    ),
    (
      "a10", "A10",
      [
        "facebook/opt-2.7b", "facebook/opt-6.7b", "modelscope/Llama-2-7b-chat-ms",
        "LLM-Research/Meta-Llama-3-8B-Instruct", "AI-ModelScope/falcon-7b",
      ]
    ),
  ]

  /// The backends of the panels, from left to right.
  public static let backends = panels.map(\.backend)

  /// The points, panel by panel, model by model, system by system.
  public let points: [Point]
  /// For each setting, in the order in which they are run, where its results come from; `nil` when there are none.
  public let origins: [(setting: ColdStartSetting, origin: PointOrigin?)]
  /// Whether the paper's numbers were in the folder of results, to be drawn beside these.
  public let hasPaper: Bool
  let options: String
  /// The systems in the order of the bars: the paper's, then own policies.
  let systems: [ServingSystem]
  private let own: [ServingSystem]
  private let labels: [String: String]

  /// The figure from whatever results there are.
  ///
  /// A folder of results of the user's own may lack the paper's numbers; the figure then has no markers.
  ///
  /// - Parameters:
  ///   - store: the folder of results.
  ///   - configuration: what the models are called.
  ///   - allowPaper: whether the paper's numbers fill gaps.
  ///   - own: policies that are drawn after the paper's systems.
  ///   - options: what a command that makes a missing result needs besides its own words, as it is typed.
  /// - Throws: ``ExperimentError`` when there is nothing to draw or a result cannot be read.
  public init(
    store: RecordStore, configuration: Configuration, allowPaper: Bool, beside own: [ServingSystem] = [],
    options: String = ""
  ) throws {
    let settings = ColdStartSetting.figure7 + own.flatMap { ColdStartSetting.figure7(of: $0) }
    systems = ColdStartSetting.figure7Systems + own
    self.own = own
    hasPaper = allowPaper || PaperFigure7.exists(in: store.folder)
    let paper = hasPaper ? try PaperFigure7(results: store.folder) : nil
    let found = try settings.map { try Self.find($0, in: store, paper: allowPaper ? paper : nil) }
    origins = zip(settings, found).map { ($0, $1?.origin) }
    var points: [Point] = []
    var labels: [String: String] = [:]
    for panel in Self.panels {
      for model in panel.models {
        labels[model] = try configuration.model(model).label
        for system in systems {
          guard let (ttft, origin) = Self.value(system, panel.backend, model, among: found) else { continue }
          points.append(
            Point(
              backend: panel.backend, model: model, system: system, ttftSeconds: ttft, origin: origin,
              paperSeconds: paper?.ttftSeconds(system, backend: panel.backend, model: model)))
        }
      }
    }
    guard !points.isEmpty else {
      throw ExperimentError.nothingToDraw(figure: "Figure 7", command: "reproduce figure7\(options)")
    }
    self.points = points
    self.options = options
    self.labels = labels
  }

  private struct Found {
    let setting: ColdStartSetting
    let origin: PointOrigin
    let ttftSeconds: [(model: String, ttft: Double)]
  }

  private static func find(
    _ setting: ColdStartSetting, in store: RecordStore, paper: PaperFigure7?
  ) throws -> Found? {
    if let run = try store.coldStart(setting, on: .runs) {
      return Found(setting: setting, origin: .run(run.source), ttftSeconds: run.ttftSeconds)
    }
    if let precomputed = try store.coldStart(setting, on: .precomputed) {
      return Found(setting: setting, origin: .precomputed(precomputed.source), ttftSeconds: precomputed.ttftSeconds)
    }
    guard let paper else { return nil }
    let values = paper.points.filter { $0.system == setting.system && $0.backend == setting.backend }
    guard !values.isEmpty else { return nil }
    return Found(setting: setting, origin: .paper, ttftSeconds: values.map { ($0.model, $0.ttftSeconds) })
  }

  /// The value of a bar: from the setting of its system and backend that measured its model.
  private static func value(
    _ system: ServingSystem, _ backend: String, _ model: String, among found: [Found?]
  ) -> (Double, PointOrigin)? {
    for case let result? in found where result.setting.system == system && result.setting.backend == backend {
      if let value = result.ttftSeconds.first(where: { $0.model == model }) { return (value.ttft, result.origin) }
    }
    return nil
  }

  // MARK: What is drawn and printed

  /// The figure's script and table, ready to be drawn.
  public var files: FigureFiles {
    FigureFiles(name: "figure7", script: bars.files.script, table: table)
  }

  /// The plotted numbers, one row a bar, by identifiers.
  public var table: CSVTable {
    CSVTable(
      header: ["backend", "model", "system", "ttft_s", "source", "paper_ttft_s"],
      rows: points.map { point in
        [
          point.backend, point.model, point.system.rawValue, "\(point.ttftSeconds)", point.origin.text,
          point.paperSeconds.map { "\($0)" } ?? "",
        ]
      })
  }

  /// The figure's only drawing.
  public var drawings: [FigureFiles] { [files] }

  private var bars: GroupedBarFigure {
    let names = PointOrigin.legendNames(of: points.map(\.origin))
    return GroupedBarFigure(
      name: "figure7",
      series: systems.map { system in
        GroupedBarFigure.Series(name: system.label, colour: SystemColour.of(system, among: own))
      },
      panels: Self.panels.map { panel in
        GroupedBarFigure.Panel(title: panel.title, groups: panel.models.map { group(of: $0, on: panel.backend) })
      },
      wording: GroupedBarFigure.Wording(
        yTitle: "TTFT (s)", valueColumn: "ttft_s", ownRun: names.ownRun, precomputed: names.precomputed))
  }

  private func group(of model: String, on backend: String) -> GroupedBarFigure.Group {
    GroupedBarFigure.Group(
      label: labels[model] ?? model,
      bars: systems.map { system in
        points.first { $0.system == system && $0.backend == backend && $0.model == model }.map { point in
          GroupedBarFigure.Bar(
            value: point.ttftSeconds, reference: point.paperSeconds, source: point.origin.figureSource)
        }
      })
  }
}
