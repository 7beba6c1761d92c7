import ArgumentParser
import Experiments
import Plotting

/// `make-trace`: write the workload of an end-to-end run as a file, or look into a trace.
public struct MakeTraceCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "make-trace", abstract: "Write the workload of an end-to-end run, or say what is in a trace.",
    discussion: """
      Writes JSON Lines: a header with schema, seed, generator and checksum, then one line a request with `timestamp` \
      (ms), `input_length`, `output_length`, `model`, `app` and `id`. --inspect reads that, Mooncake's JSON Lines, Azure \
      LLM and BurstGPT tables, and prints rate, burstiness, popularity and lengths before anything is run.

      Example: make-trace --cv 8 --requests-per-second 0.6 --output trace.jsonl
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("Trace to look into.", valueName: "file"))
  var inspect: String?

  @Option(help: ArgumentHelp("File to write.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Folder in which to draw the trace that --inspect reads: trace.pdf, .svg, .csv and .gp.", valueName: "folder"))
  var figs: String?

  @Option(help: "Factor on the coefficient of variation of the gaps between arrivals; above 0.")
  var cv = 8.0

  @Option(help: "Mean requests per second; the run has that many an hour.")
  var requestsPerSecond = 0.6

  @Option(help: "Execution type whose answers are drawn; arrivals, models and prompts are the same for all.")
  var system = "hydraserve"

  @Option(help: ArgumentHelp("Azure Functions 2021 trace to use in place of the built-in one.", valueName: "file"))
  var functions: String?

  @OptionGroup var shared: SharedOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses to write and to look at the same time, and to do neither.
  public func validate() throws {
    guard (inspect == nil) != (output == nil) else {
      throw ValidationError("Give either --output FILE to write a trace or --inspect FILE to look into one.")
    }
    guard figs == nil || inspect != nil else {
      throw ValidationError("--figs draws what --inspect reads; give --inspect FILE, too.")
    }
  }

  /// Writes the trace, or prints what is in one.
  public func run() throws {
    let files = try asUsage {
      if let inspect { return try WorkloadFiles(reading: inspect) }
      let configuration = try shared.inputs().configuration
      let setting = EndToEndSetting(
        system: try configuration.system(system, among: EndToEndSetting.systems), cv: cv,
        requestsPerSecond: requestsPerSecond)
      return try WorkloadFiles(
        setting: setting, seed: shared.seed ?? SharedOptions.defaultSeed, functions: functions,
        configuration: configuration)
    }
    if let output {
      try files.write(to: output)
      shared.note("Written: \(output)")
    }
    if shared.json {
      print(try files.json(), terminator: "")
    } else if inspect != nil || !shared.quiet {
      print(files.text, terminator: "")
    }
    if let figs {
      let paths = try files.drawing.draw(with: .live, into: figs)
      shared.note("Drawn: \(paths.joined(separator: ", "))")
    }
  }
}
