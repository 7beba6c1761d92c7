import WireProtocols

/// An object of the API as it is kept and sent: JSON, with names for what every object has.
public struct KubernetesObject: Hashable, Sendable {
  /// The whole object.
  public var json: JSON

  /// An object with the JSON of one.
  public init(_ json: JSON) {
    self.json = json
  }

  /// Who an object belongs to.
  struct Owner: Hashable {
    let apiVersion: String
    let kind: String
    let name: String
    let uid: String
    let isController: Bool
    let blocksDeletion: Bool
  }

  /// Its name.
  public var name: String { json.at("metadata", "name")?.string ?? "" }
  /// Its namespace; empty for objects of the whole cluster.
  public var namespace: String { json.at("metadata", "namespace")?.string ?? "" }
  /// What tells it from others of the name before and after it.
  public var uid: String { json.at("metadata", "uid")?.string ?? "" }
  /// When it was changed last, counted in changes of all objects.
  public var resourceVersion: Int { Int(json.at("metadata", "resourceVersion")?.string ?? "") ?? 0 }
  /// How often what is wanted of it has changed.
  public var generation: Int { json.at("metadata", "generation")?.integer ?? 0 }
  /// What is wanted of it.
  public var spec: JSON { json["spec"] ?? .object([]) }
  /// What it is like.
  public var status: JSON { json["status"] ?? .object([]) }
  /// Its labels, in their order.
  public var labels: [JSON.Member] { json.at("metadata", "labels")?.members ?? [] }
  /// What keeps it from going away once it is deleted.
  var finalizers: [String] { json.at("metadata", "finalizers")?.elements.compactMap(\.string) ?? [] }
  /// Whether it has been deleted and is yet to go.
  public var isBeingDeleted: Bool { json.at("metadata", "deletionTimestamp") != nil }

  /// The value of a label.
  public func label(_ name: String) -> String? {
    json.at("metadata", "labels")?[name]?.string
  }

  /// The value of an annotation.
  public func annotation(_ name: String) -> String? {
    json.at("metadata", "annotations")?[name]?.string
  }

  /// Whom it belongs to.
  var owners: [Owner] {
    (json.at("metadata", "ownerReferences")?.elements ?? []).map { reference in
      Owner(
        apiVersion: reference["apiVersion"]?.string ?? "", kind: reference["kind"]?.string ?? "",
        name: reference["name"]?.string ?? "", uid: reference["uid"]?.string ?? "",
        isController: reference["controller"]?.bool ?? false,
        blocksDeletion: reference["blockOwnerDeletion"]?.bool ?? false)
    }
  }

  /// The owner that controls it.
  var controller: Owner? { owners.first(where: \.isController) }

  /// A condition in its status.
  func condition(_ type: String) -> JSON? {
    status["conditions"]?.elements.first { $0["type"]?.string == type }
  }

  /// Whether a condition in its status is true.
  func isTrue(_ type: String) -> Bool {
    condition(type)?["status"]?.string == "True"
  }

  /// Puts a condition into the status, its transition time kept where its truth stays the same.
  mutating func setCondition(
    _ type: String, _ status: String, reason: String? = nil, message: String? = nil, at time: String
  ) {
    var conditions = self.status["conditions"]?.elements ?? []
    let place = conditions.firstIndex { $0["type"]?.string == type }
    let isSame = place.map { conditions[$0]["status"]?.string == status } ?? false
    let since = isSame ? place.flatMap { conditions[$0]["lastTransitionTime"]?.string } ?? time : time
    var condition: JSON = ["type": .string(type), "status": .string(status), "lastTransitionTime": .string(since)]
    if let reason { condition.set(.string(reason), at: "reason") }
    if let message { condition.set(.string(message), at: "message") }
    if let place { conditions[place] = condition } else { conditions.append(condition) }
    json.set(.array(conditions), at: "status", "conditions")
  }
}

/// What tells an object from all others that are there at the time.
struct ObjectKey: Hashable, Comparable {
  /// The plural of its kind with the group, for example `deployments.apps`.
  let resource: String
  let namespace: String
  let name: String

  static func < (a: Self, b: Self) -> Bool {
    (a.resource, a.namespace, a.name) < (b.resource, b.namespace, b.name)
  }
}
