import Scheduling
import ServingModel

/// The three numbers that are fitted to the attainment of one end-to-end setting.
public struct EndToEndConstants: Hashable, Sendable {
  /// How unevenly an app's functions share its requests.
  public var popularitySkew: Double
  /// How much an app's load varies from one ten minutes to the next.
  public var burstSigma: Double
  /// Pause of ServerlessLLM's load balancer between two requests of a model, in seconds.
  public var routerPeriodSeconds: Double

  /// A configuration with these numbers.
  public func applied(to configuration: Configuration) -> Configuration {
    var configuration = configuration
    configuration.endToEnd.trace.popularitySkew = popularitySkew
    configuration.endToEnd.trace.burstSigma = burstSigma
    configuration.endToEnd.routerPeriod = .seconds(routerPeriodSeconds)
    return configuration
  }
}

/// Fits the three free numbers of the end-to-end experiment to one setting of Figure 9.
///
/// Attainment is noisy: one seed differs from the next by three points. So the setting is run with many seeds on a coarse
/// grid of the three numbers, and a smooth surface (a quadratic one) is laid through each system's mean attainment.
///
/// The paper's four numbers are noisy, too: each is a single run. They do not decide three constants, but leave a valley
/// in which all four are met within that noise. So the constants are the most likely ones, given the four numbers with the
/// spread of single runs and, before them, the estimates of an earlier prototype with fluid engines.
public struct EndToEndFit: Sendable {
  /// Seeds of the fit; the accuracy is stated with others.
  public static let seeds = Array(UInt64(1)...16)

  /// How far a single run of the paper's may be from the mean over seeds, in points.
  static let singleRunSpread = 3.1
  /// What was thought before: the prototype's estimates and how sure they are.
  static let expected = EndToEndConstants(popularitySkew: 3.5, burstSigma: 1.7, routerPeriodSeconds: 1.5)
  static let expectedSpread = EndToEndConstants(popularitySkew: 0.5, burstSigma: 0.2, routerPeriodSeconds: 0.3)

  static let skews = [3.0, 3.5, 4, 4.5]
  static let sigmas = [1.3, 1.5, 1.7, 1.9]
  static let routerPeriods = [1.0, 1.3, 1.6]

  /// The constants.
  public let constants: EndToEndConstants
  /// What the surfaces say of each system there, in per cent, in the order of ``EndToEndSetting/systems``.
  public let attainments: [Double]

