import FoundationEssentials
import KubernetesClient
import Testing
import WireProtocols
import YAMLReading

/// Kubeconfigs as kubectl reads them, and hostile ones.
@Suite struct KubeconfigTests {
  private static let nothing = PluginRunner(hasTerminal: false) { _, _, _ in [] }

  private static func surroundings(_ variables: [String: String] = [:]) -> ClusterAccess.Surroundings {
    ClusterAccess.Surroundings(variables: variables, runner: nothing, secondsSince1970: { 0 })
  }

  private static let whole = """
    apiVersion: v1
    kind: Config
    preferences: {}
    current-context: blue
    clusters:
    - name: sea
      cluster:
        server: https://kubernetes.example.com:6443/prefix/
        certificate-authority-data: Q0E=
        tls-server-name: kubernetes
        proxy-url: http://proxy:3128
        extensions:
        - name: client.authentication.k8s.io/exec
          extension: {audience: me, number: 5}
    users:
    - name: sailor
      user:
        client-certificate: pki/me.crt
        client-key-data: S0VZ
    - name: pilot
      user:
        exec:
          apiVersion: client.authentication.k8s.io/v1beta1
          command: ./bin/credentials
          args: [get, "$(touch /tmp/x)", 3]
          env: [{name: REGION, value: us}]
          provideClusterInfo: true
    contexts:
    - name: blue
      context: {cluster: sea, user: sailor, namespace: hydra}
    - name: red
      context: {cluster: sea, user: pilot}
    """

  @Test func `a whole file is read`() throws {
    let config = try Kubeconfig(parsing: Self.whole, path: "/home/me/.kube/config")
    let cluster = try #require(config.clusters.first).value
    #expect(cluster.server.description == "https://kubernetes.example.com:6443/prefix")
    #expect(cluster.authority == .data(Array("CA".utf8)))
    #expect(cluster.serverName == "kubernetes")
    #expect(cluster.proxy == "http://proxy:3128")
    #expect(cluster.pluginConfiguration == ["audience": "me", "number": 5])
    #expect(config.users[0].value.certificate == .file("/home/me/.kube/pki/me.crt"))
    #expect(config.users[0].value.key == .data(Array("KEY".utf8)))
    let plugin = try #require(config.users[1].value.plugin)
    #expect(plugin.command == "/home/me/.kube/./bin/credentials")
    #expect(plugin.arguments == ["get", "$(touch /tmp/x)", "3"])
    #expect(plugin.version == .v1beta1)
    #expect(plugin.interaction == .ifAvailable)
    #expect(plugin.wantsCluster)
    #expect(config.currentContext == "blue")
    #expect(try config.context(nil).value.namespace == "hydra")
  }

  @Test func `of several files the first to name something counts`() throws {
    func file(_ context: String, _ token: String, _ port: Int) throws -> Kubeconfig {
      try Kubeconfig(
        parsing: """
          current-context: \(context)
          clusters: [{name: c, cluster: {server: "https://h:\(port)"}}, {name: c\(port), cluster: {server: "https://h"}}]
          users: [{name: u, user: {token: \(token)}}]
          contexts: [{name: \(context), context: {cluster: c, user: u}}]
          """, path: "\(context).yaml")
    }
    var merged = try file("one", "first", 1)
    merged.merge(try file("two", "second", 2))
    #expect(merged.currentContext == "one")
    #expect(merged.clusters.map(\.name) == ["c", "c1", "c2"])
    #expect(merged.clusters[0].value.server.port == 1)
    #expect(merged.users.map(\.value.token) == ["first"])
    #expect(merged.contexts.map(\.name) == ["one", "two"])
  }

