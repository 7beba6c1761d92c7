import Foundation
import FoundationNetworking
import Glibc
import NIOPosix
import Testing
import WireProtocols

/// Somebody who works with the built programs in a folder of their own.
struct LocalUser {
  struct Outcome {
    let exitCode: Int32
    let output: String
    let errors: String
  }

  static let model = "modelscope/Llama-2-7b-chat-ms/0"
  /// High enough that tests are short; weights are small enough for a debug build to make them in no time.
  private static let scales = "--time-scale 100 --byte-scale 100000"
  private static let products = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent()

  let folder: URL

  /// Somebody with a folder of their own.
  ///
  /// - Parameters:
  ///   - configuration: the text of `one.yaml`.
  ///   - trace: the text of `trace.jsonl`, which the configuration may name.
  init(configuration: String = oneModel, trace: String? = nil) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("local-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(configuration.utf8).write(to: folder.appendingPathComponent("one.yaml"))
    if let trace { try Data(trace.utf8).write(to: folder.appendingPathComponent("trace.jsonl")) }
    let labels = Process()
    labels.executableURL = Self.products.appendingPathComponent("label-nodes")
    labels.arguments = ["--share", "--quiet", "--config", "one.yaml"]
    labels.currentDirectoryURL = folder
    labels.standardOutput = FileHandle.nullDevice
    try labels.run()
    labels.waitUntilExit()
  }

  /// A set of one small model, with three measurements as always.
  static let oneModel = """
    model_sets:
      one:
        - {model: facebook/opt-2.7b, ttft_slo_ms: 9000, tpot_slo_ms: 200}

    """

  /// A testbed of one machine: fewer processes than the paper's, so quicker to start.
  static let oneNode = oneModel + testbed("one", "ecs.gn7i-c32g1.8xlarge", count: 1)

  /// The end-to-end experiment on two machines: instances of the Llama 2 models begin as pipelines of two stages.
  static let twoNodes = testbed("hybrid", "ecs.gn6e-c12g1.12xlarge", count: 2)

  /// The model that instances of ``twoNodes`` are asked for.
  static let llama = "modelscope/Llama-2-7b-chat-ms/0"

  private static func testbed(_ backend: String, _ type: String, count: Int) -> String {
    """
    testbeds:
      small:
        gpu_servers:
          - {type: \(type), count: \(count), name: node}
        storage_servers:
          - {type: ecs.gn7i-c32g1.16xlarge, count: 1, name: store}
    backends:
      \(backend):
        testbed: small
        uses: [\(type)]
        storage_preference: largest_first
        serverlessllm_pool_gib: 16
        evicting_models: [modelscope/Llama-2-7b-chat-ms, facebook/opt-2.7b]

    """
  }

  /// Runs a program to its end, on a thread of its own.
  func run(_ line: String) async throws -> Outcome {
    try await run(words: line.split(separator: " ").map(String.init))
  }

  /// Runs a program, the first word, to its end.
  func run(words: [String]) async throws -> Outcome {
    let folder = folder
    return try await NIOThreadPool.singleton.runIfActive {
      let process = Process()
      process.executableURL =
        words[0].hasPrefix("/") ? URL(fileURLWithPath: words[0]) : Self.products.appendingPathComponent(words[0])
      process.arguments = Array(words.dropFirst())
      process.currentDirectoryURL = folder
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let text = output.fileHandleForReading.readDataToEndOfFile()
      let problems = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return Outcome(
        exitCode: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
        errors: String(decoding: problems, as: UTF8.self))
    }
  }

  func start(_ arguments: String, port: Int = 0, options: String = "") async throws -> Outcome {
    try await run("start-server \(arguments) --cluster local --port \(port) \(Self.scales) \(options)")
  }

  /// Starts a server.
  ///
  /// - Returns: its record.
  func startServer(_ arguments: String, options: String = "") async throws -> JSON {
    let outcome = try await start(arguments, options: options)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    return try server()
  }

<<<<<<< HEAD
=======
  /// The record of the server that runs.
  func server() throws -> JSON {
    try JSON(parsing: Array(try file("results/runs/state/live-server.json").utf8))
  }

