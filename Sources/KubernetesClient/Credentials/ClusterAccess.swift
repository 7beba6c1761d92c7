/// A cluster and a way in: where its API server is, how it is trusted and who asks.
public struct ClusterAccess: Sendable {
  /// Where the API server is and how it is trusted.
  public let endpoint: ClusterEndpoint
  /// Who asks.
  public let credentials: CredentialSource
  /// The namespace of the context, if it names one.
  public let namespace: String?
  /// The name of the context; `nil` inside a cluster.
  public let context: String?
  /// What the user should be told.
  public let warnings: [String]

  /// What the environment says about clusters.
  public struct Surroundings: Sendable {
    /// The variables, by name.
    public var variables: [String: String]
    /// The folder of the service account inside a pod.
    public var serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"
    /// How credential programs are run.
    public var runner: PluginRunner
    /// The time by the wall clock.
    public var secondsSince1970: @Sendable () -> Double

    /// What the environment says.
    public init(
      variables: [String: String], runner: PluginRunner, secondsSince1970: @escaping @Sendable () -> Double
    ) {
      self.variables = variables
      self.runner = runner
      self.secondsSince1970 = secondsSince1970
    }
  }

  /// Finds the cluster: a file that was named, else the files of `KUBECONFIG`, else `~/.kube/config`, else, inside a pod,
  /// the service account.
  ///
  /// - Parameters:
  ///   - kubeconfig: a file that was named; nothing else is looked at then.
  ///   - context: a context that was named.
  /// - Throws: `YAMLError`, ``KubeconfigError``.
  public static func find(
    kubeconfig: String?, context: String?, in surroundings: Surroundings
  ) throws -> ClusterAccess {
    let paths = kubeconfigPaths(named: kubeconfig, surroundings.variables)
    let isOptional = kubeconfig == nil
    let present = isOptional ? paths.filter(SmallFile.exists) : paths
    guard !present.isEmpty else {
      if let inside = try insideCluster(surroundings) { return inside }
      throw KubeconfigError.notFound(paths: paths.isEmpty ? ["~/.kube/config"] : paths)
    }
    var merged = Kubeconfig()
    for path in present {
      let text = String(decoding: try SmallFile.read(path, limit: Kubeconfig.longestFile), as: UTF8.self)
      merged.merge(try Kubeconfig(parsing: text, path: path))
    }
    return try ClusterAccess(merged, context: context, in: surroundings)
  }

  /// The files that may have a say, in order.
  static func kubeconfigPaths(named: String?, _ variables: [String: String]) -> [String] {
    if let named { return [named] }
    if let list = variables["KUBECONFIG"], !list.isEmpty {
      return list.split(separator: ":").map(String.init)
    }
    return variables["HOME"].map { ["\($0)/.kube/config"] } ?? []
  }

  /// The access that a context of a kubeconfig gives.
  ///
  /// - Throws: ``KubeconfigError``.
  public init(_ kubeconfig: Kubeconfig, context name: String?, in surroundings: Surroundings) throws {
    let context = try kubeconfig.context(name)
    let cluster = try kubeconfig.cluster(of: context.value)
    let user = try kubeconfig.user(of: context.value)
    let authorities = try cluster.authority.map(CredentialSource.bytes)
    if let namespace = context.value.namespace, !namespace.isEmpty {
      try ObjectNames.checkLabel(namespace, "namespace")
    }
    try self.init(
      cluster: cluster, user: user, authorities: authorities,
      namespace: context.value.namespace.flatMap { $0.isEmpty ? nil : $0 }, context: context.name, surroundings)
  }

  private init(
    cluster: Kubeconfig.Cluster, user: Kubeconfig.User, authorities: [UInt8]?, namespace: String?, context: String?,
    _ surroundings: Surroundings
  ) throws {
    var warnings: [String] = []
    if cluster.skipsVerification {
      warnings.append(
        "\(cluster.server) is not verified (insecure-skip-tls-verify): anybody in between can read and change everything."
      )
    }
    let hasSecrets =
      user.token != nil || user.tokenFile != nil || user.password != nil || user.plugin != nil
    if cluster.server.scheme == "http", hasSecrets, !cluster.server.isLoopback {
      throw KubeconfigError.badValue(
        place: "the kubeconfig", key: "server", value: cluster.server.description,
        allowed: "an address with https, since credentials are sent there")
    }
    if (user.certificate == nil) != (user.key == nil) {
      throw KubeconfigError.badValue(
        place: "the kubeconfig", key: user.key == nil ? "client-key" : "client-certificate", value: "",
        allowed: "both a certificate and its key, or neither")
    }
    endpoint = ClusterEndpoint(
      server: cluster.server, authorities: authorities, skipsVerification: cluster.skipsVerification,
      certificateName: cluster.serverName, proxy: cluster.proxy)
    credentials = CredentialSource(
      user: user, cluster: cluster, authorities: authorities, runner: surroundings.runner,
      secondsSince1970: surroundings.secondsSince1970)
    self.namespace = namespace
    self.context = context
    self.warnings = warnings
  }

  /// The access that a pod has by its service account; `nil` outside of a cluster.
  private static func insideCluster(_ surroundings: Surroundings) throws -> ClusterAccess? {
    guard let host = surroundings.variables["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      let port = surroundings.variables["KUBERNETES_SERVICE_PORT"], !port.isEmpty
    else { return nil }
    let text = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    guard let server = ServerAddress(text) else {
      throw KubeconfigError.badValue(
        place: "the environment", key: "KUBERNETES_SERVICE_HOST", value: text, allowed: "the address of a server")
    }
    let folder = surroundings.serviceAccount
    let namespaceFile = "\(folder)/namespace"
    let namespace =
      SmallFile.exists(namespaceFile)
      ? String(decoding: try SmallFile.read(namespaceFile, limit: 1024), as: UTF8.self).filter { !$0.isWhitespace }
      : nil
    let cluster = Kubeconfig.Cluster(server: server, authority: .file("\(folder)/ca.crt"), skipsVerification: false)
    return try ClusterAccess(
      cluster: cluster, user: Kubeconfig.User(tokenFile: "\(folder)/token"),
      authorities: try SmallFile.read("\(folder)/ca.crt", limit: 1 << 20), namespace: namespace, context: nil,
      surroundings)
  }
}
