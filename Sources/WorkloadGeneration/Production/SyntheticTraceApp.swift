import Quantities

/// An app of the synthetic trace: what is published of it, and for small apps what is drawn instead.
struct SyntheticTraceApp {
  let invocations: Double
  /// Seconds of the first and the last arrival.
  let window: Range<Double>
  /// The longest pause, where one is published.
  let longestGap: Double
  /// Whether a timer triggers it: most gaps are close to the mean.
  let isTimer: Bool
  /// The number of functions that share its arrivals.
  var functions = 1

  /// All apps: the published ones with their statistics, the small ones with drawn windows.
  static func all(
    of statistics: PublishedTraceStatistics, parameters: SyntheticTraceParameters, seed: UInt64
  ) -> [SyntheticTraceApp] {
    let horizon = Double(statistics.totals.days) * 86_400
    var windows = RandomStream(seed: seed, purpose: "windows of small apps")
    let small = statistics.appsUpTo100InvocationsCounts.map { invocations in
      let first = 0.9 * horizon * windows.unit()
      let last = min(horizon, first + 60 + windows.exponential(mean: 0.3 * horizon))
      return SyntheticTraceApp(
        invocations: Double(invocations), window: first..<last, longestGap: 0, isTimer: false)
    }
    let published = statistics.appsOver100Invocations.map { app in
      let evenness = app.medianGapS / app.meanGapS
      return SyntheticTraceApp(
        invocations: Double(app.invocations), window: app.firstS..<app.lastS, longestGap: app.maxGapS,
        isTimer: app.invocations > 20 && app.medianGapS > 20 && evenness > 0.75 && evenness < 1.3)
    }
    var apps = small + published
    handOutFunctions(of: statistics, to: &apps, parameters: parameters, seed: seed)
    return apps
  }

  /// Gives apps with many invocations more of the functions, but not strictly so.
  private static func handOutFunctions(
    of statistics: PublishedTraceStatistics, to apps: inout [SyntheticTraceApp],
    parameters: SyntheticTraceParameters, seed: UInt64
  ) {
    var keys = RandomStream(seed: seed, purpose: "functions per app")
    let orderliness = parameters.functionCountOrderliness
    let byInvocations = apps.indices.sorted { (apps[$0].invocations, $0) < (apps[$1].invocations, $1) }
    let keyed = byInvocations.enumerated().map { rank, app in
      (key: orderliness * Double(rank) / Double(apps.count) + (1 - orderliness) * keys.unit(), app: app)
    }
    let counts = statistics.functionsPerApp.sorted { $0.functions < $1.functions }.flatMap {
      Array(repeating: $0.functions, count: $0.apps)
    }
    for (functions, entry) in zip(counts, keyed.sorted { ($0.key, $0.app) < ($1.key, $1.app) }) {
      apps[entry.app].functions = functions
    }
  }
}
