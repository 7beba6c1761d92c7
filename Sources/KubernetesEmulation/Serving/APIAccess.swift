/// Who may talk to the server, and do what.
public struct APIAccess: Sendable {
  /// Somebody whose credentials are known.
  public struct User: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The groups that the user is in.
    public let groups: [String]

    /// A user of a name, in groups.
    public init(_ name: String, groups: [String] = []) {
      self.name = name
      self.groups = groups
    }
  }

  /// Something that is allowed; `*` in a list stands for everything.
  public struct Rule: Hashable, Sendable {
    /// The names of the users that may.
    public var users: [String]
    /// The verbs.
    public var verbs: [String]
    /// The plurals of the kinds, without group, a subresource behind a slash.
    public var resources: [String]
    /// The namespaces, where a kind has some.
    public var namespaces: [String]

    /// A rule; everything that is not given is allowed.
    public init(
      users: [String] = ["*"], verbs: [String] = ["*"], resources: [String] = ["*"], namespaces: [String] = ["*"]
    ) {
      self.users = users
      self.verbs = verbs
      self.resources = resources
      self.namespaces = namespaces
    }

    fileprivate func allows(_ user: User, _ action: Action) -> Bool {
      func isIn(_ value: String, _ list: [String]) -> Bool { list.contains("*") || list.contains(value) }
      return isIn(user.name, users) && isIn(action.verb, verbs) && isIn(action.resource, resources)
        && (namespaces.contains("*") || action.namespace.map(namespaces.contains) ?? false)
    }
  }

  /// Something that somebody wants to do.
  struct Action {
    let verb: String
    let resource: String
    let namespace: String?
  }

  /// The users by their tokens.
  public var tokens: [String: User]
  /// What is allowed.
  public var rules: [Rule]
  /// Whether a client without credentials is taken for an administrator.
  public var admitsAnonymous = false

  /// Users who may do what the rules allow; everything if none are given.
  public init(tokens: [String: User], rules: [Rule] = [Rule()]) {
    self.tokens = tokens
    self.rules = rules
  }

  /// The user of a request.
  ///
  /// - Throws: a status 401 for unknown credentials.
  func user(token: String?, certificate: User?) throws(APIStatus) -> User {
    if let token {
      guard let user = tokens[token] else { throw .unauthorized }
      return user
    }
    if let certificate { return certificate }
    guard admitsAnonymous else { throw .unauthorized }
    return User("system:admin", groups: ["system:masters"])
  }

  func allows(_ user: User, _ action: Action) -> Bool {
    rules.contains { $0.allows(user, action) }
  }

  /// Refuses what is not allowed.
  ///
  /// - Throws: a status 403.
  func check(_ user: User, _ request: APIRequest) throws(APIStatus) {
    guard let type = request.type, !type.isReview else { return }
    let resource = type.plural + (request.subresource.map { "/\($0)" } ?? "")
    let action = Action(verb: request.verb, resource: resource, namespace: request.namespace)
    guard !allows(user, action) else { return }
    throw Self.forbidden(user, request, type, resource)
  }

  /// The refusal of a request of a user.
  static func forbidden(
    _ user: User, _ request: APIRequest, _ type: ResourceType, _ resource: String
  ) -> APIStatus {
    let object = request.name.map { " \"\($0)\"" } ?? ""
    let place = request.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
    return APIStatus(
      403, "Forbidden",
      "\(type.qualified)\(object) is forbidden: User \"\(user.name)\" cannot \(request.verb) resource \"\(resource)\" "
        + "in API group \"\(type.group)\" \(place)", about: type, name: request.name)
  }
}
