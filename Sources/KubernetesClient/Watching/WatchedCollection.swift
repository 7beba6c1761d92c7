import WireProtocols

/// The objects that a watch knows of: it turns lists and raw events into differences.
///
/// A list that follows the first one (after 410, for example) yields what has changed since. An event that is told twice
/// or out of order changes nothing: it is recognised by the version of the same object, and an object that is gone never
/// comes back under its identity.
struct WatchedCollection {
  /// What a line of the stream says.
  enum Line: Equatable {
    case news([WatchEvent])
    /// The place is forgotten: list again.
    case expired
    /// The server reports an error.
    case failed(status: Int, message: String)
    /// It is no line of a watch.
    case nonsense
  }

  /// The version that the next stream starts from.
  private(set) var resourceVersion = ""
  private var objects: [String: KubernetesObject] = [:]
  private var goneIdentities: Set<String> = []
  private var isComplete = false

  /// Takes a whole list.
  mutating func take(_ list: KubernetesList) -> [WatchEvent] {
    var events: [WatchEvent] = []
    let present = Set(list.items.map(\.key))
    for key in objects.keys.sorted() where !present.contains(key) { events += remove(key) }
    for object in list.items { events += put(object) }
    resourceVersion = list.resourceVersion
    goneIdentities = []  // the stream that follows begins after all of them
    if !isComplete { events.append(.complete) }
    isComplete = true
    return events
  }

  /// Takes a line of the stream.
  mutating func take(line: [UInt8]) -> Line {
    guard let json = try? JSON(parsing: line), let type = json["type"]?.string, let inner = json["object"] else {
      return .nonsense
    }
    let object = KubernetesObject(inner)
    switch type {
    case "ADDED", "MODIFIED": return .news(advance(to: object.resourceVersion, put(object)))
    case "DELETED": return .news(advance(to: object.resourceVersion, delete(object)))
    case "BOOKMARK": return .news(advance(to: object.resourceVersion, []))
    case "ERROR":
      let status = inner["code"]?.integer ?? 0
      let reason = inner["reason"]?.string
      if status == 410 || reason == "Expired" || reason == "Gone" { return .expired }
      return .failed(status: status, message: inner["message"]?.string ?? "the server gave no reason")
    default: return .nonsense
    }
  }

  /// Moves the place on, never back.
  private mutating func advance(to version: String, _ events: [WatchEvent]) -> [WatchEvent] {
    if !version.isEmpty, ResourceVersion.isNotLater(version, than: resourceVersion) != true {
      resourceVersion = version
    }
    return events
  }

  private mutating func put(_ object: KubernetesObject) -> [WatchEvent] {
    guard !goneIdentities.contains(object.uid) || object.uid.isEmpty else { return [] }
    guard let known = objects[object.key] else {
      objects[object.key] = object
      return [.added(object)]
    }
    if known.uid != object.uid {
      let removed = remove(object.key)
      objects[object.key] = object
      return removed + [.added(object)]
    }
    guard ResourceVersion.isNotLater(object.resourceVersion, than: known.resourceVersion) != true else { return [] }
    objects[object.key] = object
    return [.changed(object)]
  }

  private mutating func delete(_ object: KubernetesObject) -> [WatchEvent] {
    if !object.uid.isEmpty { goneIdentities.insert(object.uid) }
    guard let known = objects[object.key], known.uid == object.uid else { return [] }
    objects[object.key] = nil
    return [.removed(object)]
  }

  private mutating func remove(_ key: String) -> [WatchEvent] {
    guard let known = objects.removeValue(forKey: key) else { return [] }
    if !known.uid.isEmpty { goneIdentities.insert(known.uid) }
    return [.removed(known)]
  }
}
