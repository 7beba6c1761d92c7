import ArgumentParser
import Commands
import Experiments
import FoundationEssentials
import LoadGeneration
import Quantities
import ServingModel
import WireProtocols
import WorkloadGeneration

/// `loadgen`: send the requests of a trace to a server and measure the answers.
public struct LoadgenCommand: ParsableCommand {
  /// The program's name, help and version.
  public static let configuration = CommandConfiguration(
    commandName: "loadgen", abstract: "Send the requests of a trace to a server and measure the answers.",
    discussion: """
      Requests go out when the trace says, however long answers take. TTFT counts from the first attempt to the first \
      chunk with content. Writes requests.jsonl and summary.json, the latter under the names of vLLM's benchmark; both \
      in real time. Exits with 1 when no request was completed.

      Example: loadgen --url http://127.0.0.1:9090 --trace trace.jsonl --output load
      """, version: Toolkit.version)

  @Option(help: ArgumentHelp("Server, for example http://127.0.0.1:9090.", valueName: "url"))
  var url: String

  @Option(help: ArgumentHelp("Trace of requests, in any form that make-trace --inspect reads.", valueName: "file"))
  var trace: String

  @Option(help: ArgumentHelp("Folder for the results; made if need be.", valueName: "folder"))
  var output: String

  @Option(help: "Protocol; allowed: openai, artifact.")
  var interface = LoadTarget.Interface.openAI.rawValue

  @Option(help: ArgumentHelp("Model to ask for in place of the trace's.", valueName: "name"))
  var model: String?

  @Option(help: ArgumentHelp("File with the key to send as a bearer token.", valueName: "file"))
  var apiKeyFile: String?

  @Option(help: "How many times faster than in the trace requests are sent; above 0.")
  var timeScale = 1.0

  @Option(
    help: "Most requests open at once, from 1; without it arrivals never wait. It lowers the rate when it is met.")
  var maxInFlight: Int?

  @Option(help: "How often a refused request (connection, 429, 503) is sent again; from 0.")
  var retries = 0

  @Option(help: "Seconds that a request may take; above 0, without limit if not given.")
  var requestTimeoutSeconds: Double?

  @Option(help: "Seconds after which everything open is cancelled; above 0, without limit if not given.")
  var deadlineSeconds: Double?

  @Flag(help: "Let the model end its answers; without it, answers are as long as the trace's (ignore_eos).")
  var naturalLength = false

  @OptionGroup var says: OutputOptions

  /// The program with its arguments yet to be read.
  public init() {}

  /// Refuses values that are not allowed.
  public func validate() throws {
    guard LoadTarget.Interface(rawValue: interface) != nil else {
      throw ValidationError(
        UsageError.unknown("protocol", interface, allowed: ["openai", "artifact"]).description)
    }
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw ValidationError("\"\(url)\" is no URL of a server; it must begin with http:// or https://.")
    }
    for (name, seconds) in [
      ("--request-timeout-seconds", requestTimeoutSeconds), ("--deadline-seconds", deadlineSeconds),
    ] {
      if let seconds, !(seconds > 0 && seconds < 1e9) {
        throw ValidationError("\(name) is \(seconds); allowed: a number above 0 and below 1e9.")
      }
    }
  }

  /// Runs the load and writes what was measured.
  public func run() throws {
    let load = try TraceLoad(trace: trace, model: model)
    let target = LoadTarget(
      url: url, interface: LoadTarget.Interface(rawValue: interface) ?? .openAI, models: load.models,
      apiKey: try apiKeyFile.map(Self.key(in:)), asksForExactLength: !naturalLength)
    let generator = try asMisuse { () throws(LoadError) in try LoadGenerator(target: target, options: options) }
    says.detail("\(load.requests.count) requests to \(load.models.count) models, from \(trace) to \(url)")
    Interruption.watch()
    var progress = ProgressLine(isShown: !says.quiet)
    var source = OpenLoop(load.requests)
    let report = try generator.run(&source) { progress.show($0) }
    progress.finish()
    try write(report, models: load.models)
    says.detail("Wrote \(output)/requests.jsonl and \(output)/summary.json")
    if says.json { print(report.summary.text) } else { print(ReportText.text(of: report), terminator: "") }
    guard report.measurements.contains(where: { $0.outcome == .completed }) || report.measurements.isEmpty else {
      throw ExitCode.failure
    }
  }

  private var options: LoadOptions {
    var options = LoadOptions()
    options.timeScale = timeScale
    options.maxInFlight = maxInFlight
    options.retries = retries
    options.requestTimeout = requestTimeoutSeconds.map { .seconds($0) }
    options.deadline = deadlineSeconds.map { .seconds($0) }
    options.isInterrupted = { Interruption.happened }
    return options
  }

  private func write(_ report: LoadReport, models: [String]) throws {
    let folder = URL(fileURLWithPath: output, isDirectory: true)
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try Data(report.requestLines(models: models)).write(
      to: folder.appendingPathComponent("requests.jsonl"), options: .atomic)
    try Data(report.summary.bytes + [UInt8(ascii: "\n")]).write(
      to: folder.appendingPathComponent("summary.json"), options: .atomic)
  }

  private static func key(in path: String) throws -> String {
    let text: String
    do {
      text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    } catch {
      throw ValidationError("The key file \(path) cannot be read (\(error)); name a file with the key.")
    }
    let key = text.split(whereSeparator: \.isWhitespace)
    guard key.count == 1, let only = key.first else {
      throw ValidationError("The key file \(path) must hold one key, and nothing else, not \(key.count) words.")
    }
    return String(only)
  }
}

/// Runs something whose error about an option is the caller's mistake, so that the program exits with 64.
private func asMisuse<Value>(_ body: () throws(LoadError) -> Value) throws -> Value {
  do throws(LoadError) {
    return try body()
  } catch {
    if case .badOption = error { throw ValidationError(error.description) }
    throw error
  }
}
