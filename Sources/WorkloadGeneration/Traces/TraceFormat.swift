/// The forms of trace files that are read.
public enum TraceFormat: String, CaseIterable, Hashable, Sendable {
  /// Our own: JSON Lines with Mooncake's keys, a model, an application and a number, after a header with a checksum.
  case hydraserve
  /// Mooncake's JSON Lines, also the fixed schedules of other load generators.
  case mooncake
  /// The Azure Functions invocation trace of 2021: arrivals without lengths, for the trace-driven generator.
  case azureFunctions = "azure-functions"
  /// The Azure LLM inference traces of 2023 and 2024.
  case azureLLM = "azure-llm"
  /// BurstGPT.
  case burstGPT = "burstgpt"

  /// The name that messages print.
  public var label: String {
    switch self {
    case .hydraserve: "our JSON Lines"
    case .mooncake: "Mooncake JSON Lines"
    case .azureFunctions: "Azure Functions 2021 CSV"
    case .azureLLM: "Azure LLM CSV"
    case .burstGPT: "BurstGPT CSV"
    }
  }

  /// The form of a file, as its first line tells.
  ///
  /// - Throws: ``WorkloadError/trace(path:line:problem:)`` for an empty file or another form.
  public static func detect(_ contents: [UInt8], path: String) throws(WorkloadError) -> TraceFormat {
    var lines = TraceLines(contents)
    guard let first = lines.next() else { throw .trace(path: path, line: 0, problem: .empty) }
    let text = String(decoding: first.bytes, as: UTF8.self)
    if text.contains("\"schema\"") { return .hydraserve }
    if text.contains("\"timestamp\"") { return .mooncake }
    let columns = CSVTrace.columns(of: first.bytes)
    if columns.contains("end_timestamp") { return .azureFunctions }
    if columns.contains("ContextTokens") { return .azureLLM }
    if columns.contains("Request tokens") { return .burstGPT }
    throw .trace(path: path, line: first.number, problem: .unknownFormat(firstLine: text))
  }
}
