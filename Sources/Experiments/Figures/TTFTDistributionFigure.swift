import Plotting
import ResultAnalysis
import ServingModel

/// How TTFT is distributed over the requests of an hour at CV 8 and 0.6 requests per second: of all requests, and of those
/// that waited for a cold start.
public struct TTFTDistributionFigure: ReproducedFigure {
  /// The right end of the time axis, in seconds: that of the longest objective.
  static let longest = 60.0
  /// A curve has about that many points.
  private static let resolution = 120

  /// The requests of one system.
  private struct Group {
    let setting: EndToEndSetting
    let found: RequestSamples
  }

  private let groups: [Group]
  private let report: OriginReport

  /// The figure from whatever results a folder holds.
  ///
  /// - Parameter options: what a command that makes a missing result needs besides its own words, as it is typed.
  /// - Throws: ``ExperimentError`` when there is nothing to draw or a result cannot be read.
  public init(store: RecordStore, configuration: Configuration, options: String = "") throws {
    let found = try EndToEndSetting.figure11.map {
      ($0, try store.requestSamples(of: $0, configuration: configuration))
    }
    groups = found.compactMap { setting, samples in
      guard let samples, samples.samples.contains(where: { $0.ttftSeconds.map { $0 <= Self.longest } ?? false }) else {
        return nil
      }
      return Group(setting: setting, found: samples)
    }
    guard !groups.isEmpty else {
      throw ExperimentError.nothingToDraw(figure: "TTFT distributions", command: "reproduce figure11\(options)")
    }
    report = OriginReport(
      settings: found.map { setting, samples in
        ("\(setting)", samples?.origin, "reproduce figure11 --only \(setting.system.rawValue)\(options)")
      }, hasPaper: true)
  }

  /// For each setting one line that says which results were used, or one for all.
  public var originLines: [String] { report.lines }

  /// Which requests a panel shows.
  private enum Part: String, CaseIterable {
    case all
    case coldStart = "cold_start"

    var title: String {
      switch self {
      case .all: "all requests"
      case .coldStart: "requests that waited for a cold start"
      }
    }
  }

  /// TTFTs of the part in seconds, from the shortest, with how many requests there were, answered or not.
  private func sorted(_ group: Group, _ part: Part) -> (ttfts: [Double], sent: Int) {
    let samples = group.found.samples.filter { part == .all || $0.metColdStart }
    return (samples.compactMap(\.ttftSeconds).sorted(), samples.count)
  }

  /// Counts and percentiles, one row for each system in each panel.
  public var percentiles: CSVTable {
    CSVTable(
      header: ["requests", "system", "count", "p10_s", "p50_s", "p90_s", "p99_s", "source"],
      rows: Part.allCases.flatMap { part in
        groups.map { group in
          let (ttfts, sent) = sorted(group, part)
          let numbers = [0.1, 0.5, 0.9, 0.99].map { ttfts.isEmpty ? "" : "\(percentile($0, ofSorted: ttfts))" }
          return [part.rawValue, group.setting.system.rawValue, "\(sent)"] + numbers + [group.found.origin.text]
        }
      })
  }

  /// The table of counts and percentiles.
  public var comparison: String {
    var table = TextTable(
      header: percentiles.header, numeric: [false, false, true, true, true, true, true, false])
    for row in percentiles.rows {
      let numbers = row[3...6].map { Double($0).map { Decimal.text($0, places: 2) } ?? "–" }
      table.add(row[...2] + numbers + row[7...])
    }
    return table.text
  }

  private struct Point: Encodable {
    let requests: String
    let system: String
    let ttft: Double
    let percent: Double
    let source: String

    enum CodingKeys: String, CodingKey {
      case requests, system, source
      case ttft = "ttft_s"
      case percent = "share_pct"
    }
  }

  /// The points of all curves; each says what share of the requests had their first token by then.
  private var points: [Point] {
    Part.allCases.flatMap { part in groups.flatMap { points(of: $0, part) } }
  }

  private func points(of group: Group, _ part: Part) -> [Point] {
    let (ttfts, sent) = sorted(group, part)
    let step = max(1, ttfts.count / Self.resolution)
    let places = Array(stride(from: 0, to: ttfts.count, by: step)) + (ttfts.isEmpty ? [] : [ttfts.count - 1])
    let point = { (ttft: Double, count: Int) in
      Point(
        requests: part.rawValue, system: group.setting.system.rawValue, ttft: ttft,
        percent: Double(count) / Double(sent) * 100, source: group.found.origin.text)
    }
    // A last point takes each curve to the end of the axis.
    return places.uniqued().filter { ttfts[$0] < Self.longest }.map { point(ttfts[$0], $0 + 1) }
      + [point(Self.longest, ttfts.count { $0 <= Self.longest })]
  }

  /// The points as a JSON array, with the CSV's names.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String { try JSONText.pretty(points) }

  /// The figure's only drawing.
  public var drawings: [FigureFiles] {
    [FigureFiles(name: "figure-cdf", script: curves.script, table: table)]
  }

  /// The plotted numbers, one row a point, by identifiers.
  public var table: CSVTable {
    CSVTable(
      header: ["requests", "system", "ttft_s", "share_pct", "source"],
      rows: points.map { [$0.requests, $0.system, "\($0.ttft)", "\($0.percent)", $0.source] })
  }

  private var curves: CurveFigure {
    CurveFigure(
      name: "figure-cdf",
      panels: Part.allCases.compactMap { part in
        let curves = groups.compactMap { group -> CurveFigure.Curve? in
          let points = points(of: group, part).map { CurveFigure.Curve.Point(x: $0.ttft, y: $0.percent) }
          let label = group.setting.system.label
          return points.isEmpty
            ? nil : CurveFigure.Curve(name: label, colour: SystemColour.of(group.setting.system), points: points)
        }
        let sources = groups.map(\.found.origin.text).uniqued().joined(separator: ", ")
        return curves.isEmpty
          ? nil
          : CurveFigure.Panel(
            title: "\(part.title) (\(sources))", xTitle: "TTFT (s)", yTitle: "share of requests (%)", curves: curves)
      })
  }
}