  @Test func `the list of files, one that is missing and the named one are found`() throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    func file(_ name: String) throws -> String {
      try folder.write(
        """
        current-context: \(name)
        clusters: [{name: \(name), cluster: {server: "https://\(name)"}}]
        contexts: [{name: \(name), context: {cluster: \(name)}}]
        """, to: name)
    }
    let (one, two) = (try file("one"), try file("two"))
    let variables = ["KUBECONFIG": "\(folder.path)/missing:\(one)::\(two)", "HOME": "/nowhere"]
    let listed = try ClusterAccess.find(kubeconfig: nil, context: nil, in: Self.surroundings(variables))
    #expect(listed.endpoint.server.host == "one")
    let other = try ClusterAccess.find(kubeconfig: nil, context: "two", in: Self.surroundings(variables))
    #expect(other.endpoint.server.host == "two")
    let named = try ClusterAccess.find(kubeconfig: two, context: nil, in: Self.surroundings(variables))
    #expect(named.endpoint.server.host == "two")
    #expect(throws: KubeconfigError.self) {
      try ClusterAccess.find(kubeconfig: "\(folder.path)/missing", context: nil, in: Self.surroundings(variables))
    }
    #expect(throws: KubeconfigError.notFound(paths: ["/nowhere/.kube/config"])) {
      try ClusterAccess.find(kubeconfig: nil, context: nil, in: Self.surroundings(["HOME": "/nowhere"]))
    }
  }

  @Test func `inside a pod the service account counts, and its token may change`() async throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    _ = try folder.write("first\n", to: "token")
    _ = try folder.write("CA", to: "ca.crt")
    _ = try folder.write("jobs", to: "namespace")
    var surroundings = Self.surroundings(["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"])
    surroundings.serviceAccount = folder.path
    let access = try ClusterAccess.find(kubeconfig: nil, context: nil, in: surroundings)
    #expect(access.endpoint.server.description == "https://[fd00::1]:443")
    #expect(access.endpoint.authorities == Array("CA".utf8))
    #expect(access.namespace == "jobs")
    #expect(try await access.credentials.current().authorization == "Bearer first")
    _ = try folder.write("second", to: "token")
    #expect(try await access.credentials.current().authorization == "Bearer second")
    try folder.delete("token")
    #expect(try await access.credentials.current().authorization == "Bearer second")
  }

  @Test func `skipping the verification is obeyed with a warning`() throws {
    let config = try Kubeconfig(
      parsing: """
        current-context: x
        clusters: [{name: c, cluster: {server: "https://h", insecure-skip-tls-verify: true}}]
        contexts: [{name: x, context: {cluster: c}}]
        """, path: "config")
    let access = try ClusterAccess(config, context: nil, in: Self.surroundings())
    #expect(access.endpoint.skipsVerification)
    #expect(access.warnings.count == 1)
    #expect(access.warnings[0].hasPrefix("https://h:443 is not verified (insecure-skip-tls-verify)"))
  }

  struct Refusal: CustomStringConvertible, Sendable {
    let text: String
    let sentence: String
    var description: String { sentence }
  }

  private static func user(_ user: String) -> String {
    """
    current-context: x
    clusters: [{name: c, cluster: {server: "https://h"}}]
    users: [{name: u, user: \(user)}]
    contexts: [{name: x, context: {cluster: c, user: u}}]
    """
  }

  static let refusals = [
    Refusal(text: "- a", sentence: "config:1: `kubeconfig` is `a list`; allowed: a mapping."),
    Refusal(text: "kind: Pod", sentence: "config:1: `kind` is `Pod`; allowed: Config."),
    Refusal(
      text: "clusters: [{name: c, cluster: {server: ftp://h}}]",
      sentence: "config:1: `server` is `ftp://h`; allowed: an address such as https://10.0.0.1:6443."),
    Refusal(
      text: "clusters: [{name: c, cluster: {server: \"https://me:pw@h\"}}]",
      sentence: "config:1: `server` is `https://me:pw@h`; allowed: an address such as https://10.0.0.1:6443."),
    Refusal(
      text: "clusters: [{name: c, cluster: {server: \"https://h/../x\"}}]",
      sentence: "config:1: `server` is `https://h/../x`; allowed: an address such as https://10.0.0.1:6443."),
    Refusal(
      text: "clusters: [{name: c, cluster: {server: \"https://h\", proxy-url: \"file:///etc\"}}]",
      sentence: "config:1: `proxy-url` is `file:///etc`; allowed: an address with http, https or socks5."),
    Refusal(
      text: "clusters: [{name: c, cluster: {server: \"https://h\", tls-server-name: \"a/b\"}}]",
      sentence: "config:1: `tls-server-name` is `a/b`; allowed: the name of a host."),
    Refusal(
      text: "clusters: [{name: c, cluster: {server: \"https://h\", certificate-authority-data: \"#\"}}]",
      sentence: "config:1: `certificate-authority-data` is `#`; allowed: base64."),
    Refusal(
      text: user("{token: [a]}"), sentence: "config:3: `token` is `a list`; allowed: one line of text."),
    Refusal(
      text: user("{as: root}"),
      sentence:
        "User `u` of the kubeconfig has `as`, which is not supported; take a user with the rights that are needed."
    ),
    Refusal(
      text: user("{auth-provider: {name: gcp}}"),
      sentence:
        "User `u` of the kubeconfig has `auth-provider`, which is not supported; take the provider's credential "
        + "program (`exec`) instead."),
    Refusal(
      text: user("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}"),
      sentence: "config:3: `apiVersion` is `client.authentication.k8s.io/v1alpha1`; allowed: "
        + "client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1."),
    Refusal(
      text: user("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}"),
      sentence: "config:3: `interactiveMode` is ``; allowed: Never, IfAvailable, Always."),
    Refusal(
      text: user("{exec: {apiVersion: client.authentication.k8s.io/v1}}"),
      sentence: "config:3: `command` is ``; allowed: a program."),
    Refusal(
      text: user("{client-certificate: a.crt}"),
      sentence: "the kubeconfig: `client-key` is ``; allowed: both a certificate and its key, or neither."),
    Refusal(
      text: user("{token: a}").replacing("https://h", with: "http://h"),
      sentence: "the kubeconfig: `server` is `http://h:80`; allowed: an address with https, since credentials are sent "
        + "there."),
    Refusal(
      text: user("{token: a}").replacing("user: u}", with: "user: v}"),
      sentence: "The kubeconfig has no user `v`; allowed: u."),
    Refusal(
      text: user("{token: a}").replacing("cluster: c,", with: "cluster: d,"),
      sentence: "The kubeconfig has no cluster `d`; allowed: c."),
    Refusal(
      text: user("{token: a}").replacing("current-context: x", with: "current-context: y"),
      sentence: "The kubeconfig has no context `y`; allowed: x."),
    Refusal(
      text: user("{token: a}").replacing("current-context: x", with: "kind: Config"),
      sentence: "The kubeconfig has no current context; give --context NAME, allowed: x."),
    Refusal(
      text: user("{token: a}").replacing("user: u}", with: "user: u, namespace: ../x}"),
      sentence: "The namespace is `../x`; allowed: up to 63 of a-z, 0-9 and `-`, the first and last not `-`."),
  ]

  @Test(arguments: refusals)
  func `what cannot be used is refused with a sentence`(refusal: Refusal) {
    let error = #expect(throws: (any Error).self) {
      try ClusterAccess(
        try Kubeconfig(parsing: refusal.text, path: "config"), context: nil, in: Self.surroundings())
    }
    #expect(error.map { "\($0)" } == refusal.sentence)
  }

  static let bomb =
    "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    + zip("abcdef", "bcdefg").map {
      "\($1): &\($1) [" + repeatElement("*\($0)", count: 10).joined(separator: ",") + "]\n"
    }
    .joined()

  @Test(arguments: [
    bomb, String(repeating: "[", count: 100_000), String(repeating: "a: {", count: 40),
    "a: \"" + String(repeating: "x", count: 1 << 20) + "\"", "kind: !!python/object x", "a: &a {b: *a}",
    "kind: Config\n---\nkind: Config", "",
  ])
  func `hostile texts are refused before they cost anything`(text: String) {
    #expect(throws: YAMLError.self) { try Kubeconfig(parsing: text, path: "config") }
  }

  @Test func `a file without end is not read to its end`() throws {
    #expect(throws: KubeconfigError.tooLarge(path: "/dev/zero", limit: Kubeconfig.longestFile)) {
      try ClusterAccess.find(kubeconfig: "/dev/zero", context: nil, in: Self.surroundings())
    }
  }
}
