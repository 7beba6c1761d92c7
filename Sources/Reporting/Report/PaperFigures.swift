import Experiments
import Plotting

/// The paper's figures on the report's page.
struct PaperFigures {
  private let figure7: Figure7
  private let figure9: Figure9
  private let figure11: Figure11
  private let figure13: Figure13

  init(store: RecordStore, configuration: Configuration, allowPaper: Bool) throws {
    figure7 = try Figure7(store: store, configuration: configuration, allowPaper: allowPaper)
    figure9 = try Figure9(store: store, allowPaper: allowPaper)
    figure11 = try Figure11(store: store, allowPaper: allowPaper)
    figure13 = try Figure13(store: store, allowPaper: allowPaper)
  }

  /// The drawings, one a figure.
  var drawings: [FigureFiles] {
    let all: [any ReproducedFigure] = [figure7, figure9, figure11, figure13]
    return all.map { $0.drawings[0] }
  }

  var reportFigures: [ReportFigure] {
    let attainment = ReportFigure.Comparison(
      ours: "ttft_slo_attainment_pct", paper: "paper_pct", isRelative: false)
    return [
      ReportFigure(
        name: "figure7", title: "Figure 7: TTFT of cold starts",
        caption: "Five systems, seven models on V100 and five on A10. The line on a bar is the paper's value.",
        table: figure7.table,
        compared: ReportFigure.Comparison(ours: "ttft_s", paper: "paper_ttft_s", isRelative: true),
        summary: figure7.errorSummary),
      ReportFigure(
        name: "figure9", title: "Figure 9: TTFT SLO attainment against request rate",
        caption: "Four systems at CV 2, 4 and 8. Small hollow markers are the paper's values.", table: figure9.table,
        compared: attainment, summary: figure9.summary),
      ReportFigure(
        name: "figure11", title: "Figure 11: TTFT SLO attainment by application",
        caption: "Four systems at CV 8 and 0.6 requests per second. The line on a bar is the paper's value.",
        table: figure11.table, compared: attainment, summary: figure11.summary),
      ReportFigure(
        name: "figure13", title: "Figure 13: TPOT and cost of HydraServe against Serverless vLLM",
        caption:
          "A bar a model of the first seed. The paper's bars carry no names, so that only their spread compares.",
        table: figure13.drawings[0].table,
        summary: Figure13.Panel.allCases.map { figure13.summary(of: $0) }.joined(separator: " ")),
    ]
  }
}
