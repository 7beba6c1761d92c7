import Experiments
import Plotting
import ServingModel

/// Where the time of a cold start goes: its stages, system by system, for one model on each kind of GPU.
///
/// A row is the measurement with the middle TTFT, and of a pipeline the worker that is ready last, since it decides. Stages
/// overlap in some systems, so they stand where they happened and are not stacked.
public struct BreakdownFigure: Sendable {
  /// The model that is shown.
  public static let model = "modelscope/Llama-2-7b-chat-ms"
  /// The backends of the panels, from above.
  static let backends = ["v100", "a10"]
  /// The set of models that the model is measured in.
  private static let modelSet = "0"

  /// One cold start.
  struct Start {
    let system: ServingSystem
    let backend: String
    let source: String
    /// From the request to its first token, in seconds.
    let ttft: Double
    /// When the request was sent.
    let sent: Double
    let worker: RunTimeline.Worker
    let paperSeconds: Double?
  }

  /// The cold starts, panel by panel, system by system.
  let starts: [Start]
  private let label: String

  /// The figure, from recorded runs where they have events, else from runs that are computed for it.
  ///
  /// - Throws: `ExperimentError` when a run cannot be read or computed, or does not show the model.
  public init(runs: RunFinder, store: RecordStore, configuration: Configuration) throws {
    let paper = PaperFigure7.exists(in: store.folder) ? try PaperFigure7(results: store.folder) : nil
    label = try configuration.model(Self.model).label
    starts = try Self.backends.flatMap { backend in
      try ColdStartSetting.figure7Systems.map { system in
        let setting = ColdStartSetting(system: system, modelSet: Self.modelSet, backend: backend)
        return try Self.start(
          in: try runs.find(setting), system: system, backend: backend,
          paper: paper?.ttftSeconds(system, backend: backend, model: Self.model))
      }
    }
  }

  /// The measurement with the middle TTFT of a run.
  private static func start(
    in run: RecordedRun, system: ServingSystem, backend: String, paper: Double?
  ) throws -> Start {
    let setting = ColdStartSetting(system: system, modelSet: modelSet, backend: backend)
    let nothing = ExperimentError.nothingToDraw(
      figure: "the breakdown of \(setting)", command: "\(setting.startCommand) && \(setting.command)")
    let measured = run.timeline.requests.filter { request in
      request.step?.hasPrefix("measure_") == true && request.model.hasPrefix(model + "/") && request.firstToken != nil
    }.sorted { ($0.ttft, $0.id) < ($1.ttft, $1.id) }
    guard !measured.isEmpty else {
      throw nothing
    }
    let request = measured[measured.count / 2]
    let workers = run.timeline.workers.filter { $0.instance == request.instance }
    guard let slowest = workers.max(by: { ($0.readyAt ?? 0, -$0.rank) < ($1.readyAt ?? 0, -$1.rank) }) else {
      throw nothing
    }
    var worker = slowest
    // The first token leaves the last stage's engine, but only the first stage's line tells when.
    let first = StageKind.index(of: "first_token")
    let token = workers.flatMap(\.stages).filter { $0.kind == first }
    worker.stages = worker.stages.filter { $0.kind != first && StageKind.all[$0.kind].name != "rest" } + token
    return Start(
      system: system, backend: backend, source: run.source, ttft: request.ttft, sent: request.sent, worker: worker,
      paperSeconds: paper)
  }

  /// The figure's script and table, ready to be drawn.
  public var files: FigureFiles {
    FigureFiles(name: "figure-breakdown", script: chart.script, table: table)
  }

  /// One row a stage, in seconds since the request was sent.
  public var table: CSVTable {
    CSVTable(
      header: ["backend", "model", "system", "rank", "stage", "start_s", "end_s", "ttft_s", "source", "paper_ttft_s"],
      rows: starts.flatMap { start in
        start.worker.stages.map { stage in
          [
            start.backend, Self.model, start.system.rawValue, "\(start.worker.rank)", StageKind.all[stage.kind].name,
            Self.rounded(stage.start - start.sent), Self.rounded(stage.end - start.sent), Self.rounded(start.ttft),
            start.source, start.paperSeconds.map { "\($0)" } ?? "",
          ]
        }
      })
  }

  /// Seconds to the nearest nanosecond: differences of times have no more digits.
  private static func rounded(_ seconds: Double) -> String {
    "\((seconds * 1e9).rounded() / 1e9)"
  }

  private struct Line: Encodable {
    let backend: String
    let system: String
    let rank: Int
    let stage: String
    let start: Double
    let end: Double
    let source: String

    enum CodingKeys: String, CodingKey {
      case backend, system, rank, stage, source
      case start = "start_s"
      case end = "end_s"
    }
  }

  /// The stages as a JSON array, with the CSV's names.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      starts.flatMap { start in
        start.worker.stages.map { stage in
          Line(
            backend: start.backend, system: start.system.rawValue, rank: start.worker.rank,
            stage: StageKind.all[stage.kind].name, start: stage.start - start.sent, end: stage.end - start.sent,
            source: start.source)
        }
      })
  }

  /// The stages of each system as text.
  public var text: String {
    var table = TextTable(
      header: ["backend", "system", "TTFT (s)", "paper (s)", "stages: from and to (s)", "source"],
      numeric: [false, false, true, true, false, false])
    for start in starts {
      let stages = start.worker.stages.map { stage in
        let ends = [stage.start, stage.end].map { Decimal.text($0 - start.sent, places: 1) }.joined(separator: "–")
        return "\(StageKind.all[stage.kind].label) \(ends)"
      }
      table.add([
        start.backend, start.system.rawValue, Decimal.text(start.ttft, places: 2),
        start.paperSeconds.map { Decimal.text($0, places: 2) } ?? "–", stages.joined(separator: ", "), start.source,
      ])
    }
    return table.text
  }

  private var chart: GanttFigure {
    GanttFigure(
      name: "figure-breakdown", kinds: StageKind.ganttKinds,
      panels: Self.backends.map { backend in
        let starts = starts.filter { $0.backend == backend }
        let sources = starts.map(\.source).uniqued().joined(separator: ", ")
        return GanttFigure.Panel(
          title: "\(label) on \(backend.uppercased()) (\(sources))",
          rows: starts.map { start in
            GanttFigure.Row(
              label: start.system.label, bars: start.worker.ganttBars(since: start.sent),
              note: "\(Decimal.text(start.ttft, places: 1)) s", mark: start.paperSeconds)
          })
      }, xTitle: "time since the request was sent (s)", markName: "TTFT in the paper")
  }
}

extension RunTimeline.Request {
  /// From sending to the first token, in seconds; infinite without one.
  var ttft: Double {
    firstToken.map { $0 - sent } ?? .infinity
  }
}
