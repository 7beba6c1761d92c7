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
  public func path(of setting: some ExperimentSetting, on shelf: Shelf) -> String {
    "\(folder)/\(shelf.rawValue)/\(setting.folder)"
  }

  // MARK: Reading

  /// A result of a setting, if there is a complete one.
  ///
  /// - Throws: ``ExperimentError`` when there is one that is not ours to read.
  public func result<Setting: ExperimentSetting>(of setting: Setting, on shelf: Shelf) throws -> Setting.Stored? {
    let path = path(of: setting, on: shelf)
    return try StateFolder(results: folder).whileReading {
      let place = FileStore.exists(path) ? path : path + Self.oldSuffix
      return FileStore.exists("\(place)/summary.json") ? try setting.stored(in: place) : nil
    }
  }

  /// A result of a cold-start setting, if there is a complete one.
  ///
  /// - Throws: ``ExperimentError`` when there is one that is not ours to read.
  public func coldStart(_ setting: ColdStartSetting, on shelf: Shelf) throws -> StoredColdStart? {
    try result(of: setting, on: shelf)
  }

  /// A result of an end-to-end setting, if there is a complete one.
  ///
  /// - Throws: ``ExperimentError`` when there is one that is not ours to read.
  public func endToEnd(_ setting: EndToEndSetting, on shelf: Shelf) throws -> StoredEndToEnd? {
    try result(of: setting, on: shelf)
  }

  // MARK: Writing

  /// Keeps a result, in the place of an earlier one of the same setting.
  ///
  /// One process at a time writes to a folder of results; others wait for the moment it takes. So whatever has the name
  /// of a partial folder here was left by a run that died.
  ///
  /// - Returns: the paths of the run's files.
  /// - Throws: ``ExperimentError`` when the folder cannot be written; an earlier result is then still there.
  @discardableResult
  public func save(_ run: some ExperimentRun, on shelf: Shelf) throws -> [String] {
    let path = path(of: run.setting, on: shelf)
    let files = try run.files(for: shelf)
    try StateFolder(results: folder).whileWriting {
      if let shared = run.sharedFile(for: shelf) { try save(shared, on: shelf) }
      let partial = path + Self.partialSuffix
      disk.removeFolder(partial)
      try disk.makeFolder(partial)
      do {
        for file in files { try disk.writeFile(file.text, "\(partial)/\(file.name)") }
        try replace(path, with: partial)
      } catch {
        disk.removeFolder(partial)
        throw error
      }
    }
    return files.map { "\(path)/\($0.name)" }
  }

  /// Writes a file that settings share, unless it is there already.
  private func save(_ file: SharedFile, on shelf: Shelf) throws {
    let path = "\(folder)/\(shelf.rawValue)/\(file.path)"
    guard !FileStore.exists(path) || !file.isCurrent(path) else { return }
    let text = try file.text()
    let partial = path + Self.partialSuffix
    if let slash = path.lastIndex(of: "/") { try disk.makeFolder(String(path[..<slash])) }
    try disk.writeFile(text, partial)
    try disk.move(partial, path)
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
