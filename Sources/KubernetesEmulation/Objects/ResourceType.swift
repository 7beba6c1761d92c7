/// A kind of object that the server knows.
public struct ResourceType: Hashable, Sendable {
  /// The API group; empty for the oldest.
  public let group: String
  /// The kind as objects name it.
  public let kind: String
  /// The plural, as paths name it.
  public let plural: String
  /// What kubectl may call it instead.
  public let shortNames: [String]
  /// Whether its objects are in namespaces.
  public let isNamespaced: Bool
  /// Whether status is changed apart from the rest.
  public let hasStatus: Bool
  /// Whether it is a question that is answered and not kept.
  public let isReview: Bool
  /// Whether `kubectl get all` shows it.
  public let isInAll: Bool

  init(
    _ group: String, _ kind: String, _ plural: String, short: [String] = [], isNamespaced: Bool = true,
    hasStatus: Bool = false, isReview: Bool = false, isInAll: Bool = false
  ) {
    self.group = group
    self.kind = kind
    self.plural = plural
    qualified = group.isEmpty ? plural : "\(plural).\(group)"
    self.shortNames = short
    self.isNamespaced = isNamespaced
    self.hasStatus = hasStatus
    self.isReview = isReview
    self.isInAll = isInAll
  }

  /// Whether two are the same kind; group and plural tell them apart.
  public static func == (a: Self, b: Self) -> Bool {
    a.plural == b.plural && a.group == b.group
  }

  /// Hashes what tells kinds apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(plural)
    hasher.combine(group)
  }

  /// The version of the API; all groups that are served are at their first.
  public var version: String { "v1" }
  /// Group and version as objects name them.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  /// The plural with its group, for example `deployments.apps`.
  public let qualified: String
  /// The kind with its group, for messages about invalid objects.
  var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }
  /// The singular, as kubectl takes it.
  public var singular: String { kind.lowercased() }

  static let node = ResourceType("", "Node", "nodes", short: ["no"], isNamespaced: false, hasStatus: true)
  static let namespace = ResourceType(
    "", "Namespace", "namespaces", short: ["ns"], isNamespaced: false, hasStatus: true)
  static let pod = ResourceType("", "Pod", "pods", short: ["po"], hasStatus: true, isInAll: true)
  static let event = ResourceType("", "Event", "events", short: ["ev"])
  static let secret = ResourceType("", "Secret", "secrets")
  static let configMap = ResourceType("", "ConfigMap", "configmaps", short: ["cm"])
  static let serviceAccount = ResourceType("", "ServiceAccount", "serviceaccounts", short: ["sa"])
  static let deployment = ResourceType(
    "apps", "Deployment", "deployments", short: ["deploy"], hasStatus: true, isInAll: true)
  static let replicaSet = ResourceType(
    "apps", "ReplicaSet", "replicasets", short: ["rs"], hasStatus: true, isInAll: true)
  static let daemonSet = ResourceType(
    "apps", "DaemonSet", "daemonsets", short: ["ds"], hasStatus: true, isInAll: true)
  static let job = ResourceType("batch", "Job", "jobs", hasStatus: true, isInAll: true)
  static let accessReview = ResourceType(
    "authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews", isNamespaced: false, isReview: true)

  /// All kinds, by group.
  public static let all: [ResourceType] = [
    .configMap, .event, .namespace, .node, .pod, .secret, .serviceAccount,
    .daemonSet, .deployment, .replicaSet, .job, .accessReview,
  ]

  /// The groups besides the oldest, in their order.
  static let groups = ["apps", "batch", "authorization.k8s.io"]

  private static let byQualifiedName = Dictionary(all.map { ($0.qualified, $0) }) { first, _ in first }

  /// The kind of a plural with its group, as keys of objects name it.
  static func qualified(_ name: String) -> ResourceType? {
    byQualifiedName[name]
  }

  /// The kind that an object's own words name.
  static func of(kind: String, apiVersion: String) -> ResourceType? {
    all.first { $0.kind == kind && $0.apiVersion == apiVersion }
  }

  /// The kind with that plural in a group.
  static func named(_ plural: String, in group: String) -> ResourceType? {
    all.first { $0.plural == plural && $0.group == group }
  }
}
