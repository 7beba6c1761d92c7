import ArgumentParser
import Experiments

/// `calibrate`: fit the stage constants to measured cold starts.
public struct CalibrateCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Fit the stage constants to measured cold starts and write them as YAML.",
    discussion: """
      Without --measured the constants are fitted to the paper's 60 cold starts. Prints the errors of the simulation with \
      the fitted constants, and of the fit when each model in turn is left out.

      Example: calibrate --measured my-cluster.csv --output my-calibration.yaml
      """, version: Toolkit.version)

  @Option(
    help: ArgumentHelp("CSV file with columns backend, model, system and the seconds of a TTFT.", valueName: "file"))
  var measured: String?

  @Option(help: "The column of seconds.")
  var column = "ttft_s"

  @Option(help: ArgumentHelp("YAML file to write; without it the constants are printed.", valueName: "file"))
  var output: String?

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Fits the constants, writes or prints them, and prints how well they fit.
  public func run() throws {
    let configuration = try shared.inputs().configuration
    let report = try asUsage {
      let measurements =
        try measured.map { try Calibration.measurements(csv: $0, column: column) }
        ?? Calibration.paperMeasurements(results: shared.results)
      let calibration = try Calibration(measurements: measurements, configuration: configuration)
      return try CalibrationReport(calibration, configuration: configuration)
    }
    if let output { try report.write(to: output) }
    if shared.json {
      print(try report.json(), terminator: "")
    } else if output != nil {
      print(report.text, terminator: "")
    } else {
      print(report.yaml, terminator: "")
      for line in report.text.split(separator: "\n") { shared.note(String(line)) }
    }
    if let output { shared.note("Written: \(output)") }
  }
}
