import FoundationEssentials
import ServingModel
import WorkloadGeneration

/// The workload of an end-to-end run as a file: one stored sample that every system and the analysis use.
public struct WorkloadFiles: Sendable {
  let trace: TraceFile

  /// The workload that a run of a setting sends, with the names of the models that it deploys.
  ///
  /// - Parameter functions: path of an Azure Functions 2021 trace to be used in place of the configuration's.
  /// - Throws: ``UsageError`` for parameters out of range and for a trace file that is refused.
  public init(
    setting: EndToEndSetting, seed: UInt64, functions: String?, configuration: Configuration
  ) throws {
    var configuration = configuration
    do {
      if let functions { configuration.endToEnd.userTrace = try UserTrace(.functions, path: functions) }
    } catch let error as ExperimentError {
      throw UsageError(error.description)
    }
    let experiment = try EndToEndExperiment(
      setting: setting, seed: seed, samples: ProductionSamples(configuration: configuration),
      configuration: configuration, rules: .published)
    let deployments = experiment.deployment.deployments
    trace = TraceFile(experiment.workload, deployments: deployments.map { ($0.name.description, $0.application) })
  }

  /// A trace file of any of the formats that are read, told apart by their content.
  ///
  /// - Throws: ``UsageError`` for a file that cannot be read or is refused, with file and line.
  public init(reading path: String) throws {
    do {
      trace = try TraceFile(try Self.bytes(of: path), path: path)
    } catch let error as WorkloadError {
      throw UsageError(error.description)
    }
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    do {
      return Array(try FileStore.read(path).utf8)
    } catch let error as ExperimentError {
      throw UsageError(error.description)
    }
  }

  /// Writes the trace as JSON Lines with a header; an earlier file is replaced in one step.
  ///
  /// - Throws: ``ExperimentError`` when the file cannot be written.
  public func write(to path: String) throws {
    try FileStore.write(try trace.jsonLines(), to: path)
  }

  // MARK: What is in a trace

  /// What a trace holds, for people: rate, burstiness, popularity, lengths.
  public var text: String {
    let statistics = TraceStatistics(trace)
    var table = TextTable(header: ["quantity", "value"], numeric: [false, true])
    for (name, value) in Self.rows(statistics) { table.add([name, value]) }
    var lengths = TextTable(
      header: ["tokens", "mean", "min", "median", "p90", "p99", "max"],
      numeric: [false, true, true, true, true, true, true])
    for (name, tokens) in [("prompt", statistics.promptTokens), ("answer", statistics.outputTokens)] {
      let values = [tokens.mean, tokens.min, tokens.median, tokens.p90, tokens.p99, tokens.max]
      lengths.add([name] + values.map { Decimal.text($0, places: 0) })
    }
    return table.text + "\n" + lengths.text
  }

  private static func rows(_ statistics: TraceStatistics) -> [(String, String)] {
    let percent = { (share: Double) in Decimal.text(share * 100, places: 1) + " %" }
    var rows = [
      ("requests", String(statistics.requests)),
      ("length (s)", Decimal.text(statistics.durationSeconds, places: 1)),
      ("requests per second", Decimal.text(statistics.requestsPerSecond, places: 3)),
      ("CV of the gaps", statistics.gapCV.map { Decimal.text($0, places: 2) } ?? "–"),
      ("busiest 30 s over the mean", Decimal.text(statistics.peakOverMean, places: 1)),
      ("models", String(statistics.models)),
      ("share of the busiest model", percent(statistics.share(ofBusiest: 1))),
      ("share of the ten busiest", percent(statistics.share(ofBusiest: 10))),
    ]
    for application in statistics.requestsByApplication {
      rows.append(
        ("share of \(application.name)", percent(Double(application.requests) / Double(statistics.requests))))
    }
    return rows
  }

  private struct Summary: Encodable {
    let requests: Int
    let duration: Double
    let rate: Double
    let gapCV: Double?
    let peakOverMean: Double
    let models: Int
    let busiest: Double
    let tenBusiest: Double

    enum CodingKeys: String, CodingKey {
      case requests, models
      case duration = "duration_s"
      case rate = "requests_per_second"
      case gapCV = "gap_cv"
      case peakOverMean = "peak_over_mean"
      case busiest = "busiest_model_share"
      case tenBusiest = "ten_busiest_share"
    }
  }

  /// What a trace holds, for programs.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    let statistics = TraceStatistics(trace)
    return try JSONText.pretty(
      Summary(
        requests: statistics.requests, duration: statistics.durationSeconds, rate: statistics.requestsPerSecond,
        gapCV: statistics.gapCV, peakOverMean: statistics.peakOverMean, models: statistics.models,
        busiest: statistics.share(ofBusiest: 1), tenBusiest: statistics.share(ofBusiest: 10)))
  }
}
