import Experiments
import ServingModel

/// The claims that rest on Figure 13: what HydraServe's pipelines cost.
struct RatioClaims {
  let statements: PaperClaims
  let paper: PaperFigure13
  let figure: Result<Figure13, ExperimentError>

  private var seeds: [ModelRatios] {
    (try? figure.get())?.seeds ?? []
  }

  private var data: ClaimData {
    let problem: String? = if case .failure(let error) = figure { error.description } else { nil }
    let sources = (try? figure.get()).map { [$0.source] } ?? []
    return ClaimData(figure: 13, minutes: (1, 2), sources: sources, count: seeds.count, expected: 1, problem: problem)
  }

  /// The mean over the seeds of how the ratios are spread; `nil` without a seed.
  private func ours(_ panel: Figure13.Panel) -> RatioStatistics? {
    RatioStatistics(
      meanOf: seeds.compactMap { RatioStatistics($0.ratios(of: panel), paper: paper.ratios(of: panel)) })
  }

  var claims: [Claim] {
    let baseline = ServingSystem.serverlessVLLM.label
    let cost = ours(.cost)
    let theirs = RatioStatistics(paper.ratios(of: .cost), paper: nil)
    return [
      Claim(
        "tpot-penalty", statements.tpotPenalty.statement, baseline: baseline, unit: "×",
        ours: ours(.tpot).map { .number($0.mean) }, paper: .number(statements.tpotPenalty.value),
        tolerance: .absolute(0.03),
        reason: "the mean of 101 ratios has a standard error of 0.013, that of one of our seeds 0.009; twice both",
        from: data),
      Claim(
        "cost-mean", "mean ratio of GPU memory × time per request, by model", baseline: baseline, unit: "×",
        ours: cost.map { .number($0.mean) }, paper: theirs.map { .number($0.mean) }, tolerance: .absolute(0.05),
        reason: "the mean of 101 ratios has a standard error of 0.014, that of one of our seeds 0.02; twice both",
        from: data),
      Claim(
        "cost-share-cheaper", "share of models that cost at most as much", baseline: baseline, unit: "%",
        ours: cost.map { .number($0.shareAtMostOne * 100) }, paper: theirs.map { .number($0.shareAtMostOne * 100) },
        tolerance: .absolute(8),
        reason:
          "a share of 88 % of 101 models has a standard error of 3.2 points, that of one of our seeds 2.1; twice both",
        from: data),
      Claim(
        "cost-distribution", "Kolmogorov-Smirnov distance of the cost ratios to the paper's", baseline: "the paper",
        unit: "", ours: cost?.distance.map { .number($0) }, paper: nil,
        tolerance: .atMost(
          Self.criticalDistance(cost?.models ?? 1, Double(paper.models.count))),
        reason: "the distance that two samples of one distribution exceed in 5 % of cases", from: data),
    ]
  }

  /// The distance that samples of two sizes from one distribution exceed with a probability of 5 %, by the usual
  /// approximation for large samples, with c(0.05) = √(−½ ln 0.025) = 1.358.
  static func criticalDistance(_ n: Double, _ m: Double) -> Double {
    1.358 * ((n + m) / (n * m)).squareRoot()
  }
}
