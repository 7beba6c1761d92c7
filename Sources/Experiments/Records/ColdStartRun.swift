import ClusterSimulation
import FoundationEssentials
import Glibc
import ResultAnalysis
import Scheduling

/// A cold-start experiment that has been run, with all that is written about it.
public struct ColdStartRun: Sendable {
  /// Where and when a run was made.
  public struct Circumstances: Sendable {
    let build: String
    let host: String
    let startedAt: Date
    let endedAt: Date

    /// Circumstances of a run of this program on this machine.
    public init(build: String, startedAt: Date, endedAt: Date) {
      var buffer = [CChar](repeating: 0, count: 256)
      gethostname(&buffer, buffer.count - 1)
      self.build = build
      self.host = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      self.startedAt = startedAt
      self.endedAt = endedAt
    }
  }

  /// The experiment.
  public let experiment: ColdStartExperiment
  /// What it gave.
  public let result: ColdStartExperiment.Result
  let inputs: RunInputs
  let circumstances: Circumstances

  /// A run.
  public init(
    experiment: ColdStartExperiment, result: ColdStartExperiment.Result, inputs: RunInputs,
    circumstances: Circumstances
  ) {
    self.experiment = experiment
    self.result = result
    self.inputs = inputs
    self.circumstances = circumstances
  }

  /// The files of the run, in the order in which they are written; precomputed results are kept short and name no host
  /// and no hour, so that the same commit always writes the same bytes.
  func files(for shelf: RecordStore.Shelf) throws -> [(name: String, text: String)] {
    let isOwn = shelf == .runs
    let setting = experiment.setting
    var files = [
      ("setting.json", try JSONText.pretty(inputs.settingFile(of: setting))),
      ("requests.jsonl", try requestLines()),
      ("summary.json", try summaryJSON()),
      ("provenance.json", try JSONText.pretty(provenance(isOwn: isOwn))),
    ]
    if isOwn {
      files.append(("events.jsonl", try eventLines()))
      files.append(("config.resolved.yaml", inputs.configuration.resolvedText))
    }
    return files
  }

  /// `summary.json`'s text.
  ///
  /// - Throws: never in practice; encoding numbers to JSON may by its type.
  public func summaryJSON() throws -> String {
    try JSONText.pretty(ColdStartSummary(result.models, source: .simulated))
  }

  private func provenance(isOwn: Bool) -> ProvenanceFile {
    ProvenanceFile(
      toolkitVersion: Toolkit.version, cluster: RunInputs.cluster, seed: inputs.seed,
      build: isOwn ? circumstances.build : nil, host: isOwn ? circumstances.host : nil,
      startedAt: isOwn ? circumstances.startedAt.formatted(.iso8601) : nil,
      endedAt: isOwn ? circumstances.endedAt.formatted(.iso8601) : nil)
  }

  private func requestLines() throws -> String {
    let deployments = experiment.deployment.deployments
    return try JSONText.lines(
      result.log.requests.map { record in
        RequestLine(
          record, step: result.steps[record.request.id - 1],
          model: deployments[record.request.deployment].name.description)
      })
  }

  /// Lines in the order of time. Stages that follow each other are logged together when the last of them has ended, so
  /// the log itself is not quite in that order; lines of the same moment stay as they were logged.
  private func eventLines() throws -> String {
    let lines = result.log.events.map { EventLine($0, deployment: experiment.deployment) }
    let ordered = lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    return try JSONText.lines(ordered.map(\.element))
  }
}

/// Everything that goes into a run and is not its setting.
public struct RunInputs: Sendable {
  /// The only kind of cluster there is so far.
  static let cluster = "simulated"

  /// The configuration.
  public let configuration: Configuration
  /// The seed.
  public let seed: UInt64
  /// Which accidents of the published scheduler are kept.
  public let rules: RulesName

  /// Inputs of a run.
  public init(configuration: Configuration, seed: UInt64, rules: RulesName) {
    self.configuration = configuration
    self.seed = seed
    self.rules = rules
  }

  /// The hash by which a rerun sees whether a result was made from the same inputs.
  public func hash(of setting: ColdStartSetting) -> String {
    var hash = StableHash()
    hash.add(Toolkit.version)
    hash.add(setting.description)
    hash.add(Self.cluster)
    hash.add(rules.rawValue)
    hash.add(String(seed))
    hash.add(configuration.resolvedText)
    return hash.hexadecimal
  }

  func settingFile(of setting: ColdStartSetting) -> SettingFile {
    SettingFile(
      system: setting.system.rawValue, modelSet: setting.modelSet, backend: setting.backend, cluster: Self.cluster,
      rules: rules.rawValue, seed: seed, inputHash: hash(of: setting))
  }
}

/// The sets of rules that a user can choose by name.
public enum RulesName: String, CaseIterable, Sendable {
  /// With the accidents of the published scheduler; what the paper's figures were measured with.
  case published
  /// Without them.
  case corrected

  /// The rules.
  public var rules: ControlPlaneRules {
    switch self {
    case .published: .published
    case .corrected: .corrected
    }
  }
}
