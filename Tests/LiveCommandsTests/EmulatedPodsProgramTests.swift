import Foundation
import FoundationNetworking
import Glibc
import PodEmulation
import Testing
import WireProtocols

/// The built programs as pods: processes with addresses of their own, started and stopped by number.
@Suite struct EmulatedPodsProgramTests {
  @Test func `a model is fetched, served and gone without a trace`() async throws {
    let pods = try Pods()
    let remote = try await pods.start("storage-server", ["--role", "remote", "--port", "0", "--gbps", "16"])
    let agent = try await pods.startAgent(remote: remote)
    let worker = try await pods.startWorker(agent: agent)
    try await Pods.post(
      "http://\(worker)/init", WorkerInitialisation(addresses: [String(worker.split(separator: ":")[0])]).body)
    let request = ChatCompletionRequest(
      model: "facebook/opt-2___7b", messages: [.init(role: "user", content: "one two three")], maxTokens: 5,
      isStreamed: false)
    let answer = try await Pods.post("http://\(worker)\(ChatCompletionRequest.path)", request.body)
    #expect(answer["usage"]?["completion_tokens"]?.integer == 5)
    #expect(answer["usage"]?["prompt_tokens"]?.integer == 3)
    #expect(FileManager.default.fileExists(atPath: "/dev/shm/\(pods.segment)"))
    let exits = await pods.stopAll()
    #expect(exits == [.exited(0), .exited(0), .exited(0)])
    #expect(!FileManager.default.fileExists(atPath: "/dev/shm/\(pods.segment)"), "the memory goes with its agent")
    for process in pods.running { #expect(kill(process.processID, 0) == -1 && errno == ESRCH) }
    try pods.remove()
  }

  @Test func `an agent fetches from two storage servers, and is refused with a number that it cannot have`()
    async throws
  {
    let pods = try Pods()
    let first = try await pods.start("storage-server", ["--role", "remote", "--port", "0"])
    // Nothing but this server's parts can give away that it was asked.
    let second = try await pods.start("storage-server", ["--role", "remote", "--port", "0", "--fault", "truncate:0"])
    let port = Int(try await pods.startAgent(remote: first, and: second, count: "2").split(separator: ":")[1]) ?? 0
    let shard = ShardRequest(
      model: "facebook/opt-2.7b/0", rank: 0, pipelineSize: 1, isRest: false, isPrefetch: true)
    try await AgentClient.prefetch(shard, port: port)  // ends with the connection, whether it succeeded or not
    let model = StorageAgentMessage.query(model: "facebook/opt-2.7b/0")
    #expect(try await AgentClient.ask(model, port: port) == ModelPresence.unknown.rawValue)
    let other = Int(try await pods.startAgent(remote: first, and: second, count: "1").split(separator: ":")[1]) ?? 0
    try await AgentClient.prefetch(shard, port: other)
    #expect(
      try await AgentClient.ask(model, port: other) == ModelPresence.cached.rawValue,
      "the second address alone means nothing")
    let refusal = try await pods.refusal(
      of: "storage-server", ["--role", "agent", "--memory-gb", "1"],
      environment: [.init("REMOTE_SERVER_ADDR", first), .init("NUM_REMOTE_SERVER", "2")])
    #expect(refusal.contains("NUM_REMOTE_SERVER is 2; allowed: 1, and 2 with the second server's address"))
    _ = await pods.stopAll()
    try pods.remove()
  }

  @Test func `a worker that is killed ends its answers and is seen to have ended`() async throws {
    let pods = try Pods()
    let remote = try await pods.start("storage-server", ["--role", "remote", "--port", "0"])
    let worker = try await pods.startWorker(agent: try await pods.startAgent(remote: remote))
    try await Pods.post(
      "http://\(worker)/init", WorkerInitialisation(addresses: [String(worker.split(separator: ":")[0])]).body)
    let request = ChatCompletionRequest(
      model: "facebook/opt-2___7b", messages: [.init(role: "user", content: "one")], maxTokens: 3000, isStreamed: false)
    let answer = Task { try await Pods.post("http://\(worker)\(ChatCompletionRequest.path)", request.body) }
    let process = try #require(pods.running.last)
    #expect(await process.kill() == .signalled(SIGKILL))
    await #expect(throws: (any Error).self) { try await answer.value }
    _ = await pods.stopAll()
    try pods.remove()
  }

