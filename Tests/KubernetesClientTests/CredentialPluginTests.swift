import KubernetesClient
import Synchronization
import Testing
import WireProtocols

/// Credential programs: what they are told, when they are asked, and what they may answer.
@Suite struct CredentialPluginTests {
  private static func user(_ command: String, _ more: String = "") -> String {
    "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: \"\(command)\"\(more)}}"
  }

  private static func credential(_ status: String, version: String = "v1") -> String {
    #"{"apiVersion":"client.authentication.k8s.io/\#(version)","kind":"ExecCredential","status":{\#(status)}}"#
  }

  /// A runner that gives `t1`, `t2` and so on, and what it was told.
  private final class Program: Sendable {
    private let told = Mutex<[String]>([])
    private let status: String

    init(_ status: String = "") {
      self.status = status
    }

    var informations: [String] { told.withLock { $0 } }

    var runner: PluginRunner {
      PluginRunner(hasTerminal: false) { [self] _, information, _ in
        let count = told.withLock { told in
          told.append(information)
          return told.count
        }
        return Array(CredentialPluginTests.credential("\"token\":\"t\(count)\"\(status)").utf8)
      }
    }
  }

  @Test func `a credential is kept until it expires`() async throws {
    let program = Program(#","expirationTimestamp":"1970-01-01T00:10:00Z""#)
    let seconds = Mutex(0.0)
    let access = try Sample.access(user: Self.user("x"), runner: program.runner) { seconds.withLock { $0 } }
    for (time, token) in [(0, "t1"), (599, "t1"), (600, "t2")] {
      seconds.withLock { $0 = Double(time) }
      #expect(try await access.credentials.current().authorization == "Bearer \(token)")
    }
  }

  @Test func `after a refusal it is fetched anew, once`() async throws {
    let program = Program()
    let refused = ScriptedAPI.Step.answer(401, Sample.status(401, "Unauthorized", "who are you"))
    let good = ScriptedAPI.Step.answer(200, #"{"kind":"Node","metadata":{"name":"n"}}"#)
    let api = ScriptedAPI([refused, good, good, refused, refused])
    let client = try Sample.client(api, access: try Sample.access(user: Self.user("x"), runner: program.runner))
    _ = try await client.get(.nodes, "n")
    _ = try await client.get(.nodes, "n")
    await #expect(
      throws: KubernetesError.refused(
        call: "get Node n", status: 401, reason: "Unauthorized", message: "who are you")
    ) { try await client.get(.nodes, "n") }
    #expect(api.calls.map { $0.header("authorization") } == [1, 2, 2, 2, 3].map { "Bearer t\($0)" })
    #expect(program.informations.count == 3)
  }

  @Test func `a fixed token that is refused is not sent again`() async throws {
    let api = ScriptedAPI([.answer(401, Sample.status(401, "Unauthorized", "no"))])
    await #expect(throws: KubernetesError.self) { try await Sample.client(api).get(.nodes, "n") }
    #expect(api.calls.count == 1)
  }

  @Test func `several calls at once ask the program once`() async throws {
    let program = Program()
    let access = try Sample.access(user: Self.user("x"), runner: program.runner)
    let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<8 { group.addTask { try await access.credentials.current().authorization } }
      return try await group.reduce(into: [String?]()) { $0.append($1) }
    }
    #expect(tokens == Array(repeating: "Bearer t1", count: 8))
  }

  @Test func `it is told of the cluster only if it wants to know`() async throws {
    let (quiet, curious) = (Program(), Program())
    _ = try await Sample.access(user: Self.user("x"), runner: quiet.runner).credentials.current()
    _ = try await Sample.access(user: Self.user("x", ", provideClusterInfo: true"), runner: curious.runner)
      .credentials.current()
    let start = #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false"#
    #expect(quiet.informations == [start + "}}"])
    #expect(curious.informations == [start + #","cluster":{"server":"https://10.0.0.1:6443"}}}"#])
  }

