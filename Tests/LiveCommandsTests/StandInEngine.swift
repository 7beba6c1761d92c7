import Foundation
import Glibc
import PodEmulation
import Testing
import WireProtocols

/// An engine that none of our rooms has made: `Fixtures/stand_in_engine.py`, which needs Python.
struct StandInEngine {
  /// Where Python is; tests of the engine are skipped where it is not.
  static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first { access($0, X_OK) == 0 }
  static let isThere = python != nil
  static let missing: Comment = "python3 is neither in /usr/bin nor in /usr/local/bin; install it to run this test"
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/stand_in_engine.py").path

  /// The command that starts it, as `--engine-command` takes it.
  static func command(_ options: String = "") -> String {
    "\(python ?? "python3") '\(script)' --port {port} --host {host} \(options)"
  }

  /// The deployed model; a prompt says what the stream is to look like.
  static let model = "facebook/opt-2.7b/0"

  /// Starts a server of Serverless vLLM with an engine.
  static func server(of user: LocalUser, modelSet: String = "one", _ options: [String]) async throws -> JSON {
    let words = "start-server 0 serverless_vllm \(modelSet) a10 0 0 --cluster local --config one.yaml --port 0"
    let outcome = try await user.run(
      words: words.split(separator: " ").map(String.init) + ["--engine", "openai"] + options)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    return try user.server()
  }

  /// An engine that runs already.
  struct Running {
    let url: String
    private let process: RunningPod
    private let log: String

    /// Starts it on a free port and waits until it serves.
    init() async throws {
      let port = try freePort()
      url = "http://127.0.0.1:\(port)"
      log = FileManager.default.temporaryDirectory.appendingPathComponent("stand-in-\(UUID().uuidString).log").path
      process = try PodLauncher.start(
        PodProcess(
          name: "stand-in", program: try #require(python), arguments: [script, "--port", "\(port)"], logFile: log))
      while try !String(contentsOfFile: log, encoding: .utf8).contains("serving") {
        try #require(process.exitIfEnded == nil)
        try await Task.sleep(for: .milliseconds(5))
      }
    }

    func stop() async throws {
      await process.kill()
      try FileManager.default.removeItem(atPath: log)
    }
  }

  /// A port that the system has free.
  static func freePort() throws -> Int {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    try #require(isBound)
    return Int(in_port_t(bigEndian: place.sin_port))
  }
}
