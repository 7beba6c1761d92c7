import KubernetesEmulation
import PodEmulation
import Testing
import WireProtocols

/// `kubectl exec` against the emulated server.
@Suite struct KubectlExecTests {
  /// Runs a body with a pod `p` that runs, a pod `image` that does not, and a function that runs kubectl.
  private static func with(
    _ program: String, _ execute: @escaping PodExecutor,
    _ body: (@escaping @Sendable (String...) async throws -> Shell.Outcome) async throws -> Void
  ) async throws {
    try await TestCluster.with { settings in
      settings.admitsAnonymous = true
      settings.runner = { $0.name == "image" ? .fails(.imagePull) : .idles }
      settings.execute = execute
    } _: { cluster, client in
      for name in ["p", "image"] {
        try await client.create(TestCluster.pods, TestCluster.pod(name))
        try await client.wait("\(TestCluster.pods)?fieldSelector=metadata.name%3D\(name)") {
          $0.at("status", "containerStatuses") != nil
        }
      }
      try await Shell.with { shell in
        var shell = shell
        shell.environment = [.init("KUBECONFIG", try shell.write(cluster.kubeconfig.text, to: "kubeconfig"))]
        try await body { @Sendable [shell] (arguments: String...) in try await shell.run(program, arguments) }
      }
    }
  }

  @Test(
    .enabled(if: !Shell.kubectlsWithWebSocket.isEmpty, "no kubectl of 1.31 or later is installed"),
    arguments: Shell.kubectlsWithWebSocket)
  func `kubectl prints what a command prints, and ends with its exit code`(program: String) async throws {
    try await Self.with(program) { command in
      switch command.words.first {
      case "echo": .prints(stdout: command.words.dropFirst().joined(separator: " ") + "\n")
      case "big": .prints(stdout: String(repeating: "0123456789abcde\n", count: 100_000))
      case "fail": .prints(stderr: "it failed\n", exitCode: 42)
      default: .notFound(command)
      }
    } _: { kubectl in
      let echo = try await kubectl("exec", "p", "--", "echo", "two words", "&", "é")
      #expect(echo.output == "two words & é\n" && echo.exit == .exited(0))
      let big = try await kubectl("exec", "p", "-c", "c", "--", "big")
      #expect(big.output == String(repeating: "0123456789abcde\n", count: 100_000) && big.exit == .exited(0))
      let input = try await kubectl("exec", "-i", "p", "--", "echo", "input is ignored")
      #expect(input.output == "input is ignored\n" && input.exit == .exited(0))
      let failed = try await kubectl("exec", "p", "--", "fail")
      #expect(failed.output == "it failed\ncommand terminated with exit code 42\n" && failed.exit == .exited(42))
      let unknown = try await kubectl("exec", "p", "--", "serve")
      #expect(unknown.output == "serve: not found\ncommand terminated with exit code 127\n")
      #expect(unknown.exit == .exited(127))
    }
  }

  @Test(
    .enabled(if: !Shell.kubectlsWithWebSocket.isEmpty, "no kubectl of 1.31 or later is installed"),
    arguments: Shell.kubectlsWithWebSocket)
  func `kubectl shows why a command cannot be run`(program: String) async throws {
    try await Self.with(program) { _ in
      .starts(.init(program: "/no/such", arguments: [], environment: []))
    } _: { kubectl in
      let idle = try await kubectl("exec", "image", "--", "x")
      #expect(idle.output.contains(#"container not found ("c")"#) && idle.exit == .exited(1))
      let missing = try await kubectl("exec", "none", "--", "x")
      #expect(missing.output.contains(#"pods "none" not found"#) && missing.exit == .exited(1))
      let program = try await kubectl("exec", "p", "--", "x")
      #expect(program.output.contains("error executing command in container") && program.exit == .exited(1))
    }
  }

  @Test(
    .enabled(if: !Shell.kubectlsWithoutWebSocket.isEmpty, "no kubectl before 1.31 is installed"),
    arguments: Shell.kubectlsWithoutWebSocket)
  func `an older kubectl, which speaks SPDY, is told what is wanted`(program: String) async throws {
    try await Self.with(program) {
      .notFound($0)
    } _: { kubectl in
      let refused = try await kubectl("exec", "p", "--", "x")
      #expect(refused.output.contains("Upgrade request required") && refused.exit == .exited(1))
    }
  }
}
