import WireProtocols

/// An object of the API as it came, with names for what is read often.
public struct KubernetesObject: Hashable, Sendable {
  /// The whole object.
  public let json: JSON

  /// An object.
  public init(_ json: JSON) {
    self.json = json
  }

  /// What is at the end of a way of members.
  public subscript(way: String...) -> JSON? {
    way.reduce(Optional(json)) { $0?[$1] }
  }

  /// Its name.
  public var name: String { self["metadata", "name"]?.string ?? "" }
  /// Its namespace, if it is in one.
  public var namespace: String? { self["metadata", "namespace"]?.string }
  /// What sets it apart from all objects before and after of the same name.
  public var uid: String { self["metadata", "uid"]?.string ?? "" }
  /// The version that it came in.
  public var resourceVersion: String { self["metadata", "resourceVersion"]?.string ?? "" }
  /// Whether it is being deleted.
  public var isBeingDeleted: Bool { self["metadata", "deletionTimestamp"]?.string != nil }
  /// The type, for manifests.
  var type: ResourceType? {
    ResourceType.all.first { $0.kind == json["kind"]?.string && $0.apiVersion == json["apiVersion"]?.string }
  }

  /// The value of a label.
  public func label(_ key: String) -> String? { self["metadata", "labels", key]?.string }
  /// The value of an annotation.
  public func annotation(_ key: String) -> String? { self["metadata", "annotations", key]?.string }

  /// Namespace and name, which no two objects of a type share at a time.
  public var key: String { namespace.map { "\($0)/\(name)" } ?? name }
}

/// A list of objects and the version of the collection that it shows.
public struct KubernetesList: Hashable, Sendable {
  /// The objects, in the order of the server.
  public var items: [KubernetesObject]
  /// The version that a watch goes on from.
  public var resourceVersion: String
}

/// Which objects are meant, by their labels.
public struct LabelSelector: Hashable, Sendable, CustomStringConvertible {
  private let terms: [String]

  private init(_ terms: [String]) {
    self.terms = terms
  }

  /// All objects.
  public static let everything = LabelSelector([])

  /// Objects that have a label of a value.
  ///
  /// - Throws: ``KubernetesError/badName(what:value:allowed:)``.
  public func and(_ key: String, _ value: String) throws -> LabelSelector {
    try ObjectNames.checkKey(key)
    try ObjectNames.checkValue(value)
    return LabelSelector(terms + ["\(key)=\(value)"])
  }

  /// Objects that have a label of whatever value.
  ///
  /// - Throws: ``KubernetesError/badName(what:value:allowed:)``.
  public func andHas(_ key: String) throws -> LabelSelector {
    try ObjectNames.checkKey(key)
    return LabelSelector(terms + [key])
  }

  /// The selector as kubectl has it.
  public var description: String { terms.joined(separator: ",") }
}

/// The query of a URL.
enum Query {
  /// Names and values, escaped; empty where there are none.
  static func text(_ items: [(String, String)]) -> String {
    items.isEmpty ? "" : "?" + items.map { "\($0)=\(escaped($1))" }.joined(separator: "&")
  }

  private static func escaped(_ value: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return value.utf8.map { byte in
      let isFine = unreserved.contains(byte)
      return isFine ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }

  private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
}
