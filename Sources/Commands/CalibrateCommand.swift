import ArgumentParser
import Experiments

/// `calibrate`: fit the stage constants to measured cold starts, or those of the end-to-end experiment to a setting.
public struct CalibrateCommand: AsyncParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Fit the stage constants to measured cold starts and write them as YAML.",
    discussion: """
      Without --measured the constants are fitted to the paper's 60 cold starts. Prints the errors of the simulation with \
      the fitted constants, and of the fit when each model in turn is left out.

      With --figure9 the three free constants of the end-to-end experiment are fitted to the paper's attainment at one CV \
      and request rate, and every figure is compared with the paper at seeds that the fit has not seen; some minutes.

      Example: calibrate --measured my-cluster.csv --output my-calibration.yaml
      """, version: Toolkit.version)

  @Option(
    help: ArgumentHelp("CSV file with columns backend, model, system and the seconds of a TTFT.", valueName: "file"))
  var measured: String?

  @Option(help: "The column of seconds.")
  var column = "ttft_s"

  @Flag(name: .customLong("figure9"), help: "Fit to one setting of Figure 9 instead.")
  var figure9 = false

  @Option(help: "With --figure9, the CV of the setting that is fitted to; allowed: 8, 4, 2.")
  var cv = 8.0

  @Option(help: "With --figure9, the requests per second of that setting; allowed: 0.6, 0.7, 0.8.")
  var rate = 0.6

  @Option(help: "With --figure9, seeds that run at a time; 1 to 64.")
  var jobs = 2

  @Option(help: ArgumentHelp("YAML file to write; without it the constants are printed.", valueName: "file"))
  var output: String?

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses a file of cold starts where attainment is fitted, and a number of jobs that makes no sense.
  public func validate() throws {
    guard !figure9 || measured == nil else {
      throw ValidationError("--measured names cold starts and --figure9 fits attainment; give one of the two.")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs is `\(jobs)`; allowed: 1 to 64.") }
  }

  /// Fits the constants, writes or prints them, and prints how well they fit.
  public func run() async throws {
    if figure9 { try await fitFigure9() } else { try fitColdStarts() }
  }

  private func fitFigure9() async throws {
    let configuration = try shared.inputs().configuration
    let report: EndToEndCalibration
    do {
      report = try await EndToEndCalibration(
        cv: cv, requestsPerSecond: rate, results: shared.results, configuration: configuration, jobs: jobs
      ) { what, done, count in shared.note("\(what): seed \(done) of \(count)") }
    } catch let error as UsageError {
      throw ValidationError(error.description)
    }
    if let output { try report.write(to: output) }
    try show(json: try report.json(), yaml: report.yaml, text: report.text)
  }

  private func fitColdStarts() throws {
    let configuration = try shared.inputs().configuration
    let report = try asUsage {
      let measurements =
        try measured.map { try Calibration.measurements(csv: $0, column: column) }
        ?? Calibration.paperMeasurements(results: shared.results)
      let calibration = try Calibration(measurements: measurements, configuration: configuration)
      return try CalibrationReport(calibration, configuration: configuration)
    }
    if let output { try report.write(to: output) }
    try show(json: try report.json(), yaml: report.yaml, text: report.text)
  }

  private func show(json: String, yaml: String, text: String) throws {
    if shared.json {
      print(json, terminator: "")
    } else if output != nil {
      print(text, terminator: "")
    } else {
      print(yaml, terminator: "")
      for line in text.split(separator: "\n") { shared.note(String(line)) }
    }
    if let output { shared.note("Written: \(output)") }
  }
}
