import FoundationEssentials

/// What one item of a sweep gave, wherever it was run, with what says that it is the one that was wanted.
public struct ItemResult: Sendable {
  /// The item, its inputs and its circumstances.
  public struct Head: Codable, Hashable, Sendable {
    /// What was run.
    public let item: SweepItem
    /// The hash of everything that went into it, as `setting.json` has it.
    public let inputHash: String
    /// Which build of which program ran it.
    public let build: String
    /// The machine or container.
    public let host: String
    /// When it began and ended.
    let startedAt: String
    let endedAt: String

    enum CodingKeys: String, CodingKey {
      case item, build, host
      case inputHash = "input_hash"
      case startedAt = "started_at"
      case endedAt = "ended_at"
    }
  }

  /// What it is the result of.
  public let head: Head
  /// Its files, each of whole lines.
  public let files: [RunFile]

  init(head: Head, files: [RunFile]) {
    self.head = head
    self.files = files
  }

  init(_ item: SweepItem, inputHash: String, _ circumstances: RunCircumstances, files: [RunFile]) {
    self.init(
      head: Head(
        item: item, inputHash: inputHash, build: circumstances.build, host: circumstances.host,
        startedAt: circumstances.startedAt.formatted(.iso8601), endedAt: circumstances.endedAt.formatted(.iso8601)),
      files: files)
  }

  /// The text of one of its files.
  func text(_ name: String) -> String? {
    files.first { $0.name == name }?.text
  }

  /// The files of an end-to-end seed besides those that a run has under the same name.
  static let numbersFile = "seed.json"

  /// The result of an end-to-end seed.
  init(
    _ item: SweepItem, inputHash: String, _ circumstances: RunCircumstances, part: EndToEndPart
  ) throws {
    self.init(
      item, inputHash: inputHash, circumstances,
      files: [
        RunFile(Self.numbersFile, try JSONText.lines([part.numbers])), RunFile("requests.jsonl", part.requests),
      ] + (part.events.map { [RunFile("events.jsonl", $0)] } ?? []))
  }

  /// What an end-to-end seed contributes to its run; `nil` when the files are not what a seed has.
  var part: EndToEndPart? {
    guard let numbers = text(Self.numbersFile), let requests = text("requests.jsonl"),
      let decoded = try? JSONDecoder().decode(EndToEndSeedResult.self, from: Data(numbers.utf8))
    else { return nil }
    return EndToEndPart(numbers: decoded, requests: requests, events: text("events.jsonl"))
  }

  /// The circumstances of several results together: from the first beginning to the last end.
  static func circumstances(of results: [ItemResult], image: String?) -> RunCircumstances? {
    let starts = results.compactMap { try? Date($0.head.startedAt, strategy: .iso8601) }
    let ends = results.compactMap { try? Date($0.head.endedAt, strategy: .iso8601) }
    guard let first = results.first, starts.count == results.count, ends.count == results.count,
      let startedAt = starts.min(), let endedAt = ends.max()
    else { return nil }
    let builds = Set(results.map(\.head.build)).sorted()
    return RunCircumstances(
      build: builds.joined(separator: "+"), host: first.head.host, startedAt: startedAt, endedAt: endedAt, image: image)
  }
}
