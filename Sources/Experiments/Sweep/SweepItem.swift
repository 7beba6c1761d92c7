import ServingModel

/// A setting of either experiment.
public enum SweepSetting: Hashable, Sendable, Codable {
  /// Cold starts of a system.
  case coldStart(ColdStartSetting)
  /// An hour of requests to a system.
  case endToEnd(EndToEndSetting)

  /// The experiment and the words that name the setting on command lines.
  public var words: [String] {
    switch self {
    case .coldStart(let setting):
      [ColdStartSetting.experiment, setting.system.rawValue, setting.modelSet, setting.backend]
    case .endToEnd(let setting):
      [EndToEndSetting.experiment, setting.system.rawValue, setting.cvText, setting.rateText]
    }
  }

  /// The setting of such words; `nil` when they name none.
  public init?(words: [String]) {
    guard words.count == 4, let system = ServingSystem(rawValue: words[1]) else { return nil }
    switch words[0] {
    case ColdStartSetting.experiment:
      self = .coldStart(ColdStartSetting(system: system, modelSet: words[2], backend: words[3]))
    case EndToEndSetting.experiment:
      guard let cv = Double(words[2]), let rate = Double(words[3]), cv > 0, rate > 0 else { return nil }
      self = .endToEnd(EndToEndSetting(system: system, cv: cv, requestsPerSecond: rate))
    default: return nil
    }
  }

  /// Reads the words.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let words = try container.decode([String].self)
    guard let setting = SweepSetting(words: words) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(words.joined(separator: " ")) is no setting")
    }
    self = setting
  }

  /// Writes the words.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(words)
  }

  /// As messages name it.
  public var description: String {
    switch self {
    case .coldStart(let setting): setting.description
    case .endToEnd(let setting): setting.description
    }
  }
}

/// The smallest piece of work that can be done by itself: a cold-start setting, or one seed of an end-to-end setting.
public struct SweepItem: Hashable, Sendable, Codable {
  /// The number of the configuration among the plan's.
  public let variant: Int
  /// The setting.
  public let setting: SweepSetting
  /// The seed; `nil` for cold starts, in which nothing is drawn at random.
  public let seed: UInt64?

  /// As messages name it.
  public var description: String {
    setting.description + (seed.map { ", seed \($0)" } ?? "")
  }

  /// The name of the file that keeps its result for the time being.
  var fileName: String {
    (["\(variant)"] + setting.words + (seed.map { ["seed\($0)"] } ?? [])).joined(separator: "-") + ".txt"
  }

  /// About how many bytes its result has, by what results had: 300 a request and, with the first seed, 1,000 more.
  func estimatedBytes(isFirstSeed: Bool) -> Int {
    switch setting {
    case .coldStart: 120_000
    case .endToEnd(let setting): Int(setting.requestsPerSecond * 3600 * (isFirstSeed ? 1_300 : 300)) + 60_000
    }
  }
}