  @Test func `a head takes models and requests, and counts the time after the first token in created`() async throws {
    let pods = try Pods()
    let machines = HeadMachines(
      storage: [.init(address: "10.0.0.2", network: .gbps(32))],
      workers: [
        .init(
          id: 0, node: "a10-0", instanceType: "ecs.gn7i-c32g1.8xlarge", poolSize: 16, storage: ["10.0.0.2"])
      ])
    let file = pods.folder.appendingPathComponent("workers.json")
    try Data(machines.body.bytes).write(to: file)
    let head = try await pods.start("emulated-head", ["--port", "0", "--workers", file.path])
    let model = "facebook/opt-2.7b/0"
    try await Pods.post(
      "http://\(head)\(ServerlessLLMRegistration.path)",
      ServerlessLLMRegistration(model: model, targetNodes: ["0"]).body)
    let request = ChatCompletionRequest(
      model: model, messages: [.init(role: "user", content: "one two three")], maxTokens: nil, isStreamed: false)
    let answer = try ChatCompletionAnswer(
      body: try await Pods.post("http://\(head)\(ChatCompletionRequest.path)", request.body))
    #expect(answer.usage == TokenUsage(promptTokens: 3, completionTokens: 10), "10 tokens, as configured")
    // Nine decode steps of an A10, 100 times faster: some tens of milliseconds each before.
    #expect(answer.created > 9 * 0.01 / 100 && answer.created < 9 * 0.1 / 100)
    #expect(await pods.stopAll() == [.exited(0)])
    try pods.remove()
  }

  @Test func `pods end when their launcher lets go of them`() async throws {
    let pods = try Pods()
    _ = try await pods.start("storage-server", ["--role", "remote", "--port", "0"])
    let processID = try #require(pods.running.first?.processID)
    pods.running = []
    while kill(processID, 0) == 0 { try await Task.sleep(for: .milliseconds(2)) }
    try pods.remove()
  }
}

/// Processes of one test, with logs in a folder of its own.
private final class Pods {
  let folder: URL
  let segment = "hydra-pods-\(UUID().uuidString)"
  var running: [RunningPod] = []
  private let network: String

  static let products = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("pods-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    network = "127.\(Int.random(in: 2...250)).\(Int.random(in: 1...250))"
  }

  /// Starts a program and returns where it listens, once it does.
  func start(
    _ program: String, _ arguments: [String], environment: [PodProcess.Variable] = []
  ) async throws -> String {
    let log = folder.appendingPathComponent("\(program)-\(running.count).log").path
    let scales = ["--byte-scale", "1000", "--time-scale", "100", "--exit-with-parent"]
    let pod = PodProcess(
      name: program, program: Self.products.appendingPathComponent(program).path, arguments: arguments + scales,
      environment: environment, logFile: log)
    running.append(try PodLauncher.start(pod))
    while true {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Listening on ") }), text.hasSuffix("\n") {
        return String(line.dropFirst("Listening on ".count))
      }
      try #require(running.last?.exitIfEnded == nil, "\(text)")
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  func startAgent(remote: String) async throws -> String {
    try await start(
      "storage-server", ["--role", "agent", "--port", "0", "--memory-gb", "30", "--segment", "/\(segment)"],
      environment: [.init("REMOTE_SERVER_ADDR", remote)])
  }

  /// What a program says that is called with something that is not allowed.
  func refusal(of program: String, _ arguments: [String], environment: [PodProcess.Variable]) async throws -> String {
    let log = folder.appendingPathComponent("refused.log").path
    let process = try PodLauncher.start(
      PodProcess(
        name: program, program: Self.products.appendingPathComponent(program).path, arguments: arguments,
        environment: environment, logFile: log))
    #expect(await process.exit() == .exited(64))
    return try String(contentsOfFile: log, encoding: .utf8)
  }

  /// Starts an agent as one is that has so many storage servers.
  func startAgent(remote: String, and second: String, count: String) async throws -> String {
    try await start(
      "storage-server", ["--role", "agent", "--port", "0", "--memory-gb", "30", "--segment", "/\(segment)-\(count)"],
      environment: [
        .init("REMOTE_SERVER_ADDR", remote), .init("NUM_REMOTE_SERVER", count), .init("REMOTE_SERVER_ADDR_2", second),
      ])
  }

  func startWorker(agent: String) async throws -> String {
    try await start(
      "emulated-worker",
      ["--address", "\(network).1", "--port", "18090", "--agent-port", String(agent.split(separator: ":")[1])],
      environment: [
        .init("MODEL_ID", "facebook/opt-2.7b"), .init("REMOTE_MODEL_ID", "facebook/opt-2.7b/0"), .init("PP_SIZE", "1"),
        .init("PP_RANK", "0"), .init("DEST_PP_SIZE", "1"), .init("TOTAL_GPU", "8"), .init("STORAGE_IP", "127.0.0.1"),
      ])
  }

  @discardableResult static func post(_ url: String, _ body: JSON) async throws -> JSON {
    var request = URLRequest(url: try #require(URL(string: url)))
    request.httpMethod = "POST"
    request.httpBody = Data(body.bytes)
    let (data, response) = try await URLSession.shared.data(for: request)
    try #require((response as? HTTPURLResponse)?.statusCode == 200, "\(String(decoding: data, as: UTF8.self))")
    return try JSON(parsing: Array(data))
  }

  func stopAll() async -> [PodExit] {
    var exits: [PodExit] = []
    for process in running { exits.append(await process.stop(patience: .seconds(20))) }
    return exits
  }

  func remove() throws {
    try FileManager.default.removeItem(at: folder)
  }
}
