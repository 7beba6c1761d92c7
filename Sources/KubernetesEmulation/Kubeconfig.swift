/// The file that tells kubectl where the cluster is and who its user is.
public struct Kubeconfig: Hashable, Sendable {
  /// How the user proves to be it.
  public enum Credentials: Hashable, Sendable {
    /// By a token.
    case token(String)
    /// By a certificate and its key, both in PEM.
    case certificate(String, key: String)
  }

  /// The address of the server.
  public var server: String
  /// The certificate in PEM of whoever has signed the server's; none for plain HTTP.
  public var authority: String?
  /// The user.
  public var credentials: Credentials
  /// The namespace of commands that name none.
  public var namespace = "default"

  /// A file for a server and its user.
  public init(server: String, authority: String? = nil, credentials: Credentials) {
    self.server = server
    self.authority = authority
    self.credentials = credentials
  }

  /// The text of the file.
  public var text: String {
    var cluster = ["    server: \(server)"]
    if let authority { cluster.append("    certificate-authority-data: \(Base64.encode(Array(authority.utf8)))") }
    let user =
      switch credentials {
      case .token(let token): ["    token: \(token)"]
      case .certificate(let certificate, let key):
        [
          "    client-certificate-data: \(Base64.encode(Array(certificate.utf8)))",
          "    client-key-data: \(Base64.encode(Array(key.utf8)))",
        ]
      }
    let lines =
      ["apiVersion: v1", "kind: Config", "clusters:", "- name: emulated", "  cluster:"] + cluster
      + ["users:", "- name: emulated", "  user:"] + user
      + [
        "contexts:", "- name: emulated", "  context:", "    cluster: emulated", "    user: emulated",
        "    namespace: \(namespace)", "current-context: emulated",
      ]
    return lines.joined(separator: "\n") + "\n"
  }
}

extension EmulatedCluster {
  /// The file for kubectl, with the administrator's token, over plain HTTP.
  public var kubeconfig: Kubeconfig {
    Kubeconfig(server: "http://127.0.0.1:\(port)", credentials: .token(token))
  }
}
