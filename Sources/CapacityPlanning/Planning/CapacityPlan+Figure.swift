import Experiments
import Plotting
import Quantities
import ResultAnalysis
import ServingModel

/// The plan as a figure: attainment against cost, with the front of each system.
extension CapacityPlan {
  /// The figure `plan`, ready to be drawn; `nil` when nothing could be deployed.
  public var drawing: FigureFiles? {
    guard evaluations.contains(where: { $0.statistics != nil }) else { return nil }
    return FigureFiles(name: "plan", script: figure.script, table: table)
  }

  /// The numbers of the figure, one row a candidate that ran, from the cheapest of each system.
  public var table: CSVTable {
    CSVTable(
      header: ["system"] + space.types.map { "servers_\($0.name)" } + [
        "keep_alive_s", "max_pipeline_size", "host_memory_share", "cost_per_hour", "price_unit", "attainment_pct",
        "interval95_pct", "on_front", "chosen", "source",
      ], rows: space.systems.flatMap { system in points(of: system).map(row) })
  }

  private func row(_ point: Point) -> [String] {
    let evaluation = point.evaluation
    let (choice, statistics) = (evaluation.candidate, evaluation.statistics)
    let memory = ServingDeployment.keepsModelsInHostMemory(choice.system) ? "\(choice.tuning.hostMemoryShare)" : ""
    return [choice.system.rawValue] + choice.counts.map { "\($0)" } + [
      choice.tuning.keepAlive.map { "\($0.inSeconds)" } ?? "", choice.tuning.maxPipelineSize.map { "\($0)" } ?? "",
      memory, "\(evaluation.costPerHour)", space.prices.unit, statistics.map { "\($0.mean)" } ?? "",
      statistics?.interval95.map { "\($0)" } ?? "", "\(point.isOnFront)", "\(point.isChosen)",
      PointOrigin.run(.simulated).text,
    ]
  }

  /// A candidate that ran, and what it is among the others of its system.
  private struct Point {
    let evaluation: PlanEvaluation
    let isOnFront: Bool
    let isChosen: Bool
  }

  /// A system's candidates that ran, from the cheapest. The one that is recommended need not be on the front: by its mean
  /// another may reach more for the same money.
  private func points(of system: ServingSystem) -> [Point] {
    let front = Set(front(of: system).map(\.candidate))
    let chosen = answers.first { $0.system == system }?.best?.candidate
    let own = evaluations.filter { $0.candidate.system == system && $0.statistics != nil }
    return own.enumerated().sorted { ($0.element.costPerHour, $0.offset) < ($1.element.costPerHour, $1.offset) }.map {
      let candidate = $0.element.candidate
      return Point(
        evaluation: $0.element, isOnFront: front.contains(candidate), isChosen: candidate == chosen)
    }
  }

  private var figure: FrontFigure {
    FrontFigure(
      name: "plan",
      series: zip(space.systems, SystemColour.shapes(space.systems.count)).map { system, shape in
        FrontFigure.Series(
          name: system.label, colour: SystemColour.of(system), shape: shape,
          points: points(of: system).map { point in
            FrontFigure.Point(
              x: point.evaluation.costPerHour, value: point.evaluation.statistics?.mean ?? 0,
              halfWidth: point.evaluation.statistics?.interval95, isOnFront: point.isOnFront, isChosen: point.isChosen)
          })
      }, target: target.percent,
      wording: FrontFigure.Wording(
        title: "simulated: \(workload), \(seeds.count > 1 ? "mean of \(seeds.count) seeds" : "one run")",
        xTitle: "cost of reserved servers (\(space.prices.unit) per hour)", yTitle: "\(target.objective.label) (%)",
        target: "target, \(EndToEndSetting.text(target.percent)) %", chosen: "cheapest that reaches the target",
        dominated: "other candidate", errorBar: "95 % interval of the mean"))
  }
}

extension SystemColour {
  /// Shapes of markers for so many systems, in their order; they begin anew after the last.
  fileprivate static func shapes(_ count: Int) -> [LineFigure.Shape] {
    let all = LineFigure.Shape.allCases
    return (0..<count).map { all[$0 % all.count] }
  }
}
