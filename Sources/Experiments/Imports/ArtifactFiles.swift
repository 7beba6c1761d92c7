import FoundationEssentials
import ResultAnalysis
import ServingModel

/// The files that a run of the published artifact leaves behind, read and checked.
public struct ArtifactFiles: Sendable {
  /// A file with a checksum by which it is recognised later.
  struct Source: Sendable {
    /// What it is: `request_log`, `main_log` or `trace`.
    let role: String
    let path: String
    let checksum: String
  }

  let requestLog: ArtifactRequestLog
  let costInputs: ArtifactAnalysis.CostInputs?
  let sources: [Source]

  /// Reads a run's files.
  ///
  /// - Parameters:
  ///   - requestLog: path of the request generator's log.
  ///   - mainLog: path of the control plane's log; without it there is no cost.
  ///   - trace: path of the day's arrivals, as CSV or in the artifact's binary form; goes with the control plane's log.
  ///   - requestsPerSecond: the rate of the run; goes with them, too.
  /// - Throws: ``UsageError`` for a file that cannot be read, is something else or lacks its companions.
  public init(requestLog: String, mainLog: String?, trace: String?, requestsPerSecond: Double?) throws {
    do {
      let log = try Self.read(requestLog, role: "request_log")
      self.requestLog = try ArtifactRequestLog(parsing: log.text, file: requestLog)
      var sources = [log.source]
      switch (mainLog, trace, requestsPerSecond) {
      case (nil, nil, _):
        costInputs = nil
      case (let mainLog?, let trace?, let rate?):
        guard (0...1e9).contains(rate) else {
          throw UsageError("The request rate is `\(rate)`; allowed: a number from 0 to a billion.")
        }
        let main = try Self.read(mainLog, role: "main_log")
        let arrivals = try Self.read(trace, role: "trace")
        costInputs = ArtifactAnalysis.CostInputs(
          mainLog: try ArtifactMainLog(parsing: main.text, file: mainLog), trace: try Self.trace(arrivals),
          requestsPerSecond: rate)
        sources += [main.source, arrivals.source]
      default:
        throw UsageError("The cost needs all of a control-plane log, a trace and a request rate; give all or none.")
      }
      self.sources = sources
    } catch let error as ArtifactLogError {
      throw UsageError(error.description)
    } catch let error as ExperimentError {
      throw UsageError(error.description)
    }
  }

  private struct Contents {
    let source: Source
    let bytes: [UInt8]
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private static func read(_ path: String, role: String) throws -> Contents {
    let bytes = try FileStore.readBytes(path)
    var hash = StableHash()
    for byte in bytes { hash.add(byte) }
    return Contents(
      source: Source(role: role, path: path, checksum: "fnv1a64:\(hash.hexadecimal)"), bytes: bytes)
  }

  /// A trace in either form: a text never begins with the byte of the binary one.
  private static func trace(_ contents: Contents) throws -> ArtifactTrace {
    let path = contents.source.path
    return contents.bytes.first == 0x80
      ? try ArtifactTrace(parsingBinary: contents.bytes, file: path)
      : try ArtifactTrace(parsing: contents.text, file: path)
  }
}

/// The published analysis of a run, as files.
public struct ArtifactReport: Sendable {
  private let analysis: ArtifactAnalysis

  /// The analysis of a run of the paper's end-to-end model set.
  ///
  /// - Throws: ``UsageError`` when the configuration lacks that set.
  public init(_ files: ArtifactFiles, configuration: Configuration) throws {
    analysis = ArtifactAnalysis(
      requests: files.requestLog, costInputs: files.costInputs,
      deployments: try Self.deployments(configuration))
  }

  /// The models of the end-to-end runs; they are the same for every system.
  static func deployments(_ configuration: Configuration) throws -> [ModelDeployment] {
    try EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6)
      .deployment(configuration: configuration, rules: .published).deployments
  }

  /// What the published analysis prints (`result.res`).
  public var text: String { Self.text(analysis.output) }

  /// Why the published analysis stops before its end, as one sentence; `nil` when it does not.
  public var failure: String? { analysis.failure?.description }

  /// Writes `result.res`, `result.cost` and `result.tpot`; the latter two as far as the analysis comes.
  ///
  /// - Returns: the paths written.
  /// - Throws: ``ExperimentError`` when the folder or a file cannot be written.
  public func write(to folder: String) throws -> [String] {
    try FileStore.makeFolder(folder)
    let files: [(name: String, lines: [String]?)] = [
      ("result.res", analysis.output), ("result.cost", analysis.costs?.map(\.line)),
      ("result.tpot", analysis.meanTPOTs?.map(\.line)),
    ]
    return try files.compactMap { name, lines in
      guard let lines else { return nil }
      let path = "\(folder)/\(name)"
      try FileStore.write(Self.text(lines), to: path)
      return path
    }
  }

  private static func text(_ lines: [String]) -> String {
    lines.map { $0 + "\n" }.joined()
  }
}
