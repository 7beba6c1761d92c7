import Experiments
import FoundationEssentials
import ServingModel

/// A run whose timeline can be shown: one that was recorded, or one that is computed for the picture.
public struct RecordedRun: Sendable {
  /// Its place below a shelf of results, such as `coldstart/hydraserve/set0-a10`, or the folder it was read from.
  public let name: String
  /// What people call it.
  public let title: String
  /// The serving system.
  let system: ServingSystem
  /// Where it comes from, as in the `source` column of figures.
  public let source: String
  /// What happened.
  public let timeline: RunTimeline
  /// The configuration it was run with.
  let configuration: Configuration

  /// A run from its files.
  ///
  /// - Parameters:
  ///   - isRecorded: whether the files are in a folder, not of a run that was computed for the picture.
  ///   - file: gives the text of a file of the run by its name, and what errors call it.
  /// - Throws: `ExperimentError` and `UsageError` when the files are not those of a run.
  init(
    name: String, isRecorded: Bool, configuration: Configuration,
    file: (String) throws -> (text: String, path: String)
  ) throws {
    let (settingText, settingPath) = try file("setting.json")
    let setting = try Self.value(SettingFile.self, settingText, settingPath, expected: "the setting of a run")
    guard let system = try? configuration.system(setting.system, among: ServingSystem.published) else {
      throw ExperimentError.malformed(path: settingPath, line: 1, expected: "the setting of a run")
    }
    let (summaryText, summaryPath) = try file("summary.json")
    let summary = try Self.value(Summary.self, summaryText, summaryPath, expected: "the summary of a run")
    let (eventText, eventPath) = try file("events.jsonl")
    let events = try JSONLinesFile.read(
      EventLine.self, text: eventText, path: eventPath, expected: "an event of a run")
    let (requestText, requestPath) = try file("requests.jsonl")
    let requests = try JSONLinesFile.read(
      TimelineRequest.self, text: requestText, path: requestPath, expected: "a request of a run")
    let backend = try configuration.backend(setting.backend)
    self.name = name
    self.system = system
    self.configuration = configuration
    self.source = "\(isRecorded ? "run" : "unrecorded"):\(summary.source.rawValue)"
    title = Self.title(of: setting, system: system)
    // Events are those of the first seed alone.
    timeline = RunTimeline(
      events: events, requests: requests.filter { $0.seed == requests.first?.seed }, nodes: backend.nodes)
  }

  /// What a timeline takes from `summary.json`.
  private struct Summary: Decodable {
    let source: ResultSource
  }

  private static func value<Value: Decodable>(
    _ type: Value.Type, _ text: String, _ path: String, expected: String
  ) throws -> Value {
    guard let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
      throw ExperimentError.malformed(path: path, line: 1, expected: expected)
    }
    return value
  }

  /// One line: what it was, how many workers and requests it had, and where it comes from.
  public var summary: String {
    "\(title): \(timeline.workers.count) workers, \(timeline.requests.count) requests, "
      + "\(Decimal.text(timeline.end, places: 1)) s; \(source)."
  }

  private struct Line: Encodable {
    let name: String
    let system: String
    let source: String
    let workers: Int
    let requests: Int
    let end: Double

    enum CodingKeys: String, CodingKey {
      case name, system, source, workers, requests
      case end = "end_s"
    }
  }

  /// The same for programs.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func json() throws -> String {
    try JSONText.pretty(
      Line(
        name: name, system: system.rawValue, source: source, workers: timeline.workers.count,
        requests: timeline.requests.count, end: timeline.end))
  }

  private static func title(of setting: SettingFile, system: ServingSystem) -> String {
    guard let cv = setting.cv, let rate = setting.requestsPerSecond else {
      return "\(system.label): cold starts on \(setting.backend.uppercased()), model set \(setting.modelSet)"
    }
    return "\(system.label): an hour at CV \(EndToEndSetting.text(cv)), \(EndToEndSetting.text(rate)) req/s"
  }
}
