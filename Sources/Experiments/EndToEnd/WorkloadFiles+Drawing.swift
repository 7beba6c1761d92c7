import Plotting
import Quantities
import WorkloadGeneration

/// A trace as a figure: when requests come, how they are spread over models, and how long they are.
extension WorkloadFiles {
  /// The figure `trace`, ready to be drawn.
  public var drawing: FigureFiles {
    let statistics = TraceStatistics(trace)
    let panels = [arrivals(statistics), Self.popularity(statistics), lengths]
    return CurveFigure(name: "trace", panels: panels.compactMap { $0 }).files
  }

  /// The most windows that a curve of arrivals has.
  private static let mostWindows = 400.0
  /// The lengths of windows to choose from, in seconds; the first gives the peak that the text states.
  private static let windows = [TraceStatistics.peakWindowSeconds, 60, 300, 600, 1800, 3600, 21_600, 86_400]

  /// Requests by window of time, empty ones included.
  private func arrivals(_ statistics: TraceStatistics) -> CurveFigure.Panel {
    let duration = statistics.durationSeconds
    let window =
      Self.windows.first { duration / $0 <= Self.mostWindows } ?? (duration / Self.mostWindows).rounded(.up)
    var counts = Array(repeating: 0, count: max(1, Int((duration / window).rounded(.up))))
    for record in trace.records {
      // The last request may come at the very end.
      counts[min(Int(record.sendAt.inSeconds / window), counts.count - 1)] += 1
    }
    let unit: (name: String, seconds: Double) = duration > 48 * 3600 ? ("days", 86_400) : ("min", 60)
    return CurveFigure.Panel(
      title: "Requests in \(Decimal.text(window, places: 0)) s", xTitle: "time (\(unit.name))", yTitle: "requests",
      curves: [
        CurveFigure.Curve(
          name: "requests", colour: Palette.colour(0),
          points: counts.enumerated().map { index, count in
            .init(x: (Double(index) + 0.5) * window / unit.seconds, y: Double(count))
          })
      ], join: .steps)
  }

  /// The share of requests that ask for the busiest models; `nil` where the trace names none.
  private static func popularity(_ statistics: TraceStatistics) -> CurveFigure.Panel? {
    guard statistics.models > 0 else { return nil }
    return CurveFigure.Panel(
      title: "Popularity of models", xTitle: "number of busiest models", yTitle: "share of requests (%)",
      curves: [
        CurveFigure.Curve(
          name: "share of requests", colour: Palette.colour(0),
          points: (0...statistics.models).map {
            .init(x: Double($0), y: statistics.share(ofBusiest: $0) * 100)
          })
      ])
  }

  /// The lengths of prompts and answers below which a share of the requests lies, in steps of one per cent.
  private var lengths: CurveFigure.Panel {
    let kinds = [("prompts", trace.records.map(\.promptTokens), 0), ("answers", trace.records.map(\.outputTokens), 2)]
    return CurveFigure.Panel(
      title: "Lengths", xTitle: "tokens", yTitle: "share of requests (%)",
      curves: kinds.map { name, lengths, colour in
        let sorted = lengths.sorted()
        return CurveFigure.Curve(
          name: name, colour: Palette.colour(colour),
          points: (0...100).map { percent in
            // The smallest length that so many per cent of the requests do not exceed.
            let position = max(0, (sorted.count * percent + 99) / 100 - 1)
            return .init(x: Double(sorted[position]), y: Double(percent))
          })
      })
  }
}
