import Foundation
import FoundationNetworking
import PodEmulation
import Testing
import WireProtocols

/// The program `emulated-cluster` in a user's folder, and what its API server says.
struct EmulatedClusterProcess {
  let process: RunningPod
  private let server: String

  private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("emulated-cluster").path

  /// Starts the testbed of a user's `one.yaml`; its kubeconfig is `kubeconfig` in their folder.
  static func start(for user: LocalUser, testbed: String = "small") async throws -> EmulatedClusterProcess {
    let folder = user.folder.path
    let log = "\(folder)/emulated-cluster.log"
    // The workload is no business of a cluster.
    let lines = try user.file("one.yaml").split(separator: "\n").filter { !$0.hasPrefix("endtoend:") }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: user.folder.appendingPathComponent("cluster.yaml"))
    let process = try PodLauncher.start(
      PodProcess(
        name: "emulated-cluster", program: program,
        arguments: [
          "--plain-http", "--shared-gpus", "--testbed", testbed, "--config", "\(folder)/cluster.yaml", "--kubeconfig",
          "\(folder)/kubeconfig", "--state", "\(folder)/emulated", "--byte-scale", "100000", "--time-scale", "100",
          "--exit-with-parent",
        ], logFile: log))
    while true {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Listening on ") }), text.hasSuffix("\n") {
        return EmulatedClusterProcess(process: process, server: String(line.dropFirst("Listening on ".count)))
      }
      try #require(process.exitIfEnded == nil, "\(text)")
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  /// Makes an object.
  func create(_ path: String, _ object: JSON) async throws {
    var request = URLRequest(url: try #require(URL(string: server + path)))
    request.httpMethod = "POST"
    request.httpBody = Data(object.bytes)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    let (data, response) = try await URLSession.shared.data(for: request)
    try #require((response as? HTTPURLResponse)?.statusCode == 201, "\(String(decoding: data, as: UTF8.self))")
  }

  /// The objects at a path.
  func list(_ path: String) async throws -> [JSON] {
    let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: server + path)))
    return try JSON(parsing: Array(data))["items"]?.array ?? []
  }

  /// Everything in the cluster that carries the label of a run, as `kind/name`.
  func ours() async throws -> [String] {
    var found: [String] = []
    for path in [
      "/apis/apps/v1/deployments", "/apis/apps/v1/replicasets", "/api/v1/pods", "/api/v1/namespaces",
      "/apis/batch/v1/jobs", "/apis/apps/v1/daemonsets",
    ] {
      for object in try await list(path) where object["metadata"]?["labels"]?["hydraserve-repro/run"] != nil {
        found.append("\(path.split(separator: "/").last ?? "")/\(object["metadata"]?["name"]?.string ?? "")")
      }
    }
    return found
  }

  func stop() async {
    _ = await process.stop(patience: .seconds(20))
  }
}
