import WireProtocols

/// Reads and changes the objects of a cluster through its API server.
///
/// It relies on documented behaviour only; every error names the verb, the object and what the server said.
public struct KubernetesClient: Sendable {
  /// Limits of a client.
  public struct Limits: Hashable, Sendable {
    /// How long one attempt of a call may take.
    public var attempt = Duration.seconds(60)
    /// How long a call may take with all its repetitions.
    public var call = Duration.seconds(300)
    /// The most bytes of an answer.
    public var answerBytes = 64 << 20
    /// How many objects a page of a list has.
    public var pageSize = 500

    /// The usual limits: 60 s an attempt, 300 s a call, 64 MiB an answer, 500 objects a page.
    public init() {}
  }

  /// The name that the server files our changes under.
  public static let fieldManager = "hydraserve-repro"

  let transport: KubernetesTransport
  let credentials: CredentialSource
  package let pacing: Pacing
  let limits: Limits
  /// The server, for messages.
  let server: String
  /// Told of every problem that leads to another attempt, for people who wait.
  package let notice: @Sendable (String) -> Void

  /// A client of a cluster.
  ///
  /// - Parameter notice: told of every problem that leads to another attempt, for people who wait.
  public init(
    access: ClusterAccess, transport: KubernetesTransport, pacing: Pacing = .live, limits: Limits = Limits(),
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.transport = transport
    self.credentials = access.credentials
    self.pacing = pacing
    self.limits = limits
    self.server = access.endpoint.server.description
    self.notice = notice
  }

  /// Whether a change is made or only tried.
  public enum DryRun: String, Hashable, Sendable, CaseIterable {
    /// Nothing is sent.
    case client
    /// The server checks the change and does not keep it.
    case server
  }

  /// How an object is deleted.
  public struct Deletion: Hashable, Sendable {
    /// Delete only the object of this identity.
    public var uid: String?
    /// Delete only this version of it.
    public var resourceVersion: String?
    /// How long its pods may take to end, in seconds; `nil` for what they say themselves.
    public var graceSeconds: Int?

    /// The object of whatever identity and version.
    public init(uid: String? = nil, resourceVersion: String? = nil, graceSeconds: Int? = nil) {
      self.uid = uid
      self.resourceVersion = resourceVersion
      self.graceSeconds = graceSeconds
    }
  }

  // MARK: Reading

  /// One object; `nil` when there is none of that name.
  ///
  /// - Throws: ``KubernetesError``.
  public func get(_ type: ResourceType, _ name: String, namespace: String? = nil) async throws -> KubernetesObject? {
    let request = APIRequest(
      verb: "get", object: type.called(name, in: namespace), .get, try type.path(namespace: namespace, name: name),
      isIdempotent: true)
    do {
      return KubernetesObject(try await send(request))
    } catch KubernetesError.refused(_, 404, _, _) {
      return nil
    }
  }

  /// All objects of a type, page by page.
  ///
  /// When the server has forgotten a page's place meanwhile (410), the list is fetched anew in one piece.
  ///
  /// - Throws: ``KubernetesError``.
  public func list(
    _ type: ResourceType, namespace: String? = nil, selector: LabelSelector = .everything
  ) async throws -> KubernetesList {
    let path = try type.path(namespace: namespace)
    let object = type.called(nil, in: namespace)
    var items: [KubernetesObject] = []
    var place: String?
    var isPaged = true
    while true {
      var query: [(String, String)] = []
      if !selector.description.isEmpty { query.append(("labelSelector", selector.description)) }
      if isPaged { query.append(("limit", "\(limits.pageSize)")) }
      if let place { query.append(("continue", place)) }
      let request = APIRequest(verb: "list", object: object, .get, path, query: query, isIdempotent: true)
      let page: JSON
      do {
        page = try await send(request)
      } catch KubernetesError.refused(_, 410, _, _) where place != nil {
        (items, place, isPaged) = ([], nil, false)
        continue
      }
      guard let found = page["items"]?.array, let version = page["metadata"]?["resourceVersion"]?.string else {
        throw KubernetesError.notUnderstood(call: request.call, reason: "no `items` or no version")
      }
      items += found.map(KubernetesObject.init)
      guard let next = page["metadata"]?["continue"]?.string, !next.isEmpty else {
        return KubernetesList(items: items, resourceVersion: version)
      }
      place = next
    }
  }

