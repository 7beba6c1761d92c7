import Experiments
import Plotting
import Quantities
import ResultAnalysis
import ServingModel

/// The analysis as a figure: a tornado.
extension SensitivityAnalysis {
  /// The figure shows so many parameters, the most important ones; the table has all.
  static let shownRows = 16

  /// The figure `sensitivity`, ready to be drawn.
  public var drawing: FigureFiles {
    FigureFiles(name: "sensitivity", script: figure.script, table: table)
  }

  /// All effects, one row each, by rank.
  public var table: CSVTable {
    CSVTable(
      header: [
        "rank", "parameter", "kind", "value", "change", "changed_value", "attainment_points", "interval95_points",
        "source",
      ],
      rows: rows.enumerated().flatMap { index, row in
        [(-change, row.low), (change, row.high)].compactMap { share, effect in
          effect.map {
            [
              "\(index + 1)", row.name, row.kind.rawValue, row.value, "\(share)", $0.value, "\($0.points.mean)",
              $0.points.interval95.map { "\($0)" } ?? "", PointOrigin.run(.simulated).text,
            ]
          }
        }
      })
  }

  private var figure: TornadoFigure {
    let bar = { (effect: SensitivityRow.Effect) in
      TornadoFigure.Bar(value: effect.points.mean, halfWidth: effect.points.interval95)
    }
    let title =
      "simulated: \(scenario.system.label) on \(scenario.fleet.text), \(scenario.workloadText)"
    return TornadoFigure(
      name: "sensitivity",
      rows: rows.prefix(Self.shownRows).map { row in
        TornadoFigure.Row(label: "\(row.label) (\(row.value))", low: row.low.map(bar), high: row.high.map(bar))
      },
      wording: TornadoFigure.Wording(
        title: title, xTitle: "change of \(objective.label) (points)", low: "lowered by \(changeText)",
        high: "raised by \(changeText)", errorBar: "95 % interval of the mean, \(seeds.count) seeds"))
  }
}
