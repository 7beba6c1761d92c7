/// A type of objects: where the API has it and what it is called.
public struct ResourceType: Hashable, Sendable {
  /// The group; empty for the core.
  public let group: String
  /// The version.
  public let version: String
  /// The plural, as it stands in paths.
  public let plural: String
  /// The kind, as it stands in manifests.
  public let kind: String
  /// Whether its objects live in namespaces.
  public let isNamespaced: Bool

  /// Version 1 of a built-in type.
  private init(_ group: String, _ plural: String, _ kind: String, isNamespaced: Bool = true) {
    self.group = group
    self.version = "v1"
    self.plural = plural
    self.kind = kind
    self.isNamespaced = isNamespaced
  }

  /// Nodes.
  public static let nodes = ResourceType("", "nodes", "Node", isNamespaced: false)
  /// Namespaces.
  public static let namespaces = ResourceType("", "namespaces", "Namespace", isNamespaced: false)
  /// Pods.
  public static let pods = ResourceType("", "pods", "Pod")
  /// Secrets.
  public static let secrets = ResourceType("", "secrets", "Secret")
  /// Events.
  public static let events = ResourceType("", "events", "Event")
  /// Deployments.
  public static let deployments = ResourceType("apps", "deployments", "Deployment")
  /// Daemon sets.
  public static let daemonSets = ResourceType("apps", "daemonsets", "DaemonSet")
  /// Jobs.
  public static let jobs = ResourceType("batch", "jobs", "Job")
  /// Stateful sets.
  package static let statefulSets = ResourceType("apps", "statefulsets", "StatefulSet")
  /// Replica sets.
  package static let replicaSets = ResourceType("apps", "replicasets", "ReplicaSet")
  /// Cron jobs.
  package static let cronJobs = ResourceType("batch", "cronjobs", "CronJob")
  /// Configuration maps.
  package static let configMaps = ResourceType("", "configmaps", "ConfigMap")
  /// Services.
  package static let services = ResourceType("", "services", "Service")
  /// Claims on volumes.
  package static let persistentVolumeClaims = ResourceType("", "persistentvolumeclaims", "PersistentVolumeClaim")
  /// Accounts of pods.
  package static let serviceAccounts = ResourceType("", "serviceaccounts", "ServiceAccount")
  /// Questions about one's own permissions.
  public static let selfSubjectAccessReviews = ResourceType(
    "authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", isNamespaced: false)

  /// The types that objects of ours have, so that a manifest finds its own.
  static let all = [nodes, namespaces, pods, secrets, events, deployments, daemonSets, jobs, selfSubjectAccessReviews]

  /// `v1` or `group/v1`, as manifests have it.
  public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// The path of all objects of the type, in a namespace or, without one, in all.
  ///
  /// - Throws: ``KubernetesError/badName(what:value:allowed:)``.
  func path(namespace: String?) throws -> String {
    let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    guard isNamespaced, let namespace else { return "\(root)/\(plural)" }
    try ObjectNames.checkLabel(namespace, "namespace")
    return "\(root)/namespaces/\(namespace)/\(plural)"
  }

  /// The path of one object.
  ///
  /// - Throws: ``KubernetesError/badName(what:value:allowed:)``.
  func path(namespace: String?, name: String) throws -> String {
    try ObjectNames.checkSubdomain(name, "name of a \(kind)")
    return "\(try path(namespace: namespace))/\(name)"
  }

  /// An object, or all of them, in a sentence.
  func called(_ name: String?, in namespace: String?) -> String {
    let place = isNamespaced ? namespace : nil
    guard let name else { return place.map { "\(plural) in \($0)" } ?? plural }
    return "\(kind) \(place.map { "\($0)/" } ?? "")\(name)"
  }
}
