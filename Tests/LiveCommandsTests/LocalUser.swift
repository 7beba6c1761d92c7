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

  private let folder: URL

  /// Somebody with a folder of their own.
  ///
  /// - Parameter configuration: the text of `one.yaml`.
  init(configuration: String = oneModel) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("local-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(configuration.utf8).write(to: folder.appendingPathComponent("one.yaml"))
    let labels = Process()
    labels.executableURL = Self.products.appendingPathComponent("label-nodes")
    labels.arguments = ["--share", "--quiet"]
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

  /// Runs a program to its end, on a thread of its own.
  func run(_ line: String) async throws -> Outcome {
    try await run(words: line.split(separator: " ").map(String.init))
  }

  /// Runs a program, the first word, to its end.
  func run(words: [String]) async throws -> Outcome {
    let folder = folder
    return try await NIOThreadPool.singleton.runIfActive {
      let process = Process()
      process.executableURL = Self.products.appendingPathComponent(words[0])
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

  /// The record of the server that runs.
  func server() throws -> JSON {
    try JSON(parsing: Array(try file("results/runs/state/live-server.json").utf8))
  }

  func file(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// What the server has decided.
  func events() throws -> [JSON] {
    try lines("results/runs/state/live-events.jsonl")
  }

  /// The processes that the server has started, in that order.
  func processes() throws -> [Int32] {
    try lines("results/runs/state/live-resources.jsonl").compactMap { $0["process_id"]?.integer.map { Int32($0) } }
  }

  private func lines(_ path: String) throws -> [JSON] {
    try file(path).split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
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

  /// Checks that a server and all its processes, shared memory and records are gone.
  func expectNothingLeft(of server: JSON, _ processes: [Int32]) throws {
    let all = processes + [Int32(try #require(server["process_id"]?.integer))]
    for process in all { #expect(!Self.isRunning(process), "process \(process)") }
    let port = try #require(server["port"]?.integer)
    let memory = try FileManager.default.contentsOfDirectory(atPath: "/dev/shm")
    #expect(!memory.contains { $0.hasPrefix("hydra-\(port)-") })
    for name in ["live-server.json", "live-resources.jsonl"] {
      let path = folder.appendingPathComponent("results/runs/state/\(name)").path
      #expect(!FileManager.default.fileExists(atPath: path), "\(name)")
    }
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
