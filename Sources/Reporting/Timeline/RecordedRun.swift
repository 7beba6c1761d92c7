import Experiments
import Quantities
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
  /// - Parameter file: gives the text of a file of the run by its name.
  /// - Throws: `ExperimentError` and `UsageError` when the files are not those of a run.
  init(
    name: String, source: String?, configuration: Configuration, file: (String) throws -> (text: String, path: String)
  )
    throws
  {
    let (settingText, settingPath) = try file("setting.json")
    guard
      let setting = try JSONLinesFile.read(
        SettingFile.self, text: settingText.replacing("\n", with: " "), path: settingPath,
        expected: "the setting of a run"
      ).first, let system = ServingSystem(rawValue: setting.system)
    else { throw ExperimentError.malformed(path: settingPath, line: 1, expected: "the setting of a run") }
    let (eventText, eventPath) = try file("events.jsonl")
    let events = try JSONLinesFile.read(
      TimelineEvent.self, text: eventText, path: eventPath, expected: "an event of a run")
    let (requestText, requestPath) = try file("requests.jsonl")
    let requests = try JSONLinesFile.read(
      TimelineRequest.self, text: requestText, path: requestPath, expected: "a request of a run")
    let backend = try configuration.backend(setting.backend)
    self.name = name
    self.system = system
    self.configuration = configuration
    self.source = source ?? "run:\(ClusterKind(rawValue: setting.cluster)?.source.rawValue ?? setting.cluster)"
    title = Self.title(of: setting, system: system)
    // Events are those of the first seed alone.
    timeline = RunTimeline(
      events: events, requests: requests.filter { $0.seed == requests.first?.seed }, nodes: backend.nodes)
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
