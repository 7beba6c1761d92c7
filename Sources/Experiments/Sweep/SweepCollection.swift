/// Results of a sweep as they come in, in any order: each is checked, kept on disk, and put together with the others of its
/// setting when it is the last of them.
///
/// Whoever is killed goes on from what is on disk, in a folder of the sweep's own.
public actor SweepCollection {
  /// A setting that is complete now.
  public struct Finished: Sendable {
    /// The setting, as messages name it.
    public let setting: String
    /// How many settings are complete, this one included.
    public let number: Int
    /// How many there are.
    public let count: Int
  }

  /// A setting of the plan and the items of it that have yet to come.
  private struct Group {
    let variant: Int
    let setting: SweepSetting
    let items: [SweepItem]
    var missing: Set<SweepItem>
  }

  private let runs: SweepRuns
  private let image: String?
  private let folder: String
  private var groups: [Group]
  private let count: Int

  /// A collection of what a plan lacks.
  ///
  /// - Parameters:
  ///   - folder: where results wait for the others of their setting.
  ///   - image: the image that runs the items.
  ///   - force: whether settings that have a result are wanted, too.
  /// - Throws: ``ExperimentError`` when there is a result that is not ours to read.
  public init(_ runs: SweepRuns, folder: String, image: String?, force: Bool) throws {
    self.runs = runs
    self.image = image
    self.folder = folder
    var groups: [Group] = []
    for work in runs.plan.work {
      let decision = try runs.decision(on: work.setting, variant: work.variant, image: image)
      if !force, decision == .keep || decision == .keepMeasured { continue }
      let items = SweepPlan.items(of: work)
      groups.append(Group(variant: work.variant, setting: work.setting, items: items, missing: Set(items)))
    }
    self.groups = groups
    self.count = groups.count
    try FileStore.makeFolder(folder)
  }

  /// How many settings are wanted.
  public var settingCount: Int { count }
  /// How many settings are not complete.
  public var openCount: Int { groups.count { !$0.missing.isEmpty } }

  /// The items that have yet to come, in the order of the plan.
  public var missing: [SweepItem] {
    groups.flatMap { group in group.items.filter { group.missing.contains($0) } }
  }

  /// Whether any of some items has yet to come.
  public func lacks(anyOf items: [SweepItem]) -> Bool {
    items.contains { item in groups.contains { $0.missing.contains(item) } }
  }

  /// Takes what was kept when an earlier collection ended.
  ///
  /// - Returns: the settings that were complete but for their files.
  /// - Throws: ``ExperimentError`` when results cannot be kept.
  public func resume() throws -> [Finished] {
    var finished: [Finished] = []
    for item in missing {
      let path = path(of: item)
      guard FileStore.exists(path), let result = ResultText.read(try FileStore.readBytes(path)).results.first,
        result.head.item == item, result.head.inputHash == runs.inputHash(of: item)
      else { continue }
      finished += try note(item)
    }
    return finished
  }

  /// Takes the results in a text, such as a container's output; those that are not wanted, or no longer, are passed over.
  ///
  /// - Returns: the settings that are complete now.
  /// - Throws: ``ExperimentError`` for a result of other inputs than ours, and when results cannot be kept.
  public func take(_ text: [UInt8]) throws -> [Finished] {
    var finished: [Finished] = []
    for result in ResultText.read(text).results {
      let item = result.head.item
      guard groups.contains(where: { $0.missing.contains(item) }) else { continue }
      guard result.head.inputHash == runs.inputHash(of: item) else {
        throw ExperimentError.foreignResult(item: item.description)
      }
      try FileStore.write(try ResultText.text(of: result), to: path(of: item))
      finished += try note(item)
    }
    return finished
  }

  private func path(of item: SweepItem) -> String { "\(folder)/\(item.fileName)" }

  /// Notes that an item has come; when it is the last of its setting, the setting is put together.
  private func note(_ item: SweepItem) throws -> [Finished] {
    guard let index = groups.firstIndex(where: { $0.missing.contains(item) }) else { return [] }
    var group = groups[index]
    group.missing.remove(item)
    if group.missing.isEmpty {
      let results = try group.items.map { item in
        guard let result = ResultText.read(try FileStore.readBytes(path(of: item))).results.first else {
          throw ExperimentError.malformed(path: path(of: item), line: 1, expected: "the result of \(item.description)")
        }
        return result
      }
      try runs.keep(results, of: group.setting, variant: group.variant, image: image)
    }
    groups[index] = group
    guard group.missing.isEmpty else { return [] }
    for item in group.items { FileStore.removeFile(path(of: item)) }
    let name = runs.plan.variants[group.variant].name
    return [
      Finished(
        setting: group.setting.description + (name.isEmpty ? "" : ", \(name)"), number: count - openCount, count: count)
    ]
  }

  /// Removes the folder when nothing is missing any more.
  public func close() {
    if openCount == 0 { FileStore.removeFolder(folder) }
  }
}
