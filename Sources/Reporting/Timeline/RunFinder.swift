import Experiments
import ServingModel

/// Finds runs by their names.
public struct RunFinder: Sendable {
  private let store: RecordStore
  private let coldStart: RunInputs
  private let endToEnd: RunInputs

  /// Runs in a folder of results, with the inputs of those that are computed because they were not recorded there.
  public init(store: RecordStore, coldStart: RunInputs, endToEnd: RunInputs) {
    self.store = store
    self.coldStart = coldStart
    self.endToEnd = endToEnd
  }

  /// The run of a name: a folder, or a setting's place below `runs`. A setting that was not run, or whose events were not
  /// kept, is run now, in virtual time and without keeping anything.
  ///
  /// - Throws: `UsageError` for a name that is neither; `ExperimentError` when there are files that are not ours to read.
  public func find(_ name: String) throws -> RecordedRun {
    let path = name.hasSuffix("/") ? String(name.dropLast()) : name
    for folder in [path, "\(store.folder)/\(RecordStore.Shelf.runs.rawValue)/\(path)"]
    where FileStore.exists("\(folder)/events.jsonl") {
      return try recorded(folder, name: path)
    }
    if let setting = ColdStartSetting.named(path, in: coldStart.configuration) { return try find(setting) }
    if let setting = EndToEndSetting.named(path, in: endToEnd.configuration) { return try find(setting) }
    throw UsageError(
      "There is no run `\(name)` with events; allowed: a run's folder, coldstart/SYSTEM/setSET-BACKEND, "
        + "endtoend/SYSTEM/cvCV-rateRATE.")
  }

  /// The run of a cold-start setting.
  ///
  /// - Throws: as ``find(_:)-(String)``.
  public func find(_ setting: ColdStartSetting) throws -> RecordedRun {
    try find(setting, inputs: coldStart) {
      try ColdStartRunner(store: store, inputs: coldStart, build: "").run(setting).files(for: .runs)
    }
  }

  /// The run of an end-to-end setting.
  ///
  /// - Throws: as ``find(_:)-(String)``.
  public func find(_ setting: EndToEndSetting) throws -> RecordedRun {
    try find(setting, inputs: endToEnd) {
      try EndToEndRunner(store: store, inputs: endToEnd, build: "").run(setting).files(for: .runs)
    }
  }

  private func find(
    _ setting: some ExperimentSetting, inputs: RunInputs, files: () throws -> [RunFile]
  ) throws -> RecordedRun {
    let folder = store.path(of: setting, on: .runs)
    if FileStore.exists("\(folder)/events.jsonl") { return try recorded(folder, name: setting.folder) }
    let files = try files()
    return try RecordedRun(name: setting.folder, isRecorded: false, configuration: inputs.configuration) { name in
      guard let file = files.first(where: { $0.name == name }) else { preconditionFailure("a run has a \(name)") }
      return (file.text, name)
    }
  }

  private func recorded(_ folder: String, name: String) throws -> RecordedRun {
    let configuration = try Configuration.load(userFile: "\(folder)/config.resolved.yaml")
    return try RecordedRun(name: name, isRecorded: true, configuration: configuration) { file in
      (try FileStore.read("\(folder)/\(file)"), "\(folder)/\(file)")
    }
  }
}

extension ColdStartSetting {
  /// The setting whose results are in a folder of that name.
  static func named(_ folder: String, in configuration: Configuration) -> ColdStartSetting? {
    let parts = folder.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[0] == experiment,
      let system = try? configuration.system(parts[1], among: ServingSystem.published),
      let dash = parts[2].lastIndex(of: "-"), parts[2].hasPrefix("set")
    else { return nil }
    return ColdStartSetting(
      system: system, modelSet: String(parts[2][..<dash].dropFirst(3)),
      backend: String(parts[2][parts[2].index(after: dash)...]))
  }
}

extension EndToEndSetting {
  /// The setting whose results are in a folder of that name.
  static func named(_ folder: String, in configuration: Configuration) -> EndToEndSetting? {
    let parts = folder.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[0] == experiment,
      let system = try? configuration.system(parts[1], among: systems), parts[2].hasPrefix("cv")
    else { return nil }
    let numbers = parts[2].dropFirst(2).split(separator: "-rate").compactMap { Double($0) }
    guard numbers.count == 2, numbers.allSatisfy({ $0 > 0 && $0 <= 1e6 }) else { return nil }
    return EndToEndSetting(system: system, cv: numbers[0], requestsPerSecond: numbers[1])
  }
}
