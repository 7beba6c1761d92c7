import Experiments
import FoundationEssentials
import Plotting

/// Everything on one page: claims, figures beside the paper's numbers, timelines, fidelity and provenance, in one HTML
/// file that needs no network.
public struct Report: Sendable {
  /// The claims that it begins with.
  public let claims: ClaimReport
  private let figures: [ReportFigure]
  private let runs: [RecordedRun]
  private let provenance: ProvenanceTable

  /// The drawings that the page shows, to be drawn before it is put together.
  public let drawings: [FigureFiles]

  /// The report of the results in a folder.
  ///
  /// - Parameters:
  ///   - runs: the runs whose timelines can be chosen, the first one shown first.
  ///   - breakdown: the stages of a cold start by system.
  ///   - allowPaper: whether the paper's numbers fill gaps.
  /// - Throws: `ExperimentError` when there is nothing to draw or a result cannot be read.
  public init(
    store: RecordStore, configuration: Configuration, runs: [RecordedRun], breakdown: BreakdownFigure, allowPaper: Bool
  ) throws {
    claims = try ClaimReport(store: store, configuration: configuration, allowPaper: allowPaper)
    provenance = try ProvenanceTable(store: store)
    self.runs = runs
    let paper = try PaperFigures(store: store, configuration: configuration, allowPaper: allowPaper)
    let scales = try SLOScaleFigure(store: store, configuration: configuration)
    let distribution = try TTFTDistributionFigure(store: store, configuration: configuration)
    figures =
      paper.reportFigures + [
        ReportFigure(
          name: "figure-breakdown", title: "Where the time of a cold start goes",
          caption:
            "Llama2-7B. Of a pipeline the worker that is ready last; stages stand where they happened, since some "
            + "overlap. The red line is the TTFT in the paper.", table: breakdown.table),
        ReportFigure(
          name: "figure-slo-scale", title: "TTFT SLO attainment against a factor on every SLO",
          caption: "The first seed of each setting; at a factor of 1 it is what Figure 9 has.", table: scales.table),
        ReportFigure(
          name: "figure-cdf", title: "How TTFT is distributed",
          caption:
            "CV 8, 0.6 requests per second, the first seed; requests that did not complete count as never answered.",
          table: distribution.percentiles),
      ]
    drawings = paper.drawings + [breakdown.files] + scales.drawings + distribution.drawings
  }

  /// The page.
  ///
  /// - Parameter svg: gives the drawing of a figure by the figure's name.
  /// - Throws: what `svg` throws.
  public func page(svg: (String) throws -> String) throws -> String {
    let body = PageTemplate.filled(
      PackageResources.report_html,
      [
        ("summary", HTML.escaped(claims.summary)), ("version", HTML.escaped(Toolkit.version)),
        ("claims", claims.section), ("figures", try figures.map { $0.section(svg: try svg($0.name)) }.joined()),
        ("runs", runs.map { "<option>\(HTML.escaped($0.title))</option>" }.joined()),
        ("legend", legend), ("fidelity", PageTemplate.text(PackageResources.fidelity_html)),
        ("provenance", provenance.html), ("data", HTML.embedded(json: try timelineData)),
      ])
    return PageTemplate.page(
      title: "HydraServe's evaluation, re-created", body: body, script: PageTemplate.timelineScripts)
  }

  private struct TimelineData: Encodable {
    struct Kind: Encodable {
      let label: String
      let colour: String
      let dark: String
      let track: Int
    }

    let kinds: [Kind]
    let runs: [CompactTimeline]
  }

  private var timelineData: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let kinds = StageKind.all.map {
        TimelineData.Kind(label: $0.label, colour: $0.colour, dark: $0.darkColour, track: $0.track)
      }
      let data = TimelineData(kinds: kinds, runs: runs.map(CompactTimeline.init))
      return String(decoding: try encoder.encode(data), as: UTF8.self)
    }
  }

  private var legend: String {
    let stages = StageKind.all.map { ("--light:\($0.colour);--dark:\($0.darkColour)", $0.label) }
    let others = [
      ("serving", "requests served"), ("waiting", "requests that wait"), ("memory", "GPU memory held"),
      ("network", "NIC"),
    ].map { ("background:var(--\($0))", $1) }
    return (stages + others).map { "<span><i style=\"\($0)\"></i>\(HTML.escaped($1))</span>" }.joined()
  }
}
