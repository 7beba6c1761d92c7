import WireProtocols

/// All objects of the cluster, every change of which gets the next version.
///
/// It lives on the server's event loop. It checks nothing: ``ObjectWriter`` does, and is what everybody writes through.
final class ObjectStore {
  private var shelves: [ResourceType: ObjectShelf] = [:]
  /// The objects that belong to an object, by its uid.
  private var dependents: [String: Set<ObjectKey>] = [:]
  private var observers: [(ObjectChange) -> Void] = []
  /// The version of the last change.
  private(set) var revision = 1

  /// An empty store.
  ///
  /// - Parameter longestHistory: how many changes of each kind are kept for watches.
  init(longestHistory: Int) {
    for type in ResourceType.all { shelves[type] = ObjectShelf(type, longestHistory: longestHistory) }
  }

  func shelf(_ type: ResourceType) -> ObjectShelf {
    guard let shelf = shelves[type] else { preconditionFailure("every kind has a shelf, \(type.kind) too") }
    return shelf
  }

  func get(_ type: ResourceType, _ namespace: String, _ name: String) -> KubernetesObject? {
    shelf(type).objects[.init(namespace: type.isNamespaced ? namespace : "", name: name)]
  }

  func get(_ key: ObjectKey) -> KubernetesObject? {
    ResourceType.qualified(key.resource).flatMap { get($0, key.namespace, key.name) }
  }

  /// The objects that a filter lets through, by namespace and name.
  func list(_ type: ResourceType, _ filter: ObjectFilter = ObjectFilter()) -> [KubernetesObject] {
    shelf(type).inOrder.filter(filter.matches)
  }

  /// The objects that belong to the object of a uid, in their order.
  func dependents(of uid: String) -> [ObjectKey] {
    (dependents[uid] ?? []).sorted()
  }

  /// The objects of a kind that the object of a uid controls, in their order.
  func controlled(_ type: ResourceType, by uid: String) -> [KubernetesObject] {
    dependents(of: uid).filter { $0.resource == type.qualified }.compactMap { get(type, $0.namespace, $0.name) }
      .filter { $0.controller?.uid == uid }
  }

  /// Calls back after every change of any object.
  func observe(_ body: @escaping (ObjectChange) -> Void) {
    observers.append(body)
  }

  /// Carries out a change under the next version.
  ///
  /// - Returns: the object with its version.
  func commit(_ kind: ObjectChange.Kind, _ type: ResourceType, _ object: KubernetesObject) -> KubernetesObject {
    revision += 1
    var object = object
    object.json.set(.string("\(revision)"), at: "metadata", "resourceVersion")
    let previous = get(type, object.namespace, object.name)
    let key = ObjectKey(resource: type.qualified, namespace: object.namespace, name: object.name)
    for owner in previous?.owners ?? [] { dependents[owner.uid]?.remove(key) }
    if kind != .deleted {
      for owner in object.owners { dependents[owner.uid, default: []].insert(key) }
    }
    for owner in previous?.owners ?? [] where dependents[owner.uid]?.isEmpty == true { dependents[owner.uid] = nil }
    let change = ObjectChange(kind, type, object, previous: previous, revision: revision)
    shelf(type).commit(change)
    for observer in observers { observer(change) }
    return object
  }
}
