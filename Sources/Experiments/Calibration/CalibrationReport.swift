import ClusterSimulation
import FoundationEssentials
import Plotting
import ServingModel
import YAMLReading

/// What a calibration found: the constants, as a YAML file that `--config` takes, and how well they fit.
public struct CalibrationReport: Sendable {
  let constants: StageConstants
  /// Errors of the simulation with these constants.
  public let simulated: Calibration.Errors
  /// Errors of the closed form with these constants.
  public let closedForm: Calibration.Errors
  /// Errors on each model when it was left out of the fit.
  public let leftOutByModel: [(model: String, errors: Calibration.Errors)]
  /// Errors on all models when each was left out of its fit.
  public let leftOut: Calibration.Errors

  /// Fits and reports.
  ///
  /// - Throws: ``ExperimentError`` when a simulated measurement fails.
  public init(_ calibration: Calibration, configuration: Configuration) throws {
    constants = calibration.fitted()
    simulated = try calibration.simulatedErrors(constants, configuration: configuration)
    closedForm = calibration.errors(constants)
    (leftOutByModel, leftOut) = try calibration.leaveOneModelOut(configuration: configuration)
  }

  /// The constants as a configuration file.
  public var yaml: String {
    func number(_ value: Double) -> YAMLTree { .number(Self.rounded(value)) }
    let gpus = zip(constants.types, constants.gpus).map { type, gpu in
      YAMLTree.Entry(
        type.name,
        .mapping([
          YAMLTree.Entry("worker_start_s", number(gpu.workerStart)),
          YAMLTree.Entry("framework_load_gb_per_s", number(gpu.frameworkLoad)),
          YAMLTree.Entry("engine_profile_s", number(gpu.engineProfile)),
          YAMLTree.Entry("engine_init_s", number(gpu.engineInitialisation)),
        ]))
    }
    let section = YAMLTree.mapping([
      YAMLTree.Entry("gpus", .mapping(gpus)),
      YAMLTree.Entry("host_to_gpu_gb_per_s", number(constants.hostToGPU)),
      YAMLTree.Entry("pipeline_setup_s", number(constants.pipelineSetup)),
    ])
    return YAMLWriter.write(
      .mapping([YAMLTree.Entry("calibration", section)]),
      heading: "Stage constants of a cold start, fitted to measured times to first token by `calibrate`.\n"
        + "\(constants.vector.count) constants; none belongs to a model. Use the file with --config.")
  }

  /// Constants are kept to a thousandth, which is far below what the measurements can tell.
  private static func rounded(_ value: Double) -> Double {
    (value * 1000).rounded() / 1000
  }

  /// Writes the configuration file.
  ///
  /// - Throws: ``ExperimentError`` when it cannot be written; an earlier file is then still there.
  public func write(to path: String) throws {
    try FileStore.write(yaml, to: path)
  }

  private struct Summary: Encodable {
    struct Error: Encodable {
      let mean: Double
      let worst: Double

      enum CodingKeys: String, CodingKey {
        case mean = "mean_pct"
        case worst = "worst_pct"
      }

      init(_ errors: Calibration.Errors) {
        (mean, worst) = (errors.mean, errors.worst)
      }
    }

    struct Constants: Encodable {
      struct GPU: Encodable {
        let workerStart: Double
        let frameworkLoad: Double
        let engineProfile: Double
        let engineInitialisation: Double

        enum CodingKeys: String, CodingKey {
          case workerStart = "worker_start_s"
          case frameworkLoad = "framework_load_gb_per_s"
          case engineProfile = "engine_profile_s"
          case engineInitialisation = "engine_init_s"
        }
      }

      let gpus: [String: GPU]
      let hostToGPU: Double
      let pipelineSetup: Double

      enum CodingKeys: String, CodingKey {
        case gpus
        case hostToGPU = "host_to_gpu_gb_per_s"
        case pipelineSetup = "pipeline_setup_s"
      }

