import FoundationEssentials

/// How a number came to be; every data point carries it.
public enum ResultSource: String, Codable, CaseIterable, Hashable, Sendable {
  /// Measured on a real cluster.
  case measured
  /// Measured in real time on this machine, with engines paced by the hardware model.
  case emulated
  /// Computed in virtual time.
  case simulated
  /// Printed in the paper.
  case published
}

/// `setting.json`: what was run, and the hash by which a rerun sees that nothing has changed.
///
/// Keys that only one experiment has are left out in the other.
package struct SettingFile: Codable, Hashable {
  var schemaVersion = 1
  package let experiment: String
  package let system: String
  package let modelSet: String
  package let backend: String
  package let cluster: String
  let rules: String
  let seed: UInt64
  /// Of everything above and the whole configuration.
  let inputHash: String
  package var cv: Double?
  package var requestsPerSecond: Double?
  var seeds: [UInt64]?
  /// The generator of the requests; its parameters are part of the configuration.
  var workload: String?
  /// The engine of the user's own that served.
  var engine: String?

  enum CodingKeys: String, CodingKey {
    case experiment, system, backend, cluster, rules, seed, cv, seeds, workload, engine
    case schemaVersion = "schema_version"
    case modelSet = "model_set"
    case inputHash = "input_hash"
    case requestsPerSecond = "requests_per_second"
  }

  init<Setting: ExperimentSetting>(_ setting: Setting, inputs: RunInputs, cluster: String? = nil) {
    experiment = Setting.experiment
    system = setting.system.rawValue
    modelSet = setting.modelSet
    backend = setting.backend
    self.cluster = cluster ?? inputs.cluster.rawValue
    rules = inputs.rules.rawValue
    seed = inputs.seed
    inputHash = inputs.hash(of: setting)
    engine = inputs.engine
  }
}

/// `provenance.json`: where a result comes from. A precomputed result names no host and no hour.
struct ProvenanceFile: Codable, Hashable {
  var schemaVersion = 1
  let toolkitVersion: String
  package let cluster: String
  let seed: UInt64
  let build: String?
  let host: String?
  let startedAt: String?
  let endedAt: String?
  /// The image whose containers made it; `nil` where none did.
  let image: String?
  /// The files that an imported run was taken from.
  var importedFrom: [SourceFile]?

  /// A file that a run was imported from.
  struct SourceFile: Codable, Hashable {
    let role: String
    let path: String
    let checksum: String
  }

  enum CodingKeys: String, CodingKey {
    case cluster, seed, build, host, image
    case importedFrom = "imported_from"
    case schemaVersion = "schema_version"
    case toolkitVersion = "toolkit_version"
    case startedAt = "started_at"
    case endedAt = "ended_at"
  }
}

extension ProvenanceFile {
  /// The provenance of a run, kept short for a precomputed one.
  init(
    _ inputs: RunInputs, _ circumstances: RunCircumstances, on shelf: RecordStore.Shelf,
    cluster: String? = nil
  ) {
    let isOwn = shelf == .runs
    self.init(
      toolkitVersion: Toolkit.version, cluster: cluster ?? inputs.cluster.rawValue, seed: inputs.seed,
      build: isOwn ? circumstances.build : nil, host: isOwn ? circumstances.host : nil,
      startedAt: isOwn ? circumstances.startedAt.formatted(.iso8601) : nil,
      endedAt: isOwn ? circumstances.endedAt.formatted(.iso8601) : nil, image: isOwn ? circumstances.image : nil)
  }
}

/// The files of a stored run that every experiment has.
struct StoredFiles {
  let setting: SettingFile
  let provenance: ProvenanceFile
  /// Whether they are of the setting that was asked for.
  let isOfSetting: Bool

  /// - Throws: ``ExperimentError`` when one of them is missing or foreign.
  init<Setting: ExperimentSetting>(of wanted: Setting, in folder: String, kind: String) throws {
    setting = try JSONText.read(SettingFile.self, from: "\(folder)/setting.json", expected: "the setting of \(kind)")
    provenance = try JSONText.read(
      ProvenanceFile.self, from: "\(folder)/provenance.json", expected: "the provenance of \(kind)")
    isOfSetting =
      setting.experiment == Setting.experiment && setting.system == wanted.system.rawValue
      && setting.modelSet == wanted.modelSet && setting.backend == wanted.backend
  }
}
