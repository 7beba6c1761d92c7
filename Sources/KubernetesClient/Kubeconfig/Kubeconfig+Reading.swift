import FoundationEssentials
import WireProtocols
import YAMLReading

extension Kubeconfig {
  /// The most bytes that a kubeconfig may have.
  public static let longestFile = 1 << 20
  /// What of YAML a kubeconfig may use: it is written by programs and has no aliases worth the name.
  private static let limits = YAMLLimits(bytes: longestFile, nodes: 20_000, depth: 32, anchors: 100)

  /// Reads the text of a kubeconfig.
  ///
  /// Keys that are not known are passed over, as kubectl does; credentials that are known and not supported are refused.
  ///
  /// - Parameters:
  ///   - text: the content, YAML or JSON.
  ///   - path: the file, which errors name and whose folder relative paths start from.
  /// - Throws: `YAMLError`, ``KubeconfigError``.
  public init(parsing text: String, path: String) throws {
    let root = KubeconfigNode(try YAMLParser.parse(text, file: path, limits: Self.limits), key: "kubeconfig")
    try root.checkIsMapping()
    if let kind = try root.text("kind"), kind != "Config" {
      throw KubeconfigError.badValue(place: root.place, key: "kind", value: kind, allowed: "Config")
    }
    let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : "."
    clusters = try root.named("clusters", "cluster") { node, _ in try Self.cluster(node, folder) }
    users = try root.named("users", "user") { try Self.user($0, $1, folder) }
    contexts = try root.named("contexts", "context") { node, _ in
      Context(
        cluster: try node.text("cluster") ?? "", user: try node.text("user"), namespace: try node.text("namespace"))
    }
    currentContext = try root.text("current-context").flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func resolved(_ path: String, _ folder: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }

  private static func content(_ node: KubeconfigNode, _ key: String, _ folder: String) throws -> Content? {
    if let data = try node.base64("\(key)-data") { return .data(data) }
    guard let file = try node.text(key), !file.isEmpty else { return nil }
    return .file(resolved(file, folder))
  }

  private static func cluster(_ node: KubeconfigNode, _ folder: String) throws -> Cluster {
    let text = try node.text("server") ?? ""
    guard let server = ServerAddress(text) else {
      throw KubeconfigError.badValue(
        place: node.place, key: "server", value: text, allowed: "an address such as https://10.0.0.1:6443")
    }
    let proxy = try node.text("proxy-url")
    if let proxy, !["http", "https", "socks5"].contains(where: { proxy.hasPrefix("\($0)://") }) {
      throw KubeconfigError.badValue(
        place: node.place, key: "proxy-url", value: proxy, allowed: "an address with http, https or socks5")
    }
    let serverName = try node.text("tls-server-name")
    if let serverName, ServerAddress("https://\(serverName)")?.host != serverName {
      throw KubeconfigError.badValue(
        place: node.place, key: "tls-server-name", value: serverName, allowed: "the name of a host")
    }
    let extensions = try node.named("extensions", "extension") { node, _ in node.json }
    return Cluster(
      server: server, authority: try content(node, "certificate-authority", folder),
      skipsVerification: try node.flag("insecure-skip-tls-verify"), serverName: serverName, proxy: proxy,
      pluginConfiguration: extensions.first { $0.name == "client.authentication.k8s.io/exec" }?.value)
  }

  private static func user(_ node: KubeconfigNode, _ name: String, _ folder: String) throws -> User {
    let advice = [
      "auth-provider": "take the provider's credential program (`exec`) instead",
      "as": "take a user with the rights that are needed", "as-uid": "take a user with the rights that are needed",
      "as-groups": "take a user with the rights that are needed",
      "as-user-extra": "take a user with the rights that are needed",
    ]
    for key in advice.keys.sorted() where node.has(key) {
      throw KubeconfigError.unsupported(user: name, key: key, advice: advice[key] ?? "")
    }
    var user = User()
    user.certificate = try content(node, "client-certificate", folder)
    user.key = try content(node, "client-key", folder)
    user.token = try node.text("token").flatMap { $0.isEmpty ? nil : $0 }
    user.tokenFile = try node.text("tokenFile").flatMap { $0.isEmpty ? nil : resolved($0, folder) }
    if let login = try node.text("username"), !login.isEmpty {
      user.password = Password(name: login, password: try node.text("password") ?? "")
    }
    if let plugin = node.child("exec") { user.plugin = try self.plugin(plugin, folder) }
    return user
  }

  private static func plugin(_ node: KubeconfigNode, _ folder: String) throws -> CredentialPlugin {
    func choice<Value: RawRepresentable & CaseIterable>(
      _ key: String, default standard: Value?
    ) throws -> Value where Value.RawValue == String {
      let text = try node.text(key)
      if text == nil, let standard { return standard }
      guard let value = text.flatMap({ Value(rawValue: $0) }) else {
        throw KubeconfigError.badValue(
          place: node.place, key: key, value: text ?? "",
          allowed: Value.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return value
    }
    guard let command = try node.text("command"), !command.isEmpty else {
      throw KubeconfigError.badValue(place: node.place, key: "command", value: "", allowed: "a program")
    }
    let version: CredentialPlugin.Version = try choice("apiVersion", default: nil)
    return CredentialPlugin(
      command: command.contains("/") ? resolved(command, folder) : command,
      arguments: try node.texts("args"),
      environment: try node.elements("env").map {
        CredentialPlugin.Variable(name: try $0.text("name") ?? "", value: try $0.text("value") ?? "")
      }, version: version, wantsCluster: try node.flag("provideClusterInfo"),
      // Version 1 must say it; before, this was the rule.
      interaction: try choice("interactiveMode", default: version == .v1 ? nil : .ifAvailable),
      installHint: try node.text("installHint"))
  }
}