  /// The text of a file in the user's folder.
  func file(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// What the server has decided.
  func events() throws -> [JSON] {
    try lines("results/runs/state/live-events.jsonl")
  }

  /// The events of a recorded run.
  func events(in run: String) throws -> [JSON] {
    try lines("\(run)/events.jsonl")
  }

  /// The processes that the server has started, in that order.
  func processes() throws -> [Int32] {
    try lines("results/runs/state/live-resources.jsonl").compactMap { $0["process_id"]?.integer.map { Int32($0) } }
  }

  /// The lines of a file in the user's folder, as far as they are whole.
  func lines(_ path: String) throws -> [JSON] {
    let text = try file(path)
    let whole = text.lastIndex(of: "\n").map { text[...$0] } ?? ""  // the server may be writing the next line
    return try whole.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
  }

  /// Waits until the server has decided something of a kind so many times; the test's time limit ends it otherwise.
  ///
  /// - Returns: the last of them.
  @discardableResult func event(_ kind: String, count: Int = 1) async throws -> JSON {
    while true {
      let found = try events().filter { $0["event"]?.string == kind }
      if found.count >= count { return found[count - 1] }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until the server's metrics have a line.
  func metric(_ line: String, of server: JSON) async throws {
    while try await !get(server, "/metrics").text.contains("\(line)\n") {
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// The processes of workers, in the order in which they were started.
  func workers() throws -> [Int32] {
    try lines("results/runs/state/live-resources.jsonl").filter { $0["name"]?.string?.hasPrefix("node") == true }
      .compactMap { $0["process_id"]?.integer.map { Int32($0) } }
  }

  /// The processes of the storage servers and agents whose names begin so.
  func storage(_ prefix: String) throws -> [Int32] {
    try lines("results/runs/state/live-resources.jsonl").filter { $0["name"]?.string?.hasPrefix(prefix) == true }
      .compactMap { $0["process_id"]?.integer.map { Int32($0) } }
  }

>>>>>>> main
  /// Stops the server and checks that it leaves nothing.
  func stop(_ server: JSON) async throws {
    let processes = try processes()
    let stopped = try await run("stop-server")
    #expect(stopped.output == "The server on results has ended.\n", "\(stopped.output) \(stopped.errors)")
    try expectNothingLeft(of: server, processes)
    try remove()
  }

  // MARK: Requests

  struct Answer {
    let status: Int
    let text: String
  }

  func chat(
    _ server: JSON, tokens: Int, stream: Bool = false, prompt: String = "Hello", model: String = model
  ) async throws -> Answer {
    try await post(
      server, "/v1/chat/completions",
      """
      {"model":"\(model)","messages":[{"role":"user","content":"\(prompt)"}],"max_tokens":\(tokens),\
      "stream":\(stream),"stream_options":{"include_usage":true}}
      """)
  }

  func post(_ server: JSON, _ path: String, _ body: String) async throws -> Answer {
    var request = try request(server, path)
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    return try await send(request)
  }

  func get(_ server: JSON, _ path: String) async throws -> Answer {
    try await send(try request(server, path))
  }

  private func request(_ server: JSON, _ path: String) throws -> URLRequest {
    let port = try #require(server["port"]?.integer)
    var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")))
    request.timeoutInterval = 100
    return request
  }

  private func send(_ request: URLRequest) async throws -> Answer {
    let (data, response) = try await URLSession.shared.data(for: request)
    return Answer(
      status: (response as? HTTPURLResponse)?.statusCode ?? 0, text: String(decoding: data, as: UTF8.self))
  }

  // MARK: The end

  /// Checks that a server and everything that it has started are gone.
  func expectNothingLeft(of server: JSON, _ processes: [Int32]) throws {
    for process in processes { #expect(!Self.isRunning(process), "process \(process)") }
    try remains(of: server).expectNone()
  }

  /// What there is of a server.
  func remains(of server: JSON) throws -> Remains {
    Remains(port: try #require(server["port"]?.integer), folder: folder)
  }

  /// Whether a process runs; one that has ended and that its parent has not looked at yet does not.
  static func isRunning(_ process: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let bracket = status.lastIndex(of: ")")
    else { return false }
    return status[bracket...].split(separator: " ").dropFirst().first != "Z"
  }

  func remove() throws {
    try FileManager.default.removeItem(at: folder)
  }
}
