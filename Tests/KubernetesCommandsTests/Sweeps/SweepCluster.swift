import Foundation
import KubernetesEmulation
import PodEmulation
import Quantities
import ServingModel
import Synchronization

/// An emulated cluster whose pods of this toolkit's image are its `reproduce`, and a user with programs and a folder.
final class SweepCluster: Sendable {
  struct Outcome: Sendable {
    let exit: PodExit
    let output: String
    let errors: String
  }

  /// Decides what a pod does; `nil` leaves it to the image.
  typealias Sabotage = @Sendable (_ pod: PodDescription, _ attempt: Int) -> PodRun?

  static let namespace = "hydraserve-repro"
  static let products = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent()

  let cluster: EmulatedCluster
  let folder: URL

  private init(_ cluster: EmulatedCluster, _ folder: URL) {
    self.cluster = cluster
    self.folder = folder
  }

  /// Runs a body with a cluster that is stopped whatever happens.
  static func with(
    minorVersion: Int = 33, sabotage: @escaping Sabotage = { _, _ in nil },
    _ body: (SweepCluster) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sweep-\(UUID().uuidString)")
    let logs = folder.appendingPathComponent("logs").path
    try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
    var settings = EmulatedClusterSettings()
    settings.nodes = (0..<2).map {
      EmulatedNode(StorageServer(name: "node-\($0)", network: .gbps(32)), instanceType: "ecs.c7.32xlarge")
    }
    settings.jobBackOff = .milliseconds(10)
    settings.logs = logs
    settings.version = APIVersion(minor: minorVersion)
    let attempts = Attempts()
    settings.runner = { pod in sabotage(pod, attempts.next(of: pod)) ?? toolkit(pod) }
    let cluster = try await EmulatedCluster.start(settings)
    let sweep = SweepCluster(cluster, folder)
    do {
      try Data(cluster.kubeconfig.text.utf8).write(to: folder.appendingPathComponent("kubeconfig"))
      try await body(sweep)
    } catch {
      await cluster.stop()
      throw error
    }
    await cluster.stop()
    try FileManager.default.removeItem(at: folder)
  }

  /// What the toolkit's image does.
  static func toolkit(_ pod: PodDescription) -> PodRun {
    let reproduce = products.appendingPathComponent("reproduce").path
    return .process(PodProgram(program: reproduce, arguments: pod.arguments, environment: pod.environment))
  }

  /// The same with what it prints going through a line of shell.
  static func toolkit(_ pod: PodDescription, through filter: String) -> PodRun {
    let reproduce = products.appendingPathComponent("reproduce").path
    return .process(
      PodProgram(
        program: "/bin/sh", arguments: ["-c", "\"$0\" \"$@\" | \(filter)", reproduce] + pod.arguments,
        environment: pod.environment + [.init("PATH", "/usr/bin:/bin")]))
  }

  // MARK: The user

  /// Starts a program of the toolkit in the folder, its output in files.
  func start(_ line: String) throws -> RunningPod {
    let words = line.split(separator: " ").map(String.init)
    let script = "cd '\(folder.path)' && exec \"$0\" \"$@\" > output 2> errors"
    return try PodLauncher.start(
      PodProcess(
        name: words[0], program: "/bin/sh",
        arguments: ["-c", script, Self.products.appendingPathComponent(words[0]).path] + words.dropFirst(),
        environment: [
          .init("KUBECONFIG", folder.appendingPathComponent("kubeconfig").path), .init("PATH", "/usr/bin:/bin"),
        ], logFile: folder.appendingPathComponent("shell").path))
  }

  /// Runs a program to its end.
  func run(_ line: String) async throws -> Outcome {
    let exit = try await start(line).exit()
    return Outcome(exit: exit, output: try text("output"), errors: try text("errors"))
  }

  func text(_ file: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appendingPathComponent(file)), as: UTF8.self)
  }

  /// Every file below a folder but provenance, workload and state, with its text.
  func files(below path: String) throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.appendingPathComponent(path).path) {
      guard name.contains("."), !name.hasSuffix("provenance.json"), !name.contains("/state/") else { continue }
      guard ["json", "jsonl", "yaml"].contains(name.split(separator: ".").last) else { continue }
      files[name] = try text("\(path)/\(name)")
    }
    return files
  }

  // MARK: The cluster

  func jobs() async -> [KubernetesObject] { await cluster.objects("jobs", group: "batch", in: Self.namespace) }
  func pods() async -> [KubernetesObject] { await cluster.objects("pods", in: Self.namespace) }

  /// Waits until a condition holds.
  func wait(until isDone: (SweepCluster) async throws -> Bool) async throws {
    while try await !isDone(self) { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// How often a share has been started before.
  private final class Attempts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func next(of pod: PodDescription) -> Int {
      counts.withLock { counts in
        // `run-number-index-xxxxx` without the last part.
        let share = pod.name.split(separator: "-").dropLast().joined(separator: "-")
        defer { counts[share, default: 0] += 1 }
        return counts[share, default: 0]
      }
    }
  }
}
