import WireProtocols

/// What a kubeconfig says: clusters, users and contexts by name, in the order of the files.
///
/// - Source: the documentation of kubeconfig files, "Organizing Cluster Access Using kubeconfig Files".
public struct Kubeconfig: Hashable, Sendable {
  /// A part with its name.
  public struct Named<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The part.
    public let value: Value
  }

  /// Bytes that stand in the file or in a file of their own; paths are absolute or as the folder of the file has them.
  public enum Content: Hashable, Sendable {
    /// Bytes.
    case data([UInt8])
    /// A file.
    case file(String)
  }

  /// A cluster.
  public struct Cluster: Hashable, Sendable {
    /// The address of its API server.
    public var server: ServerAddress
    /// The certificates that it is trusted by.
    public var authority: Content?
    /// Whether any certificate is accepted.
    public var skipsVerification: Bool
    /// The name that its certificate carries, if it is not the host's.
    public var serverName: String?
    /// A proxy between here and there.
    public var proxy: String?
    /// What credential programs are told of it: the extension `client.authentication.k8s.io/exec`.
    public var pluginConfiguration: JSON?
  }

  /// A user's credentials.
  public struct User: Hashable, Sendable {
    /// The certificate.
    public var certificate: Content?
    /// The certificate's key.
    public var key: Content?
    /// A token.
    public var token: String?
    /// A file with a token that may change; it counts more than ``token``.
    public var tokenFile: String?
    /// A name and a password.
    public var password: Password?
    /// A program that gives credentials.
    public var plugin: CredentialPlugin?
  }

  /// A name and a password.
  public struct Password: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The password.
    public let password: String
  }

  /// A cluster with a user and a namespace.
  public struct Context: Hashable, Sendable {
    /// The name of the cluster.
    public var cluster: String
    /// The name of the user, if there is one.
    public var user: String?
    /// The namespace, if one is named.
    public var namespace: String?
  }

  /// The clusters.
  public var clusters: [Named<Cluster>] = []
  /// The users.
  public var users: [Named<User>] = []
  /// The contexts.
  public var contexts: [Named<Context>] = []
  /// The name of the context that counts when none is named.
  public var currentContext: String?

  /// Lays a later file under this one: what is named in both is taken from this one, as kubectl does.
  public mutating func merge(_ later: Kubeconfig) {
    clusters += later.clusters.filter { new in !clusters.contains { $0.name == new.name } }
    users += later.users.filter { new in !users.contains { $0.name == new.name } }
    contexts += later.contexts.filter { new in !contexts.contains { $0.name == new.name } }
    currentContext = currentContext ?? later.currentContext
  }

  /// The context of a name, or the current one.
  ///
  /// - Throws: ``KubeconfigError``.
  public func context(_ name: String?) throws -> Named<Context> {
    let names = contexts.map(\.name)
    guard let wanted = name ?? currentContext, !wanted.isEmpty else { throw KubeconfigError.noContext(allowed: names) }
    guard let context = contexts.first(where: { $0.name == wanted }) else {
      throw KubeconfigError.unknown(what: "context", name: wanted, allowed: names)
    }
    return context
  }

  /// The cluster of a context.
  func cluster(of context: Context) throws -> Cluster {
    guard let cluster = clusters.first(where: { $0.name == context.cluster }) else {
      throw KubeconfigError.unknown(what: "cluster", name: context.cluster, allowed: clusters.map(\.name))
    }
    return cluster.value
  }

  /// The user of a context; one without credentials when it names none.
  func user(of context: Context) throws -> User {
    guard let name = context.user, !name.isEmpty else { return User() }
    guard let user = users.first(where: { $0.name == name }) else {
      throw KubeconfigError.unknown(what: "user", name: name, allowed: users.map(\.name))
    }
    return user.value
  }
}

/// A program that prints credentials: its argument vector and what it is told.
///
/// - Source: the documentation of "client-go credential plugins".
public struct CredentialPlugin: Hashable, Sendable {
  /// Whether it may ask the user something.
  public enum Interaction: String, Hashable, Sendable, CaseIterable {
    /// It never asks.
    case never = "Never"
    /// It asks if there is a terminal.
    case ifAvailable = "IfAvailable"
    /// It must ask.
    case always = "Always"
  }

  /// A variable of its environment.
  public struct Variable: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: String
  }

  /// The version of its answers.
  public enum Version: String, Hashable, Sendable, CaseIterable {
    /// Stable.
    case v1 = "client.authentication.k8s.io/v1"
    /// The one before.
    case v1beta1 = "client.authentication.k8s.io/v1beta1"
  }

  /// The program: a path, or a name that is looked for in `PATH`.
  public var command: String
  /// Its arguments.
  public var arguments: [String]
  /// Variables on top of this process's.
  public var environment: [Variable]
  /// The version of its answers.
  public var version: Version
  /// Whether it is told of the cluster.
  public var wantsCluster: Bool
  /// Whether it may ask the user.
  public var interaction: Interaction
  /// What to do when it is not installed, in the words of the file.
  public var installHint: String?
}
