import Glibc
import KubernetesClient
import KubernetesEmulation
import PodEmulation
import Synchronization
import TLSServing
import Testing
import WireProtocols

// Both rooms have types of these names.
import struct KubernetesClient.Kubeconfig
import struct KubernetesClient.KubernetesObject

/// The toolkit's own client against the emulated server, by TLS and with client certificates.
@Suite(.enabled(if: Shell.find("openssl") != nil, "openssl is not installed"))
struct ExecuteTests {
  /// Runs a body with a cluster that has two pods that run, `a` and `b`, and one that does not, `image`.
  private static func with(
    _ change: (inout EmulatedClusterSettings) -> Void, _ body: (KubernetesClient, EmulatedCluster) async throws -> Void
  ) async throws {
    try await Shell.with { shell in
      let certificates = ServerCertificates(folder: shell.folder)
      try await certificates.make()
      let security = try TLSIdentity(
        certificateFile: certificates.certificateFile, keyFile: certificates.keyFile,
        authorityFile: certificates.authorityFile
      ).security()
      try await TestCluster.with { settings in
        settings.security = security
        settings.logs = shell.folder
        settings.runner = { $0.name == "image" ? .fails(.imagePull) : .idles }
        change(&settings)
      } _: { cluster, _ in
        let config = try Kubeconfig(
          parsing: certificates.kubeconfig(port: cluster.port).text, path: "config")
        let none = PluginRunner(hasTerminal: false) { _, _, _ in [] }
        let access = try ClusterAccess(
          config, context: nil, in: .init(variables: [:], runner: none, secondsSince1970: { 0 }))
        let client = KubernetesClient(access: access, transport: try .curl(to: access.endpoint))
        for name in ["b", "a", "image"] {
          try await client.create(pod(name))
          try await wait(for: name, client) { $0["status", "containerStatuses"] != nil }
        }
        try await body(client, cluster)
      }
    }
  }

  private static func pod(_ name: String) -> KubernetesObject {
    let container: JSON = ["name": "c", "image": "registry/image:v1"]
    return KubernetesObject([
      "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "namespace": "default"],
      "spec": ["containers": [container]],
    ])
  }

  private static func wait(
    for name: String, _ client: KubernetesClient, until isDone: (KubernetesObject) -> Bool
  ) async throws {
    for try await event in client.watch(.pods, namespace: "default") {
      switch event {
      case .added(let pod), .changed(let pod): if pod.name == name, isDone(pod) { return }
      default: break
      }
    }
  }

  private static func sentence(_ body: () async throws -> PodCommandResult) async -> String {
    let error = await #expect(throws: KubernetesError.self) { try await body() }
    return error?.description ?? ""
  }

  @Test func `a command's words, its pod and those beside it are known to who answers it`() async throws {
    try await Self.with { settings in
      settings.execute = { command in
        .prints(
          stdout: ([command.pod.name] + command.words + command.neighbours.map(\.name)).joined(separator: "|"),
          stderr: "é\n", exitCode: 3)
      }
    } _: { client, _ in
      let result = try await client.execute(
        ["sh", "-c", "x && y", "ü "], inPod: "b", namespace: "default", container: "c", within: .seconds(20))
      #expect(String(decoding: result.stdout, as: UTF8.self) == "b|sh|-c|x && y|ü |a")
      #expect(String(decoding: result.stderr, as: UTF8.self) == "é\n")
      #expect(result.exitCode == 3 && !result.isCut)
    }
  }

  @Test func `without anything that is said of commands there are no programs`() async throws {
    try await Self.with { _ in
    } _: { client, _ in
      let result = try await client.execute(["serve"], inPod: "a", namespace: "default", within: .seconds(20))
      #expect(result == PodCommandResult(stderr: Array("serve: not found\n".utf8), exitCode: 127))
    }
  }

  @Test func `a mebibyte of a large output is kept`() async throws {
    try await Self.with { settings in
      settings.execute = { _ in .prints(stdout: String(repeating: "x", count: 5_000_000), exitCode: 0) }
    } _: { client, _ in
      let result = try await client.execute(["x"], inPod: "a", namespace: "default", within: .seconds(20))
      #expect(result.stdout == [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) && result.isCut)
      #expect(result.exitCode == 0)
    }
  }

