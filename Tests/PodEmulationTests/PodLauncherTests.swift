import Foundation
import Glibc
import PodEmulation
import Testing

@Suite struct PodLauncherTests {
  @Test func `a process gets its arguments and environment, and its output goes to the log`() async throws {
    try await Self.withLog { log in
      var pod = Self.shell(#"echo "$1 $NAME"; echo oops >&2; exit 7"#, log: log)
      pod.arguments += ["sh", "argument"]
      pod.environment = [.init("NAME", "value with spaces")]
      let running = try PodLauncher.start(pod)
      #expect(await running.exit() == .exited(7))
      #expect(running.exitIfEnded == .exited(7))
      #expect(try String(contentsOfFile: log, encoding: .utf8) == "argument value with spaces\noops\n")
    }
  }

  @Test func `stopping asks first and insists later`() async throws {
    try await Self.withLog { log in
      let polite = try PodLauncher.start(
        Self.shell("trap 'exit 3' TERM; echo up; for i in $(seq 2000); do sleep 0.01; done", log: log))
      try await Self.wait(for: "up\n", in: log)
      #expect(await polite.stop(patience: .seconds(20)) == .exited(3))
      let stubborn = try PodLauncher.start(
        Self.shell("trap '' TERM; echo deaf; for i in $(seq 2000); do sleep 0.01; done", log: log))
      try await Self.wait(for: "deaf\n", in: log)
      #expect(await stubborn.stop(patience: .milliseconds(50)) == .signalled(SIGKILL))
      #expect(await stubborn.stop(patience: .zero) == .signalled(SIGKILL), "a second stop knows how it ended")
    }
  }

  @Test func `what a process has started ends with it`() async throws {
    try await Self.withLog { log in
      let running = try PodLauncher.start(Self.shell("sleep 1000 & echo $!; wait", log: log))
      while try !String(contentsOfFile: log, encoding: .utf8).hasSuffix("\n") {
        try await Task.sleep(for: .milliseconds(2))
      }
      let text = try String(contentsOfFile: log, encoding: .utf8)
      let child = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(await running.kill() == .signalled(SIGKILL))
      while Self.isAlive(child) { try await Task.sleep(for: .milliseconds(2)) }
    }
  }

  @Test func `the standard input ends when the launcher lets go of a process`() async throws {
    try await Self.withLog { log in
      var running: RunningPod? = try PodLauncher.start(Self.shell("cat; echo alone", log: log))
      let processID = try #require(running?.processID)
      #expect(processID > 0 && running?.exitIfEnded == nil)
      running = nil  // as the end of the launcher would
      try await Self.wait(for: "alone\n", in: log)
    }
  }

  @Test func `nothing that is open here is open in a process`() async throws {
    try await Self.withLog { log in
      let open = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)  // without close-on-exec, as a library may make it
      defer { close(open) }
      let running = try PodLauncher.start(Self.shell("echo /proc/self/fd/*", log: log))
      #expect(await running.exit() == .exited(0))
      let text = try String(contentsOfFile: log, encoding: .utf8)
      #expect(text.contains("/proc/self/fd/2"))
      #expect(!text.contains("/proc/self/fd/\(open)"))
    }
  }

  @Test func `a program that is not there is refused in one sentence`() async throws {
    try await Self.withLog { log in
      let pod = PodProcess(name: "node0-1", program: "/no/such/program", arguments: [], logFile: log)
      let error = #expect(throws: PodError.self) { try PodLauncher.start(pod) }
      #expect(
        error?.description
          == "The system refused the start of /no/such/program for node0-1: No such file or directory.")
    }
  }

  private static func shell(_ script: String, log: String) -> PodProcess {
    PodProcess(
      name: "test", program: "/bin/sh", arguments: ["-c", script],
      environment: [.init("PATH", "/usr/bin:/bin")], logFile: log)
  }

  private static func wait(for text: String, in log: String) async throws {
    while try !String(contentsOfFile: log, encoding: .utf8).contains(text) {
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  /// Whether a process runs; one that has ended and waits to be reaped does not.
  private static func isAlive(_ processID: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8) else { return false }
    return !status.contains(") Z ")
  }

  private static func withLog(_ body: (String) async throws -> Void) async throws {
    let log = FileManager.default.temporaryDirectory.appendingPathComponent("pod-\(UUID().uuidString).log").path
    try Data().write(to: URL(fileURLWithPath: log))
    try await body(log)
    try FileManager.default.removeItem(atPath: log)
  }
}