      /// The constants as the configuration file has them.
      init(_ constants: StageConstants) {
        let named = zip(constants.types, constants.gpus).map { type, gpu in
          (
            type.name,
            GPU(
              workerStart: rounded(gpu.workerStart), frameworkLoad: rounded(gpu.frameworkLoad),
              engineProfile: rounded(gpu.engineProfile), engineInitialisation: rounded(gpu.engineInitialisation))
          )
        }
        gpus = Dictionary(uniqueKeysWithValues: named)
        hostToGPU = rounded(constants.hostToGPU)
        pipelineSetup = rounded(constants.pipelineSetup)
      }
    }

    let calibration: Constants
    let fittedConstants: Int
    let simulated: Error
    let closedForm: Error
    let leaveOneModelOut: Error

    enum CodingKeys: String, CodingKey {
      case calibration, simulated
      case fittedConstants = "fitted_constants"
      case closedForm = "closed_form"
      case leaveOneModelOut = "leave_one_model_out"
    }
  }

  /// The constants and what the fit reached, for programs.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      Summary(
        calibration: Summary.Constants(constants), fittedConstants: constants.vector.count,
        simulated: Summary.Error(simulated),
        closedForm: Summary.Error(closedForm), leaveOneModelOut: Summary.Error(leftOut)))
  }

  /// What the fit reached, for people.
  public var text: String {
    var table = TextTable(header: ["errors", "mean (%)", "worst (%)"], numeric: [false, true, true])
    func add(_ name: String, _ errors: Calibration.Errors) {
      table.add([name, Decimal.text(errors.mean, places: 2), Decimal.text(errors.worst, places: 2)])
    }
    add("closed form, fitted to all", closedForm)
    add("simulation, fitted to all", simulated)
    for (model, errors) in leftOutByModel { add("simulation, fitted without \(model)", errors) }
    add("simulation, leave one model out", leftOut)
    return "\(constants.vector.count) fitted constants\n" + table.text
  }
}

extension Calibration {
  /// Measurements from a CSV file with the columns `backend`, `model`, `system` and one of seconds.
  ///
  /// - Throws: ``UsageError`` for a file without these columns or with a value that is no positive number.
  public static func measurements(csv path: String, column: String) throws -> [Measurement] {
    let text: String
    do {
      text = try FileStore.read(path)
    } catch let error as ExperimentError {
      throw UsageError(error.description)
    }
    let table: CSVTable
    do {
      table = try CSVTable(parsing: text, file: path)
    } catch {
      throw UsageError(error.description)
    }
    let columns = try ["backend", "model", "system", column].map { name in
      guard let index = table.column(name) else {
        throw UsageError.unknown("column", name, allowed: table.header)
      }
      return index
    }
    return try table.rows.enumerated().map { number, row in
      let systemName = row[columns[2]]
      guard let system = ColdStartSetting.figure7Systems.first(where: { $0.rawValue == systemName }) else {
        let unknown = UsageError.unknown(
          "system", systemName, allowed: ColdStartSetting.figure7Systems.map(\.rawValue))
        throw UsageError("Row \(number + 1) of \(path): \(unknown)")
      }
      guard let seconds = Double(row[columns[3]]), seconds > 0, seconds.isFinite else {
        throw UsageError(
          "Row \(number + 1) of \(path) has `\(row[columns[3]])` for \(column); allowed: seconds greater than 0.")
      }
      return Measurement(
        system: system, backend: row[columns[0]], model: row[columns[1]], ttftSeconds: seconds)
    }
  }

  /// The paper's 60 cold starts.
  ///
  /// - Throws: ``ExperimentError`` when the file with the paper's numbers is missing.
  public static func paperMeasurements(results: String) throws -> [Measurement] {
    try PaperFigure7(results: results).points.map {
      Measurement(system: $0.system, backend: $0.backend, model: $0.model, ttftSeconds: $0.ttftSeconds)
    }
  }
}
