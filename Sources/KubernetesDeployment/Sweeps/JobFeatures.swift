import KubernetesClient

/// What the Jobs of a cluster can do, by its version; only what is stable there counts.
///
/// - Source: Kubernetes' documentation of Jobs: indexed ones since 1.24, failure policies since 1.31, a limit of tries by
///   index since 1.33.
public struct JobFeatures: Hashable, Sendable {
  /// Whether a pod that the cluster itself has ended counts as no failure.
  public let hasFailurePolicy: Bool
  /// Whether each index has tries of its own.
  public let limitsByIndex: Bool

  /// What a server of a version can do.
  ///
  /// - Throws: ``DeploymentError/serverTooOld(version:needed:)`` when it has no indexed Jobs.
  public init(_ version: ServerVersion) throws {
    guard version.isAtLeast(minor: 24) else {
      throw DeploymentError.serverTooOld(version: version.description, needed: "1.24 for indexed Jobs")
    }
    hasFailurePolicy = version.isAtLeast(minor: 31)
    limitsByIndex = version.isAtLeast(minor: 33)
  }
}
