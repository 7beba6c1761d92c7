import Plotting
import ResultAnalysis
import ServingModel
import YAMLReading

/// The three constants of the end-to-end experiment fitted to one setting, and how close all figures are with them.
///
/// Fitting to another setting than the one that the toolkit uses shows how much the choice matters: the over-fitting test.
public struct EndToEndCalibration: Sendable {
  /// Seeds that the accuracy is stated with; none of them is used for the fit.
  public static let heldOutSeeds = Array(UInt64(21)...28)

  /// The setting that was fitted to; its system does not matter.
  private let fitted: EndToEndSetting
  private let fit: EndToEndFit
  private let targets: [Double]
  private let figure9: Figure9
  private let figure11: Figure11
  private let figure13: Figure13

  /// Fits, and runs all settings with the result.
  ///
  /// - Parameters:
  ///   - cv: the CV of the setting to fit to.
  ///   - requestsPerSecond: its request rate.
  ///   - results: the folder of results with the paper's numbers.
  ///   - jobs: how many seeds run at a time; the result does not depend on it.
  ///   - report: told what is being done and how far it is.
  /// - Throws: ``UsageError`` for a setting that the paper does not have, ``ExperimentError`` when its numbers are missing.
  public init(
    cv: Double, requestsPerSecond: Double, results: String, configuration: Configuration, jobs: Int,
    report: (_ what: String, _ done: Int, _ of: Int) -> Void
  ) async throws {
    let paper = try PaperAttainment(figure9: results)
    targets = try EndToEndSetting.systems.map { system in
      let setting = EndToEndSetting(system: system, cv: cv, requestsPerSecond: requestsPerSecond)
      guard let percent = paper.percent(setting) else {
        let allowed = paper.points.map { "\($0.setting.cvText) / \($0.setting.rateText)" }.uniqued()
        throw UsageError(
          "The paper has no attainment at CV \(setting.cvText) and \(setting.rateText) requests/s; allowed: "
            + allowed.joined(separator: ", ") + ".")
      }
      return percent
    }
    fitted = EndToEndSetting(system: .hydraServe, cv: cv, requestsPerSecond: requestsPerSecond)
    fit = try await EndToEndFit(
      cv: cv, requestsPerSecond: requestsPerSecond, targets: targets, configuration: configuration, jobs: jobs
    ) { report("fit", $0, $1) }
    let settings = EndToEndSetting.figure9
    let sweep = EndToEndSweep(configuration: fit.constants.applied(to: configuration), jobs: jobs)
    let summaries = try await sweep.run(settings, seeds: Self.heldOutSeeds) { report("all settings", $0, $1) }
    let lookup: EndToEndLookup = { setting in
      settings.firstIndex(of: setting).map { FoundEndToEnd(origin: .run(.simulated), seeds: summaries[$0]) }
    }
    figure9 = try Figure9(paper: paper, allowPaper: false, lookup: lookup)
    figure11 = try Figure11(paper: PaperAttainment(figure11: results), allowPaper: false, lookup: lookup)
    figure13 = try Figure13(paper: PaperFigure13(results: results), allowPaper: false, lookup: lookup)
  }

  private var entries: [(key: String, value: Double)] {
    [
      ("popularity_skew", fit.constants.popularitySkew), ("burst_sigma", fit.constants.burstSigma),
      ("serverlessllm_router_period_s", fit.constants.routerPeriodSeconds),
    ]
  }

  /// The constants as a configuration file.
  public var yaml: String {
    let section = YAMLTree.mapping(entries.map { YAMLTree.Entry($0.key, .number($0.value)) })
    return YAMLWriter.write(
      .mapping([YAMLTree.Entry("endtoend", section)]),
      heading: "Constants of the end-to-end experiment, fitted to attainment at CV \(fitted.cvText) and "
        + "\(fitted.rateText) requests/s\nby `calibrate --figure9`. Use the file with --config.")
  }

  /// Writes the configuration file.
  ///
  /// - Throws: ``ExperimentError`` when it cannot be written; an earlier file is then still there.
  public func write(to path: String) throws {
    try FileStore.write(yaml, to: path)
  }

  /// The error on the points that were not fitted to; `nil` when there are none.
  private var errorElsewhere: PredictionError? {
    let others = figure9.points.filter {
      $0.setting.cv != fitted.cv || $0.setting.requestsPerSecond != fitted.requestsPerSecond
    }
    return PredictionError(predicted: others.map(\.percent), reference: others.compactMap(\.paperPercent))
  }

  /// What the fit reached, for people: at the fitted setting, then every figure with other seeds.
  public var text: String {
    var table = TextTable(header: ["system", "fitted (%)", "paper (%)"], numeric: [false, true, true])
    for (index, system) in EndToEndSetting.systems.enumerated() {
      table.add(
        [system.rawValue] + [fit.attainments[index], targets[index]].map { Decimal.text($0, places: 1) })
    }
    let first = Self.heldOutSeeds[0]
    let last = Self.heldOutSeeds[Self.heldOutSeeds.count - 1]
    var lines = ["With these constants and seeds \(first) to \(last), none of which was used for the fit:"]
    lines.append("Figure 9: \(figure9.summary)")
    if let errorElsewhere {
      lines.append(
        "Figure 9 without the fitted setting: mean absolute difference "
          + "\(Decimal.text(errorElsewhere.meanAbsolute, places: 2)) points, worst "
          + "\(Decimal.text(errorElsewhere.largest, places: 2)) points.")
    }
    lines.append("Figure 11: \(figure11.summary)")
    lines += Figure13.Panel.allCases.map { "Figure 13-\($0.rawValue), \(figure13.summary(of: $0))" }
    return table.text + lines.joined(separator: "\n") + "\n"
  }

  private struct Summary: Encodable {
    let constants: [String: Double]
    let cv: Double
    let requestsPerSecond: Double
    let meanAbsolute: Double?
    let worst: Double?

    enum CodingKeys: String, CodingKey {
      case cv
      case constants = "endtoend"
      case requestsPerSecond = "requests_per_second"
      case meanAbsolute = "figure9_mean_absolute_points_elsewhere"
      case worst = "figure9_worst_points_elsewhere"
    }
  }

  /// The constants and the error on the settings that were not fitted to, for programs.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      Summary(
        constants: Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) }), cv: fitted.cv,
        requestsPerSecond: fitted.requestsPerSecond, meanAbsolute: errorElsewhere?.meanAbsolute,
        worst: errorElsewhere?.largest))
  }
}
