import Foundation
import PodEmulation
import Testing
import WireProtocols

/// Programs that tests run, each in a folder of its own that is removed afterwards.
struct Shell: Sendable {
  let folder: String
  var environment: [PodProcess.Variable] = []

  /// Runs a body with an empty folder.
  static func with(_ body: (Shell) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shell-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(Shell(folder: folder.path))
  }

  struct Outcome {
    let exit: PodExit
    let output: String
  }

  func run(_ program: String, _ arguments: [String]) async throws -> Outcome {
    let log = "\(folder)/\(UUID().uuidString).log"
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let process = try PodLauncher.start(
      PodProcess(
        name: program, program: program, arguments: arguments,
        environment: [.init("PATH", path), .init("HOME", folder)] + environment, logFile: log))
    let limit = Task {
      try await Task.sleep(for: .seconds(60))
      await process.kill()  // a test that hangs fails instead
    }
    let exit = await process.exit()
    limit.cancel()
    return Outcome(exit: exit, output: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
  }

  func write(_ text: String, to name: String) throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// The path of a program that is installed.
  static func find(_ program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(program)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  /// The oldest and the newest kubectl that are installed: the one on `PATH`, and any `kubectl.1.N` beside it.
  static let kubectls: [String] = {
    guard let found = find("kubectl") else { return [] }
    let folder = URL(fileURLWithPath: found).resolvingSymlinksInPath().deletingLastPathComponent().path
    let beside = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
      $0.hasPrefix("kubectl.1.")
    }.sorted().map { "\(folder)/\($0)" }
    guard let oldest = beside.first, let newest = beside.last else { return [found] }
    return oldest == newest ? [oldest] : [oldest, newest]
  }()

  /// Those of them that speak WebSocket with pods, as kubectl does from 1.31 on.
  static let kubectlsWithWebSocket = kubectls.filter { (minorVersion(of: $0) ?? 0) >= 31 }
  /// Those of them that speak SPDY.
  static let kubectlsWithoutWebSocket = kubectls.filter { (minorVersion(of: $0) ?? 31) < 31 }

  private static func minorVersion(of kubectl: String) -> Int? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: kubectl)
    process.arguments = ["version", "--client", "-o", "json"]
    process.standardOutput = output
    guard (try? process.run()) != nil, let text = try? output.fileHandleForReading.readToEnd(),
      let version = try? JSON(parsing: Array(text))
    else { return nil }
    process.waitUntilExit()
    let minor = version["clientVersion"]?["minor"]?.string ?? ""
    return Int(minor.prefix { $0.isNumber })  // some distributors add a plus sign
  }
}