  /// The last lines of a pod's output.
  ///
  /// - Parameter lines: how many; `nil` for all that the node still has.
  /// - Parameter limit: how long it may take, if less than usual; the server asks the node, which may not answer.
  /// - Throws: ``KubernetesError``.
  public func log(
    ofPod name: String, namespace: String, lines: Int? = 10_000, within limit: Duration? = nil
  ) async throws -> [UInt8] {
    let path = try ResourceType.pods.path(namespace: namespace, name: name) + "/log"
    let request = APIRequest(
      verb: "read the log of", object: ResourceType.pods.called(name, in: namespace), .get, path,
      query: lines.map { [("tailLines", "\($0)")] } ?? [], isIdempotent: true)
    return try await answer(to: request, within: limit).body
  }

  // MARK: Changing

  /// Creates an object.
  ///
  /// - Throws: ``KubernetesError``; `refused` with 409 when there is one.
  @discardableResult
  public func create(_ object: KubernetesObject, dryRun: Bool = false) async throws -> KubernetesObject {
    let type = try type(of: object)
    let request = APIRequest(
      verb: "create", object: type.called(object.name, in: object.namespace), .post,
      try type.path(namespace: object.namespace), query: changes(dryRun), body: object.json,
      // A question about permissions leaves nothing behind.
      isIdempotent: type == .selfSubjectAccessReviews)
    return KubernetesObject(try await send(request))
  }

  /// Makes an object so, whether it is there or not, by server-side apply under our own name.
  ///
  /// - Parameter takesOver: whether fields that somebody else manages are changed all the same; a conflict otherwise.
  /// - Throws: ``KubernetesError``.
  @discardableResult
  public func apply(
    _ object: KubernetesObject, takesOver: Bool = false, dryRun: Bool = false
  ) async throws -> KubernetesObject {
    let type = try type(of: object)
    let request = APIRequest(
      verb: "apply", object: type.called(object.name, in: object.namespace), .patch,
      try type.path(namespace: object.namespace, name: object.name),
      query: changes(dryRun) + (takesOver ? [("force", "true")] : []), body: object.json,
      contentType: "application/apply-patch+yaml", isIdempotent: true)
    return KubernetesObject(try await send(request))
  }

  /// Changes some members of an object by a merge patch (RFC 7386).
  ///
  /// - Throws: ``KubernetesError``; `refused` with 409 when the patch names a version that is no longer the latest.
  @discardableResult
  public func mergePatch(
    _ type: ResourceType, _ name: String, namespace: String? = nil, _ patch: JSON, dryRun: Bool = false
  ) async throws -> KubernetesObject {
    let request = APIRequest(
      verb: "patch", object: type.called(name, in: namespace), .patch,
      try type.path(namespace: namespace, name: name), query: changes(dryRun), body: patch,
      contentType: "application/merge-patch+json", isIdempotent: true)
    return KubernetesObject(try await send(request))
  }

  /// Orders the deletion of an object and of what belongs to it, in the foreground: it is gone once they are.
  ///
  /// - Returns: whether there was one.
  /// - Throws: ``KubernetesError``; `refused` with 409 when a precondition does not hold.
  @discardableResult
  public func delete(
    _ type: ResourceType, _ name: String, namespace: String? = nil, _ deletion: Deletion = Deletion(),
    dryRun: Bool = false
  ) async throws -> Bool {
    var options: [JSON.Member] = [
      .init("apiVersion", "v1"), .init("kind", "DeleteOptions"), .init("propagationPolicy", "Foreground"),
    ]
    var conditions: [JSON.Member] = []
    if let uid = deletion.uid { conditions.append(.init("uid", .string(uid))) }
    if let version = deletion.resourceVersion { conditions.append(.init("resourceVersion", .string(version))) }
    if !conditions.isEmpty { options.append(.init("preconditions", .object(conditions))) }
    if let grace = deletion.graceSeconds { options.append(.init("gracePeriodSeconds", .integer(Int64(grace)))) }
    if dryRun { options.append(.init("dryRun", ["All"])) }
    let request = APIRequest(
      verb: "delete", object: type.called(name, in: namespace), .delete,
      try type.path(namespace: namespace, name: name), body: .object(options), isIdempotent: true)
    do {
      _ = try await send(request)
      return true
    } catch KubernetesError.refused(_, 404, _, _) {
      return false
    }
  }

  private func changes(_ dryRun: Bool) -> [(String, String)] {
    [("fieldManager", Self.fieldManager)] + (dryRun ? [("dryRun", "All")] : [])
  }

  private func type(of object: KubernetesObject) throws -> ResourceType {
    guard let type = object.type else {
      throw KubernetesError.unknownType(
        apiVersion: object.json["apiVersion"]?.string ?? "nothing", kind: object.json["kind"]?.string ?? "nothing")
    }
    return type
  }
}
