import FoundationEssentials

/// Gives every call its credentials: kept while they are good, read or fetched anew when they are not.
public actor CredentialSource {
  private let user: Kubeconfig.User
  private let cluster: Kubeconfig.Cluster
  private let authorities: [UInt8]?
  private let runner: PluginRunner
  private let secondsSince1970: @Sendable () -> Double
  private var lastToken: String?
  private var fromPlugin: PluginCredential?
  private var fetching: Task<PluginCredential, any Error>?

  /// A token of a service account, a certificate or its key may have.
  private static let longestFile = 1 << 20

  /// The credentials of a user for a cluster.
  ///
  /// - Parameters:
  ///   - authorities: what the cluster is trusted by, for programs that want to know.
  ///   - secondsSince1970: the time by the wall clock, which credentials expire by.
  public init(
    user: Kubeconfig.User, cluster: Kubeconfig.Cluster, authorities: [UInt8]?, runner: PluginRunner,
    secondsSince1970: @escaping @Sendable () -> Double
  ) {
    self.user = user
    self.cluster = cluster
    self.authorities = authorities
    self.runner = runner
    self.secondsSince1970 = secondsSince1970
  }

  /// The credentials of the next call.
  ///
  /// - Throws: ``KubeconfigError``.
  public func current() async throws -> Authentication {
    var authentication = Authentication()
    if let certificate = user.certificate, let key = user.key {
      authentication.identity = ClientIdentity(
        certificate: try Self.bytes(certificate), key: try Self.bytes(key))
    }
    if let file = user.tokenFile {
      authentication.authorization = try token(in: file)
    } else if let token = user.token {
      guard let header = Authentication.bearer(token) else {
        throw KubeconfigError.badValue(
          place: "the kubeconfig", key: "token", value: "…", allowed: "a token without blanks or line breaks")
      }
      authentication.authorization = header
    } else if let login = user.password {
      authentication.authorization =
        "Basic " + Data("\(login.name):\(login.password)".utf8).base64EncodedString()
    }
    guard let plugin = user.plugin, authentication.authorization == nil else { return authentication }
    let credential = try await credential(from: plugin)
    return Authentication(
      authorization: credential.authentication.authorization,
      identity: credential.authentication.identity ?? authentication.identity)
  }

  /// The server has refused credentials.
  ///
  /// - Returns: other ones, or `nil` if there are none.
  public func renewed(after refused: Authentication) async throws -> Authentication? {
    if let fromPlugin, fromPlugin.authentication.authorization == refused.authorization,
      fromPlugin.authentication.identity == nil || fromPlugin.authentication.identity == refused.identity
    {
      self.fromPlugin = nil
      return try await current()
    }
    let new = try await current()
    return new == refused ? nil : new
  }

  private func credential(from plugin: CredentialPlugin) async throws -> PluginCredential {
    if let fromPlugin, fromPlugin.expiry.map({ secondsSince1970() < $0 }) ?? true { return fromPlugin }
    if let fetching { return try await fetching.value }
    let isInteractive = plugin.interaction != .never && runner.hasTerminal
    guard isInteractive || plugin.interaction != .always else {
      throw KubeconfigError.pluginFailed(command: plugin.command, reason: "it wants a terminal and there is none")
    }
    let information = plugin.information(cluster: cluster, authorities: authorities, isInteractive: isInteractive)
    let run = runner.run
    let task = Task {
      try PluginCredential(try await run(plugin, information.text, isInteractive), of: plugin)
    }
    fetching = task
    defer { fetching = nil }
    let credential = try await task.value
    fromPlugin = credential
    return credential
  }

  /// The token in a file, read anew each time since it may have been replaced; the last good one when it cannot be read.
  private func token(in file: String) throws -> String {
    do {
      let text = String(decoding: try SmallFile.read(file, limit: Self.longestFile), as: UTF8.self)
      guard let header = Authentication.bearer(text.filter { !$0.isWhitespace }) else {
        throw KubeconfigError.unreadable(path: file, reason: "it holds no token")
      }
      lastToken = header
      return header
    } catch {
      guard let lastToken else { throw error }
      return lastToken
    }
  }

  /// Bytes of the kubeconfig or of a file.
  static func bytes(_ content: Kubeconfig.Content) throws -> [UInt8] {
    switch content {
    case .data(let bytes): bytes
    case .file(let path): try SmallFile.read(path, limit: longestFile)
    }
  }
}
