import KubernetesEmulation
import PodEmulation
import TLSServing
import Testing

@Suite(.enabled(if: Shell.find("openssl") != nil, "openssl is not installed"))
struct TLSTests {
  /// Runs a body with a cluster that is reached by TLS only.
  private static func with(_ body: (EmulatedCluster, Shell, ServerCertificates) async throws -> Void) async throws {
    try await Shell.with { shell in
      let certificates = ServerCertificates(folder: shell.folder)
      try await certificates.make()
      let security = try TLSIdentity(
        certificateFile: certificates.certificateFile, keyFile: certificates.keyFile,
        authorityFile: certificates.authorityFile
      ).security()
      try await TestCluster.with { settings in
        settings.security = security
      } _: { cluster, _ in
        try await body(cluster, shell, certificates)
      }
    }
  }

  private static func request(_ cluster: EmulatedCluster, _ shell: Shell, options: String, header: String) async throws
    -> String
  {
    let text = #"GET /api/v1/nodes HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\#(header)\r\n"#
    return try await shell.run(
      "/bin/sh",
      [
        "-c",
        "printf '\(text)' | openssl s_client -quiet -no_ign_eof -ign_eof -verify_return_error -connect 127.0.0.1:\(cluster.port) "
          + "-CAfile \(shell.folder)/ca.crt \(options)",
      ]
    ).output
  }

  @Test func `a client certificate of the authority makes its subject the user, a token does as well`() async throws {
    try await Self.with { cluster, shell, _ in
      let options = "-cert \(shell.folder)/client.crt -key \(shell.folder)/client.key"
      let known = try await Self.request(cluster, shell, options: options, header: "")
      #expect(known.contains("200 OK") && known.contains("gpu-0"))
      let nobody = try await Self.request(cluster, shell, options: "", header: "")
      #expect(nobody.contains("401 Unauthorized"))
      let token = try await Self.request(
        cluster, shell, options: "", header: #"Authorization: Bearer \#(cluster.token)\r\n"#)
      #expect(token.contains("200 OK"))
    }
  }

  @Test func `a certificate of another authority is refused`() async throws {
    try await Self.with { cluster, shell, _ in
      try await Shell.with { other in
        try await ServerCertificates(folder: other.folder).make()
        let options = "-cert \(other.folder)/client.crt -key \(other.folder)/client.key"
        let answer = try await Self.request(cluster, shell, options: options, header: "")
        #expect(!answer.contains("200 OK"))
      }
    }
  }

  @Test(.enabled(if: !Shell.kubectls.isEmpty, "kubectl is not installed (on Debian: kubernetes-client)"))
  func `kubectl uses the server by its kubeconfig with certificates`() async throws {
    try await Self.with { cluster, shell, certificates in
      let file = try shell.write(try certificates.kubeconfig(port: cluster.port).text, to: "kubeconfig")
      let nodes = try await shell.run(Shell.kubectls[0], ["--kubeconfig", file, "get", "nodes", "-o", "name"])
      #expect(nodes.output == "node/gpu-0\nnode/gpu-1\nnode/store-0\n")
    }
  }
}
