import KubernetesClient

/// The namespace of a run: made if need be, and deleted at the end only if the run has made it and nobody else uses it.
public struct RunNamespace: Sendable {
  private let client: KubernetesClient
  private let labels: OwnLabels
  private let name: String

  /// The namespace of a run.
  public init(client: KubernetesClient, labels: OwnLabels, namespace: String) {
    self.client = client
    self.labels = labels
    name = namespace
  }

  /// The manifest of a namespace with the labels of a run.
  static func manifest(_ name: String, _ labels: OwnLabels) -> KubernetesObject {
    KubernetesObject([
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": ["name": .string(name), "labels": labels.json(app: nil)],
    ])
  }

  /// Makes it unless it is there. One that is just being deleted is waited for first.
  ///
  /// - Returns: whether it was made.
  /// - Throws: `KubernetesError`.
  public func make(within limit: Duration = .seconds(120)) async throws -> Bool {
    if let present = try await client.get(.namespaces, name) {
      guard present.isBeingDeleted else { return false }
      try await waitUntilGone(within: limit)
    }
    // A creation is not made again by the client, for it may have been done; here that can be told.
    var backOff = BackOff()
    let end = ContinuousClock.now + limit
    while true {
      do {
        try await client.create(Self.manifest(name, labels))
        return true
      } catch KubernetesError.refused(_, 409, _, _) {
        // Somebody was faster; or the answer to our own attempt was lost, and then it carries the label of the run.
        return try await isOwn()
      } catch let error as KubernetesError where error.mayPass && ContinuousClock.now < end {
        client.notice("\(error) Trying again.")
        try await client.pacing.sleep(backOff.pause(now: client.pacing.now(), random: client.pacing.random()))
      }
    }
  }

  /// Whether it carries the label of the run.
  ///
  /// - Throws: `KubernetesError`.
  public func isOwn() async throws -> Bool {
    try await client.get(.namespaces, name)?.label(OwnLabels.runKey) == labels.run
  }

  /// Deletes it if it carries the label of the run and nothing of anybody else is in it, and waits until it is gone.
  ///
  /// - Returns: what keeps it, in words; `nil` when it is gone, or is not the run's.
  /// - Throws: `KubernetesError`.
  public func deleteIfUnused(within limit: Duration = .seconds(120)) async throws -> String? {
    guard let present = try await client.get(.namespaces, name), present.label(OwnLabels.runKey) == labels.run
    else { return nil }
    for type in ResourceType.inhabitants {
      if let object = try await inhabitant(of: type) { return "namespace \(name) stays: \(object) is in it" }
    }
    guard try await client.may(.init("delete", .namespaces)) else {
      return "namespace \(name) stays: we may not delete it"
    }
    try await client.delete(.namespaces, name, KubernetesClient.Deletion(uid: present.uid))
    do {
      try await waitUntilGone(within: limit)
    } catch KubernetesError.notInTime {
      return "namespace \(name) is still being deleted"
    }
    return nil
  }

  /// An object of a type that keeps the namespace; one that cannot be seen keeps it, too.
  private func inhabitant(of type: ResourceType) async throws -> String? {
    do {
      let objects = try await client.list(type, namespace: name).items
      return objects.first { !type.isUsual($0.name) }.map { "\(type.plural)/\($0.name)" }
    } catch KubernetesError.refused(_, 404, _, _) {
      return nil  // the cluster has no such type
    } catch KubernetesError.refused(_, 403, _, _) {
      return "whether there are \(type.plural) may not be seen; perhaps something"
    }
  }

  private func waitUntilGone(within limit: Duration) async throws {
    let end = ContinuousClock.now + limit
    while try await client.get(.namespaces, name) != nil {
      guard ContinuousClock.now < end else {
        throw KubernetesError.notInTime(
          what: "namespace \(name) is still being deleted", seconds: Int(limit.components.seconds),
          state: "it is terminating")
      }
      try await client.pacing.sleep(.milliseconds(200))
    }
  }
}

extension ResourceType {
  /// What people keep in namespaces. Events and what controllers derive from these go with them.
  static let inhabitants = [
    deployments, daemonSets, jobs, pods, secrets, configMaps, services, persistentVolumeClaims, statefulSets,
    replicaSets, cronJobs, serviceAccounts,
  ]

  /// Whether every namespace has an object of that name.
  fileprivate func isUsual(_ name: String) -> Bool {
    switch self {
    case .configMaps: name == "kube-root-ca.crt"
    case .serviceAccounts: name == "default"
    case .secrets: name.hasPrefix("default-token-")
    default: false
    }
  }
}
