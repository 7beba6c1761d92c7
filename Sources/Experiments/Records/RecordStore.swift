/// The folder of results: the user's own runs, the precomputed ones and the paper's numbers.
///
/// A run appears under its name only when it is complete: it is written to a folder of another name, which is renamed in
/// the end. A killed run leaves at most such a folder, which nothing reads and the next run of the setting removes. An
/// earlier result is renamed out of the way first; should the process die between the two steps, it is read from there.
public struct RecordStore: Sendable {
  /// Which part of the folder.
  public enum Shelf: String, Hashable, Sendable {
    /// The user's own runs.
    case runs
    /// Results that come with the toolkit.
    case precomputed
  }

  /// The folder.
  public let folder: String
  private let disk: FolderWriter

  /// The results in a folder, which need not exist yet.
  public init(folder: String) {
    self.init(folder: folder, disk: .live)
  }

  /// The results in a folder that is written by given means.
  init(folder: String, disk: FolderWriter) {
    self.folder = folder
    self.disk = disk
  }

  /// The path of a setting's results.
  public func path(of setting: ColdStartSetting, on shelf: Shelf) -> String {
    "\(folder)/\(shelf.rawValue)/\(setting.folder)"
  }

  // MARK: Reading

  /// A result of a setting, if there is a complete one.
  ///
  /// - Throws: ``ExperimentError`` when there is one that is not ours to read.
  public func coldStart(_ setting: ColdStartSetting, on shelf: Shelf) throws -> StoredColdStart? {
    let path = path(of: setting, on: shelf)
    return try StateFolder(results: folder).whileReading {
      let place = FileStore.exists(path) ? path : path + Self.oldSuffix
      return FileStore.exists("\(place)/summary.json") ? try read(setting, in: place) : nil
    }
  }

  private func read(_ setting: ColdStartSetting, in path: String) throws -> StoredColdStart {
    let summary = try JSONText.read(
      ColdStartSummary.self, from: "\(path)/summary.json", expected: "a summary of a cold-start run")
    let file = try JSONText.read(
      SettingFile.self, from: "\(path)/setting.json", expected: "the setting of a cold-start run")
    guard summary.status == "complete", file.system == setting.system.rawValue, file.modelSet == setting.modelSet,
      file.backend == setting.backend
    else {
      throw ExperimentError.malformed(path: "\(path)/summary.json", line: 1, expected: "the result of \(setting)")
    }
    let provenance = try JSONText.read(
      ProvenanceFile.self, from: "\(path)/provenance.json", expected: "the provenance of a cold-start run")
    return StoredColdStart(
      source: summary.source, inputHash: file.inputHash, build: provenance.build,
      ttftSeconds: summary.models.map { ($0.model, $0.ttft) })
  }

  // MARK: Writing

  /// Keeps a result, in the place of an earlier one of the same setting.
  ///
  /// One process at a time writes to a folder of results; others wait for the moment it takes. So whatever has the name
  /// of a partial folder here was left by a run that died.
  ///
  /// - Throws: ``ExperimentError`` when the folder cannot be written; an earlier result is then still there.
  public func save(_ run: ColdStartRun, on shelf: Shelf) throws {
    let path = path(of: run.experiment.setting, on: shelf)
    let files = try run.files(for: shelf)
    try StateFolder(results: folder).whileWriting {
      let partial = path + Self.partialSuffix
      disk.removeFolder(partial)
      try disk.makeFolder(partial)
      do {
        for (name, text) in files { try disk.writeFile(text, "\(partial)/\(name)") }
        try replace(path, with: partial)
      } catch {
        disk.removeFolder(partial)
        throw error
      }
    }
  }

  /// Puts a complete folder in the place of another one, or where there was none.
  private func replace(_ path: String, with complete: String) throws {
    let old = path + Self.oldSuffix
    if FileStore.exists(path) {
      disk.removeFolder(old)  // of a run that died after it had put a newer result in place
      try disk.move(path, old)
    }
    do {
      try disk.move(complete, path)
    } catch {
      if FileStore.exists(old) { try disk.move(old, path) }
      throw error
    }
    disk.removeFolder(old)
  }

  private static let partialSuffix = ".partial"
  private static let oldSuffix = ".old"
}

/// A result of a cold-start setting as it was found in a folder of results.
public struct StoredColdStart: Sendable {
  /// How it came to be.
  public let source: ResultSource
  /// The hash of everything that went into it.
  public let inputHash: String
  /// Which build of which program made it; `nil` for a precomputed one.
  public let build: String?
  /// TTFT of each model, in the order of the model set.
  public let ttftSeconds: [(model: String, ttft: Double)]
}
