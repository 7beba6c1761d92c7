import ResultAnalysis

/// How the ratios of a panel of Figure 13 are spread.
package struct RatioStatistics: Hashable, Sendable {
  package let models: Double
  package let mean: Double
  package let median: Double
  package let p10: Double
  package let p90: Double
  /// The share of models whose ratio is at most 1.
  package let shareAtMostOne: Double
  /// The Kolmogorov-Smirnov distance to the paper's ratios; `nil` where there are none to compare with.
  package let distance: Double?

  /// The spread of some ratios; `nil` when there are none.
  ///
  /// - Parameter paper: the paper's ratios; `nil` for no distance.
  package init?(_ ratios: [Double], paper: [Double]?) {
    guard let distribution = Distribution(ratios) else { return nil }
    let sorted = ratios.sorted()
    models = Double(ratios.count)
    mean = distribution.mean
    median = distribution.median
    p10 = percentile(0.1, ofSorted: sorted)
    p90 = distribution.p90
    shareAtMostOne = Double(ratios.count { $0 <= 1 }) / Double(ratios.count)
    distance = paper.flatMap { kolmogorovSmirnovDistance(ratios, $0) }
  }

  /// Each number's mean over several seeds; `nil` without a seed.
  package init?(meanOf seeds: [RatioStatistics]) {
    guard !seeds.isEmpty else { return nil }
    let mean = { (number: (RatioStatistics) -> Double) in
      seeds.map(number).reduce(0, +) / Double(seeds.count)
    }
    models = mean(\.models)
    self.mean = mean(\.mean)
    median = mean(\.median)
    p10 = mean(\.p10)
    p90 = mean(\.p90)
    shareAtMostOne = mean(\.shareAtMostOne)
    let distances = seeds.compactMap(\.distance)
    distance = distances.isEmpty ? nil : distances.reduce(0, +) / Double(distances.count)
  }
}