  @Test func `pods that are not there or do not run, and containers that they have not, are refused`() async throws {
    try await Self.with { _ in
    } _: { client, _ in
      let missing = await Self.sentence {
        try await client.execute(["x"], inPod: "none", namespace: "default", within: .seconds(20))
      }
      #expect(missing == #"Could not execute in Pod default/none: pods "none" not found (404 NotFound)."#)
      let idle = await Self.sentence {
        try await client.execute(["x"], inPod: "image", namespace: "default", within: .seconds(20))
      }
      #expect(idle == #"Could not execute in Pod default/image: container not found ("c") (500)."#)
      let other = await Self.sentence {
        try await client.execute(["x"], inPod: "a", namespace: "default", container: "d", within: .seconds(20))
      }
      #expect(
        other == "Could not execute in Pod default/a: container d is not valid for pod a (400 BadRequest).")
    }
  }

  @Test func `who may not is refused, and can ask before`() async throws {
    try await Self.with { settings in
      settings.access = APIAccess(
        tokens: [:], rules: [.init(resources: ["pods"]), .init(resources: ["selfsubjectaccessreviews"])])
    } _: { client, _ in
      let mayExecute = try await client.may(.init("get", .pods, subresource: "exec", namespace: "default"))
      let mayGet = try await client.may(.init("get", .pods, namespace: "default"))
      #expect(!mayExecute && mayGet)
      let refusal = await Self.sentence {
        try await client.execute(["x"], inPod: "a", namespace: "default", within: .seconds(20))
      }
      #expect(
        refusal.hasPrefix(
          #"Could not execute in Pod default/a: pods "a" is forbidden: User "kubernetes-admin" cannot "#)
          && refusal.contains(#"get resource "pods/exec""#) && refusal.hasSuffix("(403 Forbidden)."))
    }
  }

  @Test func `a connection that is cut in the middle is an error and not a success`() async throws {
    let runs = Mutex(0)
    try await Self.with { settings in
      settings.faults = { $0.subresource == "exec" ? [.cuts(afterBytes: 4)] : [] }
      settings.execute = { _ in
        runs.withLock { $0 += 1 }
        return .prints(stdout: "abc")
      }
    } _: { client, _ in
      let cut = await Self.sentence {
        try await client.execute(["x"], inPod: "a", namespace: "default", within: .seconds(20))
      }
      #expect(cut.hasPrefix("Could not execute in Pod default/a to the end: it has begun, and "))
    }
    #expect(runs.withLock { $0 } == 1)
  }

  @Test func `a server that has too much to do is asked again, and the command begins once`() async throws {
    let runs = Mutex(0)
    let asked = Mutex(0)
    try await Self.with { settings in
      settings.faults = { request in
        guard request.subresource == "exec" else { return [] }
        let isFirst = asked.withLock { count in
          count += 1
          return count == 1
        }
        return isFirst ? [.tooManyRequests(retryAfterSeconds: 0)] : []
      }
      settings.execute = { _ in
        runs.withLock { $0 += 1 }
        return .prints()
      }
    } _: { client, _ in
      let result = try await client.execute(["x"], inPod: "a", namespace: "default", within: .seconds(20))
      #expect(result == PodCommandResult(exitCode: 0))
    }
    #expect(runs.withLock { $0 } == 1 && asked.withLock { $0 } == 2)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a process that a command starts belongs to the pod: its log, its end, and that of the pod`() async throws {
    try await Self.with { settings in
      settings.execute = { command in
        .starts(.init(program: "/bin/sh", arguments: ["-c", command.words[0]], environment: []))
      }
    } _: { client, _ in
      func start(_ script: String) async throws {
        let result = try await client.execute([script], inPod: "a", namespace: "default", within: .seconds(20))
        #expect(result == PodCommandResult(exitCode: 0))
      }
      try await start("exit 5")
      for try await event in client.watch(.events, namespace: "default") {
        guard case .added(let event) = event, event["reason"] == "CommandEnded" else { continue }
        #expect(
          event["message"]?.string
            == "/bin/sh, started by a command in the container, has ended: exit code 5")
        #expect(event["type"] == "Warning" && event["involvedObject", "name"] == "a")
        break
      }
      try await start("echo $$; exec sleep 1000")
      var log = ""
      while !log.hasSuffix("\n") {
        log = String(decoding: try await client.log(ofPod: "a", namespace: "default"), as: UTF8.self)
      }
      let process = try #require(Int32(log.dropLast()))
      #expect(kill(process, 0) == 0)
      try await client.delete(.pods, "a", namespace: "default", .init(graceSeconds: 5))
      for try await event in client.watch(.pods, namespace: "default") {
        if case .complete = event {
          let left = try await client.get(.pods, "a", namespace: "default")
          if left == nil { break }
        }
        if case .removed(let pod) = event, pod.name == "a" { break }
      }
      #expect(kill(process, 0) == -1)
      let missing = await Self.sentence {
        try await client.execute(["x"], inPod: "a", namespace: "default", within: .seconds(20))
      }
      #expect(missing.hasSuffix("(404 NotFound)."))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `what a command has started does not outlive its container`() async throws {
    try await Self.with { settings in
      settings.execute = { _ in
        .starts(.init(program: "/bin/sh", arguments: ["-c", "echo $$; exec sleep 1000"], environment: []))
      }
    } _: { client, cluster in
      _ = try await client.execute(["x"], inPod: "a", namespace: "default", within: .seconds(20))
      var log = ""
      while !log.hasSuffix("\n") {
        log = String(decoding: try await client.log(ofPod: "a", namespace: "default"), as: UTF8.self)
      }
      let process = try #require(Int32(log.dropLast()))
      await cluster.failPod("a", in: "default", .crashes(exitCode: 1))
      while kill(process, 0) == 0 { try await Task.sleep(for: .milliseconds(2)) }
      let events = try await client.list(.events, namespace: "default").items
      #expect(!events.contains { $0["reason"] == "CommandEnded" })
    }
  }

  @Test func `a program that is not there is the command's failure`() async throws {
    try await Self.with { settings in
      settings.execute = { _ in .starts(.init(program: "/no/such", arguments: [], environment: [])) }
    } _: { client, _ in
      let failure = await Self.sentence {
        try await client.execute(["x"], inPod: "a", namespace: "default", within: .seconds(20))
      }
      #expect(failure.contains("error executing command in container") && failure.contains("/no/such"))
      #expect(failure.hasSuffix("(500 InternalError)."))
    }
  }
}