  @Test func `a program gets its arguments as they are, and its environment`() async throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    let program = try folder.write(
      """
      #!/bin/sh
      printf '%s|%s|%s' "$1" "$REGION" "$KUBERNETES_EXEC_INFO" > '\(folder.path)/seen'
      printf '%s' '\(Self.credential(#""clientCertificateData":"C","clientKeyData":"K""#))'
      """, to: "program", isProgram: true)
    let access = try Sample.access(
      user: Self.user(program, ", args: [\"$(touch x); `id`\"], env: [{name: REGION, value: us}]"),
      runner: .live(environment: ["PATH=/usr/bin:/bin", "REGION=eu"]))
    let authentication = try await access.credentials.current()
    #expect(authentication.identity == ClientIdentity(certificate: Array("C".utf8), key: Array("K".utf8)))
    #expect(authentication.authorization == nil)
    let seen = try folder.read("seen").split(separator: "|")
    #expect(seen[0] == "$(touch x); `id`")
    #expect(seen[1] == "us")
    #expect(seen[2].hasPrefix(#"{"apiVersion":"client.authentication.k8s.io/v1""#))
  }

  struct Failure: CustomStringConvertible, Sendable {
    let script: String
    let reason: String
    var description: String { reason }
  }

  static let failures = [
    Failure(script: "exit 3", reason: "it exited with 3"), Failure(script: "kill -9 $$", reason: "signal 9 ended it"),
    Failure(script: "echo hello", reason: "it printed no JSON"),
    Failure(script: "echo '{}'", reason: "it printed no ExecCredential of client.authentication.k8s.io/v1"),
    Failure(
      script: "echo '\(credential("\"token\":\"t\"", version: "v1beta1"))'",
      reason: "it printed no ExecCredential of client.authentication.k8s.io/v1"),
    Failure(
      script: "echo '\(credential(""))'", reason: "it printed neither a token nor a certificate with its key"),
    Failure(
      script: "echo '\(credential("\"token\":\"t\",\"clientKeyData\":\"k\""))'",
      reason: "it printed neither a token nor a certificate with its key"),
    Failure(
      script: "echo '\(credential("\"token\":\"a b\""))'", reason: "its token is empty or has odd characters"),
    Failure(
      script: "echo '\(credential("\"token\":\"t\",\"expirationTimestamp\":\"soon\""))'",
      reason: "its `expirationTimestamp` is `soon`"),
    Failure(script: "exec cat /dev/zero", reason: "it printed more than 1048576 bytes"),
    Failure(script: "exec sleep 1000", reason: "it did not end within 2 s"),
    Failure(script: "sleep 1000 & exec sleep 1000 > /dev/null", reason: "it did not end within 2 s"),
  ]

  @Test(arguments: failures)
  func `a program that fails is named with the reason`(failure: Failure) async throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    let program = try folder.write("#!/bin/sh\n\(failure.script)\n", to: "program", isProgram: true)
    let access = try Sample.access(
      user: Self.user(program), runner: .live(environment: ["PATH=/usr/bin:/bin"], limit: .seconds(2)))
    await #expect(throws: KubeconfigError.pluginFailed(command: program, reason: failure.reason)) {
      try await access.credentials.current()
    }
  }

  @Test func `a program that is missing comes with the advice of the file`() async throws {
    let access = try Sample.access(
      user: Self.user("no-such-program-at-all", ", installHint: get it from the provider"),
      runner: .live(environment: []))
    await #expect(
      throws: KubeconfigError.pluginFailed(
        command: "no-such-program-at-all", reason: "No such file or directory; get it from the provider")
    ) { try await access.credentials.current() }
  }

  @Test func `a program that must ask needs a terminal`() async throws {
    let access = try Sample.access(
      user: Self.user("x").replacing("Never", with: "Always"), runner: Program().runner)
    await #expect(
      throws: KubeconfigError.pluginFailed(command: "x", reason: "it wants a terminal and there is none")
    ) { try await access.credentials.current() }
  }
}
