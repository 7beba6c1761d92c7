import Plotting

/// A figure like the paper's Figure 7, for tests: its bar heights, with runs that differ a little from them.
enum SampleFigure {
  static let systems = [
    "Serverless vLLM", "ServerlessLLM", "ServerlessLLM with cached model", "HydraServe with single worker",
    "HydraServe",
  ]

  /// Bar heights of the panel V100 in seconds, one row per model, in the order of `systems` (paper, Figure 7).
  static let v100: [(model: String, heights: [Double])] = [
    ("OPT-2.7B", [16.8, 13.1, 11.1, 7.9, 7.9]),
    ("OPT-6.7B", [23.6, 17.1, 11.8, 9.7, 8.2]),
    ("OPT-13B", [40.3, 26.1, 14.8, 17.0, 8.5]),
    ("Llama2-7B", [23.2, 19.1, 12.1, 9.9, 7.7]),
    ("Llama2-13B", [38.6, 26.2, 15.1, 17.4, 8.7]),
    ("Llama3-8B", [29.2, 21.2, 13.1, 11.7, 8.6]),
    ("Falcon-7B", [25.4, 19.1, 12.1, 10.2, 8.3]),
  ]

  /// Bar heights of the panel A10 in seconds, one row per model, in the order of `systems` (paper, Figure 7).
  static let a10: [(model: String, heights: [Double])] = [
    ("OPT-2.7B", [10.1, 10.0, 7.1, 4.7, 4.7]),
    ("OPT-6.7B", [17.0, 14.1, 7.7, 8.3, 5.9]),
    ("Llama2-7B", [16.6, 14.1, 8.1, 8.4, 5.6]),
    ("Llama3-8B", [19.3, 17.1, 9.1, 10.3, 6.3]),
    ("Falcon-7B", [16.2, 14.1, 8.1, 9.0, 6.2]),
  ]

  static let series = systems.indices.map {
    GroupedBarFigure.Series(name: systems[$0], colour: Palette.colour($0))
  }

  static let wording = GroupedBarFigure.Wording(yTitle: "TTFT (s)", valueColumn: "ttft_s")

  /// Runs 15 % above to 12 % below the paper. Of every seven bars one is hatched and one hollow when `mixed`.
  static func figure(mixed: Bool) -> GroupedBarFigure {
    let panels = [("V100", v100), ("A10", a10)].map { title, models in
      GroupedBarFigure.Panel(
        title: title,
        groups: models.enumerated().map { row, model in
          let bars = model.heights.enumerated().map { column, height in
            bar(height, index: row * 5 + column, mixed: mixed)
          }
          return GroupedBarFigure.Group(label: model.model, bars: bars)
        })
    }
    return GroupedBarFigure(name: "figure7", series: series, panels: panels, wording: wording)
  }

  private static func bar(_ paper: Double, index: Int, mixed: Bool) -> GroupedBarFigure.Bar {
    if mixed, index % 7 == 3 { return .init(value: paper, source: .paperOnly) }
    let change = [1.0, 1.05, 0.94, 1.15, 0.88][(index / 2) % 5]
    return .init(value: paper * change, reference: paper, source: mixed && index % 7 >= 5 ? .precomputed : .ownRun)
  }
}
