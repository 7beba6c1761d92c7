import Foundation
import FoundationNetworking
import Glibc
import PodEmulation
import Testing
import WireProtocols

/// The built program: pods of the published images are processes that speak the published protocols.
@Suite struct EmulatedClusterProgramTests {
  @Test func `pods of the published images fetch and serve a model, and are gone with the cluster`() async throws {
    let cluster = try await Cluster()
    let remote = try await cluster.start("remote", "chlou/vllm-storage-server-remote:v1", on: "store-0", [])
    let agent = try await cluster.start(
      "agent", "registry.us-east-1.aliyuncs.com/kubernetes-fc/vllm-storage-server:v1", on: "a10-0",
      [("REMOTE_SERVER_ADDR", remote), ("SHM_SIZE", "30"), ("USE_CACHE", "1")])
    let worker = try await cluster.start(
      "worker", "registry.us-east-1.aliyuncs.com/kubernetes-fc/modelscope-vllm:v1", on: "a10-0",
      [
        ("MODEL_ID", "facebook/opt-2.7b"), ("REMOTE_MODEL_ID", "facebook/opt-2.7b/0"), ("PP_SIZE", "1"),
        ("PP_RANK", "0"), ("DEST_PP_SIZE", "1"), ("TOTAL_GPU", "8"), ("STORAGE_IP", agent),
      ], annotations: ["hydraserve-repro/emulated-ordered-at": "12345"])
    let words = try Cluster.commandLine(of: "emulated-worker", at: worker)
    #expect(words.firstIndex(of: "--started-at").map { words[$0 + 1] } == "12345", "a start counts from its order")
    // Workers and agents may be asked before they listen, as the published control plane asks.
    try await Cluster.untilAnswered {
      try await Cluster.send(
        "POST", "http://\(worker):8080/init", WorkerInitialisation(addresses: [worker]).body)
    }
    let request = ChatCompletionRequest(
      model: "facebook/opt-2___7b", messages: [.init(role: "user", content: "one two three")], maxTokens: 5,
      isStreamed: false)
    let answer = try await Cluster.send("POST", "http://\(worker):8080\(ChatCompletionRequest.path)", request.body)
    #expect(answer["usage"]?["completion_tokens"]?.integer == 5)
    let exit = await cluster.stop()
    #expect(exit == .exited(0))
    #expect(!FileManager.default.fileExists(atPath: cluster.kubeconfig), "it would lead nowhere")
    let left = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
    #expect(!left.contains("hydra-\(agent)"))
    try cluster.remove()
  }

  @Test func `values that are not allowed are told in one sentence`() async throws {
    for (arguments, sentence) in [
      (["--testbed", "iii"], "There is no testbed `iii`, did you mean `ii`? Allowed: i, ii."),
      (["--label", "x"], "There is no isolation label `x`; allowed: ack, generic."),
      (["--minor-version", "7"], "--minor-version is 7; allowed: 20 to 999."),
    ] {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cluster-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let log = folder.appendingPathComponent("log").path
      let process = try PodLauncher.start(
        PodProcess(name: "x", program: Cluster.program, arguments: arguments, logFile: log))
      #expect(await process.exit() == .exited(64))
      let text = try String(contentsOfFile: log, encoding: .utf8)
      #expect(text.contains(sentence), "\(text)")
      try FileManager.default.removeItem(at: folder)
    }
  }
}

/// The program `emulated-cluster` of one test, in a folder of its own.
private final class Cluster {
  let folder: URL
  let kubeconfig: String
  private let process: RunningPod
  private let server: String

  static let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("emulated-cluster").path

  init() async throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("cluster-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    kubeconfig = folder.appendingPathComponent("kubeconfig").path
    let log = folder.appendingPathComponent("log").path
    process = try PodLauncher.start(
      PodProcess(
        name: "emulated-cluster", program: Self.program,
        arguments: [
          "--plain-http", "--shared-gpus", "--kubeconfig", kubeconfig, "--state", folder.path, "--byte-scale", "1000",
          "--time-scale", "100", "--exit-with-parent",
        ], logFile: log))
    while true {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Listening on ") }), text.hasSuffix("\n") {
        server = String(line.dropFirst("Listening on ".count))
        break
      }
      try #require(process.exitIfEnded == nil, "\(text)")
      try await Task.sleep(for: .milliseconds(2))
    }
    #expect(try FileManager.default.attributesOfItem(atPath: kubeconfig)[.posixPermissions] as? Int == 0o600)
  }

  /// Starts a pod and returns its address, once it runs.
  func start(
    _ name: String, _ image: String, on node: String, _ environment: [(String, String)],
    annotations: JSON = .object([])
  ) async throws -> String {
    let variables = environment.map { ["name": .string($0.0), "value": .string($0.1)] as JSON }
    let pods = "\(server)/api/v1/namespaces/default/pods"
    try await Self.send(
      "POST", pods,
      [
        "metadata": ["name": .string(name), "annotations": annotations],
        "spec": [
          "nodeSelector": ["kubernetes.io/hostname": .string(node)],
          "containers": [["name": "c", "image": .string(image), "env": .array(variables)]],
        ],
      ])
    while true {
      let pod = try await Self.send("GET", "\(pods)/\(name)", nil)
      if pod["status"]?["phase"] == "Running", let address = pod["status"]?["podIP"]?.string { return address }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  /// The words of the process of a program that was given an address.
  static func commandLine(of program: String, at address: String) throws -> [String] {
    let lines = try FileManager.default.contentsOfDirectory(atPath: "/proc").map { process in
      ((try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? "").split(separator: "\0")
        .map(String.init)
    }
    return try #require(lines.first { $0.first?.hasSuffix("/\(program)") == true && $0.contains(address) })
  }

  @discardableResult static func send(_ method: String, _ url: String, _ body: JSON?) async throws -> JSON {
    var request = URLRequest(url: try #require(URL(string: url)))
    request.httpMethod = method
    if let body {
      request.httpBody = Data(body.bytes)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    try #require((200..<300).contains(status), "\(String(decoding: data, as: UTF8.self))")
    return data.isEmpty ? .null : try JSON(parsing: Array(data))
  }

  /// Tries again while nobody listens, but not for ever.
  static func untilAnswered(_ body: () async throws -> Void) async throws {
    let limit = ContinuousClock.now + .seconds(60)
    while true {
      do {
        return try await body()
      } catch is URLError where ContinuousClock.now < limit {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  func stop() async -> PodExit {
    await process.stop(patience: .seconds(20))
  }

  func remove() throws {
    try FileManager.default.removeItem(at: folder)
  }
}
