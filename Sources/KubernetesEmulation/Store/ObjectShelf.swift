import DequeModule

/// The objects of one kind, what has happened to them lately, and who watches them.
final class ObjectShelf {
  struct Name: Hashable, Comparable {
    let namespace: String
    let name: String

    static func < (a: Self, b: Self) -> Bool {
      (a.namespace, a.name) < (b.namespace, b.name)
    }
  }

  let type: ResourceType
  private let longestHistory: Int
  private(set) var objects: [Name: KubernetesObject] = [:]
  private var sorted: [Name]?
  private var history: Deque<ObjectChange> = []
  /// The last change that is no longer known.
  private(set) var forgotten = 0
  private var watchers: [(id: Int, body: (ObjectChange) -> Void)] = []
  private var nextWatcher = 0

  init(_ type: ResourceType, longestHistory: Int) {
    self.type = type
    self.longestHistory = longestHistory
  }

  /// All objects, by namespace and name.
  var inOrder: [KubernetesObject] {
    let names = sorted ?? objects.keys.sorted()
    sorted = names
    return names.compactMap { objects[$0] }
  }

  /// Carries out a change and tells of it.
  func commit(_ change: ObjectChange) {
    let name = Name(namespace: change.object.namespace, name: change.object.name)
    switch change.kind {
    case .added:
      objects[name] = change.object
      sorted = nil
    case .modified: objects[name] = change.object
    case .deleted:
      objects[name] = nil
      sorted = nil
    }
    history.append(change)
    while history.count > longestHistory { forgotten = history.removeFirst().revision }
    for watcher in watchers { watcher.body(change) }
  }

  /// Forgets what has happened up to now.
  func forgetHistory(upTo revision: Int) {
    history.removeAll()
    forgotten = revision
  }

  /// What has happened since a version; `nil` if that is no longer known.
  func changes(since revision: Int) -> [ObjectChange]? {
    guard revision >= forgotten else { return nil }
    return history.filter { $0.revision > revision }
  }

  /// Tells of every change from now on.
  func watch(_ body: @escaping (ObjectChange) -> Void) -> Int {
    nextWatcher += 1
    watchers.append((nextWatcher, body))
    return nextWatcher
  }

  func endWatch(_ id: Int) {
    watchers.removeAll { $0.id == id }
  }
}
