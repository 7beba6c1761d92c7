import Experiments
import Plotting

/// A run's cold starts as a Gantt chart: a row a worker, each from the moment its pod was asked for.
public struct TimelineFigure: Sendable {
  /// How many rows fit on a page.
  public static let mostRows = 40

  private let run: RecordedRun
  private let workers: [RunTimeline.Worker]
  /// How many workers of the span have no row.
  public let omitted: Int

  /// The chart of the workers that were asked for in a span of time.
  ///
  /// - Parameters:
  ///   - span: seconds since the start of the run.
  ///   - rows: how many workers it shows at most, the first ones.
  /// - Throws: `UsageError` when no worker of the span started.
  public init(_ run: RecordedRun, from span: ClosedRange<Double>, rows: Int = mostRows) throws {
    let started = run.timeline.workers.filter { span.contains($0.from) && !$0.stages.isEmpty }
    guard !started.isEmpty else {
      let end = span.upperBound.isFinite ? "to \(span.upperBound) s" : "on"
      throw UsageError(
        "No worker of \(run.name) started from \(span.lowerBound) s \(end); allowed: a span of 0 to "
          + "\(Decimal.text(run.timeline.end, places: 1)) s in which one did.")
    }
    self.run = run
    workers = Array(started.prefix(rows))
    omitted = started.count - workers.count
  }

  /// The figure's script and table, ready to be drawn.
  public var files: FigureFiles {
    FigureFiles(name: "timeline", script: chart.script, table: table)
  }

  /// One row a stage, in seconds since the start of the run.
  var table: CSVTable {
    CSVTable(
      header: [
        "instance", "rank", "pipeline_size", "model", "node", "gpu", "pod", "stage", "start_s", "end_s", "source",
      ],
      rows: workers.flatMap { worker in
        worker.stages.map { stage in
          [
            "\(worker.instance)", "\(worker.rank)", "\(worker.pipelineSize)", worker.model,
            run.timeline.nodes[worker.node].name, "\(worker.gpu)", worker.pod, StageKind.all[stage.kind].name,
            "\(stage.start)", "\(stage.end)", run.source,
          ]
        }
      })
  }

  private var chart: GanttFigure {
    GanttFigure(
      name: "timeline", kinds: StageKind.ganttKinds,
      panels: [
        GanttFigure.Panel(
          title: "\(run.title) (\(run.source))",
          rows: workers.map { worker in
            GanttFigure.Row(
              label: label(of: worker), bars: worker.ganttBars(since: worker.from),
              note: worker.readyAt.map { "ready \(Decimal.text($0 - worker.from, places: 1)) s" })
          })
      ], xTitle: "time since the pod was asked for (s)")
  }

  private func label(of worker: RunTimeline.Worker) -> String {
    let model = (try? run.configuration.model(worker.modelIdentifier))?.label ?? worker.modelIdentifier
    let rank = worker.pipelineSize > 1 ? ", stage \(worker.rank + 1) of \(worker.pipelineSize)" : ""
    return "\(Decimal.text(worker.from, places: 0)) s: \(model)\(rank) on \(run.timeline.nodes[worker.node].name)"
  }
}

extension StageKind {
  /// The kinds of a Gantt chart's bars, in the order of ``all``.
  static var ganttKinds: [GanttFigure.Kind] {
    all.map { GanttFigure.Kind(name: $0.label, colour: $0.colour, track: $0.track) }
  }
}

extension RunTimeline.Worker {
  /// The worker's stages as bars, counted from a moment.
  func ganttBars(since moment: Double) -> [GanttFigure.Bar] {
    stages.map { GanttFigure.Bar(kind: $0.kind, start: max(0, $0.start - moment), end: max(0, $0.end - moment)) }
  }
}