  /// Fits to the attainments of one setting's systems.
  ///
  /// - Parameters:
  ///   - cv: the CV of the setting.
  ///   - requestsPerSecond: its request rate.
  ///   - targets: the attainments in per cent, in the order of ``EndToEndSetting/systems``.
  ///   - jobs: how many seeds run at a time; the result does not depend on it.
  ///   - report: told how many of the seeds are done.
  /// - Throws: ``UsageError`` for a setting that cannot be run.
  public init(
    cv: Double, requestsPerSecond: Double, targets: [Double], configuration: Configuration, jobs: Int,
    report: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws {
    precondition(targets.count == EndToEndSetting.systems.count, "a target for every system")
    let settings = EndToEndSetting.systems.map {
      EndToEndSetting(system: $0, cv: cv, requestsPerSecond: requestsPerSecond)
    }
    let runs = try await concurrentMap(Self.seeds, jobs: jobs, report: report) { seed in
      try Self.attainments(settings, seed: seed, configuration)
    }
    let surfaces = settings.indices.map { system in
      let places = runs[0][system].map(\.constants)
      let means = places.indices.map { place in
        runs.reduce(0) { $0 + $1[system][place].attainment } / Double(runs.count)
      }
      return Surface(through: means, at: places, usesRouter: settings[system].system == .serverlessLLM)
    }
    constants = Self.likeliest(surfaces, targets: targets)
    attainments = surfaces.map { [constants] in $0.value(at: constants) }
  }

  private typealias GridPoint = (constants: EndToEndConstants, attainment: Double)

  /// TTFT SLO attainment of each system in per cent at every place of the grid that matters to it: only ServerlessLLM
  /// has a router, so the others run once for all its periods.
  private static func attainments(
    _ settings: [EndToEndSetting], seed: UInt64, _ configuration: Configuration
  ) throws -> [[GridPoint]] {
    var points = Array(repeating: [GridPoint](), count: settings.count)
    for skew in skews {
      for sigma in sigmas {
        let places = routerPeriods.map {
          EndToEndConstants(popularitySkew: skew, burstSigma: sigma, routerPeriodSeconds: $0)
        }
        let samples = ProductionSamples(configuration: places[0].applied(to: configuration))
        for (index, setting) in settings.enumerated() {
          for place in setting.system == .serverlessLLM ? places : [places[0]] {
            let experiment = try EndToEndExperiment(
              setting: setting, seed: seed, samples: samples, configuration: place.applied(to: configuration),
              rules: .published)
            points[index].append((place, (experiment.run().summary.total.ttftAttainment ?? 0) * 100))
          }
        }
      }
    }
    return points
  }

  /// The most likely place within the grid's bounds, in twentieths of each number, which is finer than they are known.
  private static func likeliest(_ surfaces: [Surface], targets: [Double]) -> EndToEndConstants {
    var best: (distance: Double, constants: EndToEndConstants)?
    for skew in twentieths(skews) {
      for sigma in twentieths(sigmas) {
        for period in twentieths(routerPeriods) {
          let constants = EndToEndConstants(popularitySkew: skew, burstSigma: sigma, routerPeriodSeconds: period)
          let distance = zip(surfaces, targets).reduce(constants.distanceFromExpected) { sum, pair in
            let error = (pair.0.value(at: constants) - pair.1) / singleRunSpread
            return sum + error * error
          }
          if best.map({ distance < $0.distance }) ?? true { best = (distance, constants) }
        }
      }
    }
    guard let best else { preconditionFailure("the grid has places") }
    return best.constants
  }

  private static func twentieths(_ values: [Double]) -> [Double] {
    let first = Int((values[0] * 20).rounded())
    let last = Int((values[values.count - 1] * 20).rounded())
    return (first...last).map { Double($0) / 20 }
  }
}

extension EndToEndConstants {
  /// The sum of the squared distances from what was thought before, each in units of how sure that was.
  fileprivate var distanceFromExpected: Double {
    let expected = EndToEndFit.expected
    let spread = EndToEndFit.expectedSpread
    let skew = (popularitySkew - expected.popularitySkew) / spread.popularitySkew
    let sigma = (burstSigma - expected.burstSigma) / spread.burstSigma
    let period = (routerPeriodSeconds - expected.routerPeriodSeconds) / spread.routerPeriodSeconds
    return skew * skew + sigma * sigma + period * period
  }
}

/// A quadratic surface over the constants, laid through noisy values by least squares.
private struct Surface: Sendable {
  private let coefficients: [Double]
  private let usesRouter: Bool

  init(through values: [Double], at places: [EndToEndConstants], usesRouter: Bool) {
    self.usesRouter = usesRouter
    coefficients = LeastSquares.linear(places.map { Self.terms($0, usesRouter) }, values)
  }

  func value(at place: EndToEndConstants) -> Double {
    zip(coefficients, Self.terms(place, usesRouter)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Constant, linear and quadratic terms around the middle of the grid.
  private static func terms(_ place: EndToEndConstants, _ usesRouter: Bool) -> [Double] {
    let skew = place.popularitySkew - 3.75
    let sigma = (place.burstSigma - 1.6) * 2
    let period = (place.routerPeriodSeconds - 1.4) * 2
    let common = [1, skew, sigma, skew * skew, sigma * sigma, skew * sigma]
    return usesRouter ? common + [period, period * period, skew * period, sigma * period] : common
  }
}
