import FoundationEssentials
import WireProtocols

/// What a credential program has printed: an `ExecCredential` with a token, a certificate or both.
struct PluginCredential: Hashable, Sendable {
  let authentication: Authentication
  /// When it ends, in seconds since 1970; `nil` for at the end of this process.
  let expiry: Double?

  /// Reads what a program has printed.
  ///
  /// - Throws: ``KubeconfigError/pluginFailed(command:reason:)``.
  init(_ output: [UInt8], of plugin: CredentialPlugin) throws {
    func failure(_ reason: String) -> KubeconfigError { .pluginFailed(command: plugin.command, reason: reason) }
    guard let json = try? JSON(parsing: output) else { throw failure("it printed no JSON") }
    guard json["kind"]?.string == "ExecCredential", json["apiVersion"]?.string == plugin.version.rawValue else {
      throw failure("it printed no ExecCredential of \(plugin.version.rawValue)")
    }
    guard let status = json["status"] else { throw failure("it printed an ExecCredential without `status`") }
    let token = status["token"]?.string
    let certificate = status["clientCertificateData"]?.string
    let key = status["clientKeyData"]?.string
    guard token != nil || certificate != nil, (certificate == nil) == (key == nil) else {
      throw failure("it printed neither a token nor a certificate with its key")
    }
    var authentication = Authentication()
    if let token {
      guard let header = Authentication.bearer(token) else { throw failure("its token is empty or has odd characters") }
      authentication.authorization = header
    }
    if let certificate, let key {
      authentication.identity = ClientIdentity(certificate: Array(certificate.utf8), key: Array(key.utf8))
    }
    self.authentication = authentication
    guard let text = status["expirationTimestamp"]?.string else {
      expiry = nil
      return
    }
    guard let date = Self.date(text) else { throw failure("its `expirationTimestamp` is `\(text.prefix(60))`") }
    expiry = date
  }

  /// A moment as the API writes it, with or without fractions of a second.
  private static func date(_ text: String) -> Double? {
    let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
    return styles.lazy.compactMap { try? $0.parse(text) }.first?.timeIntervalSince1970
  }
}

extension CredentialPlugin {
  /// What the program is told in `KUBERNETES_EXEC_INFO`.
  ///
  /// - Parameters:
  ///   - cluster: the cluster that credentials are wanted for, with its certificates read.
  ///   - isInteractive: whether it has a terminal.
  func information(cluster: Kubeconfig.Cluster, authorities: [UInt8]?, isInteractive: Bool) -> JSON {
    var spec = [JSON.Member("interactive", .bool(isInteractive))]
    if wantsCluster {
      var members = [JSON.Member("server", .string(cluster.server.description))]
      if let name = cluster.serverName { members.append(JSON.Member("tls-server-name", .string(name))) }
      if cluster.skipsVerification { members.append(JSON.Member("insecure-skip-tls-verify", .bool(true))) }
      if let authorities {
        members.append(JSON.Member("certificate-authority-data", .string(Data(authorities).base64EncodedString())))
      }
      if let proxy = cluster.proxy { members.append(JSON.Member("proxy-url", .string(proxy))) }
      if let configuration = cluster.pluginConfiguration { members.append(JSON.Member("config", configuration)) }
      spec.append(JSON.Member("cluster", .object(members)))
    }
    return ["apiVersion": .string(version.rawValue), "kind": "ExecCredential", "spec": .object(spec)]
  }
}
