import WireProtocols

extension KubernetesClient {
  /// Whether we may do something.
  public struct Permission: Hashable, Sendable {
    /// The verb, for example `create`.
    public let verb: String
    /// What it is done to.
    public let type: ResourceType
    /// A part of it, for example `log`; empty for the whole.
    public let subresource: String
    /// In which namespace; `nil` for objects in none, or in all.
    public let namespace: String?

    /// Something that we may or may not do.
    public init(_ verb: String, _ type: ResourceType, subresource: String = "", namespace: String? = nil) {
      self.verb = verb
      self.type = type
      self.subresource = subresource
      self.namespace = namespace
    }

    /// As `kubectl auth can-i` has it.
    public var description: String {
      let resource = type.plural + (subresource.isEmpty ? "" : "/\(subresource)")
      return "\(verb) \(resource)" + (type.group.isEmpty ? "" : ".\(type.group)")
    }

    /// The question as an object.
    var review: KubernetesObject {
      var attributes: [JSON.Member] = [
        .init("verb", .string(verb)), .init("group", .string(type.group)), .init("version", .string(type.version)),
        .init("resource", .string(type.plural)),
      ]
      if !subresource.isEmpty { attributes.append(.init("subresource", .string(subresource))) }
      if let namespace { attributes.append(.init("namespace", .string(namespace))) }
      return KubernetesObject([
        "apiVersion": .string(ResourceType.selfSubjectAccessReviews.apiVersion), "kind": "SelfSubjectAccessReview",
        "spec": ["resourceAttributes": .object(attributes)],
      ])
    }
  }

  /// Asks the server whether we may do something.
  ///
  /// - Throws: ``KubernetesError``.
  public func may(_ permission: Permission) async throws -> Bool {
    try await create(permission.review)["status", "allowed"]?.bool ?? false
  }

  /// Watches objects until a condition holds, with a deadline.
  ///
  /// - Parameters:
  ///   - what: what did not happen if the time is over, after "After 5 s".
  ///   - isDone: looks at each piece of news; `true` ends the wait.
  ///   - state: what there is to say when the time is over.
  /// - Throws: ``KubernetesError/notInTime(what:seconds:state:)`` and what the watch throws.
  public func wait(
    for type: ResourceType, namespace: String? = nil, selector: LabelSelector = .everything, within limit: Duration,
    what: String, until isDone: @escaping @Sendable (WatchEvent) async -> Bool,
    state: @escaping @Sendable () async -> String
  ) async throws {
    let events = watch(type, namespace: namespace, selector: selector)
    let sleep = pacing.sleep
    let isInTime = try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        for try await event in events where await isDone(event) { return true }
        throw CancellationError()
      }
      group.addTask {
        try await sleep(limit)
        return false
      }
      defer { group.cancelAll() }
      return try await group.next() ?? false
    }
    guard isInTime else {
      throw KubernetesError.notInTime(what: what, seconds: Int(limit.components.seconds), state: await state())
    }
  }
}
