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
    Remains(port: try #require(server["port"]?.integer), apiPort: server["api_port"]?.integer, folder: folder)
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
