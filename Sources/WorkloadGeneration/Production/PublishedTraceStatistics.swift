/// What is published of the Azure Functions invocation trace of 2021: statistics per app and of the total, without the
/// trace itself.
///
/// - Source: Azure Public Dataset, CC-BY (Zhang et al., SOSP 2021), as printed and plotted in the public notebook
///   `deprecated/azuretrace/analyse.ipynb` of alpa-projects/mms.
struct PublishedTraceStatistics: Decodable {
  /// The apps with more than a hundred invocations.
  struct App: Decodable {
    let invocations: Int
    let firstS: Double
    let lastS: Double
    let maxGapS: Double
    let meanGapS: Double
    let medianGapS: Double
  }

  /// A bar of the histogram of functions per app.
  struct HistogramBar: Decodable {
    let functions: Int
    let apps: Int
  }

  struct Totals: Decodable {
    let apps: Int
    let functions: Int
    let invocations: Int
    let days: Int
  }

  let totals: Totals
  let functionsPerApp: [HistogramBar]
  let sixHourInvocations: [Double]
  let appsOver100Invocations: [App]
  let appsUpTo100InvocationsCounts: [Int]

  /// - Throws: ``WorkloadError/malformedResource(name:reason:)``, also when the parts do not add up.
  static func load() throws(WorkloadError) -> Self {
    let name = "statistics of the Azure Functions trace"
    let statistics = try BuiltInData.decode(
      Self.self, from: PackageResources.azure_functions_2021_apps_json, name: name)
    let apps = statistics.appsOver100Invocations.count + statistics.appsUpTo100InvocationsCounts.count
    let barred = statistics.functionsPerApp.reduce(0) { $0 + $1.apps }
    let functions = statistics.functionsPerApp.reduce(0) { $0 + $1.apps * $1.functions }
    guard apps == statistics.totals.apps, barred == apps, functions == statistics.totals.functions,
      statistics.sixHourInvocations.count == statistics.totals.days * 4
    else { throw .malformedResource(name: name, reason: "its parts do not add up") }
    return statistics
  }
}
