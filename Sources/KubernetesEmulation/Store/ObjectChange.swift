import WireProtocols

/// A change of an object as watches tell of it; it lives on the server's event loop.
final class ObjectChange {
  enum Kind: String { case added = "ADDED", modified = "MODIFIED", deleted = "DELETED" }

  let kind: Kind
  let type: ResourceType
  /// The object after the change; for a deletion as it was last, with the version of the deletion.
  let object: KubernetesObject
  /// The object before the change.
  let previous: KubernetesObject?
  let revision: Int
  /// The object as text, made once for all watches.
  private(set) lazy var bytes = object.json.bytes

  init(
    _ kind: Kind, _ type: ResourceType, _ object: KubernetesObject, previous: KubernetesObject?, revision: Int
  ) {
    self.kind = kind
    self.type = type
    self.object = object
    self.previous = previous
    self.revision = revision
  }

  /// What the change is to somebody who only sees what a filter lets through; `nil` if nothing.
  func seen(through filter: ObjectFilter) -> Kind? {
    let isSeen = kind != .deleted && filter.matches(object)
    let wasSeen = previous.map(filter.matches) ?? false
    switch (wasSeen, isSeen) {
    case (false, true): return .added
    case (true, true): return .modified
    case (true, false): return .deleted
    case (false, false): return nil
    }
  }
}

/// What a list or a watch lets through.
struct ObjectFilter: Hashable {
  /// Only objects in this namespace; in all if `nil`.
  var namespace: String?
  var labels = LabelSelector.everything
  var fields = FieldSelector.everything

  func matches(_ object: KubernetesObject) -> Bool {
    (namespace == nil || object.namespace == namespace) && labels.matches(object.labels) && fields.matches(object)
  }
}
