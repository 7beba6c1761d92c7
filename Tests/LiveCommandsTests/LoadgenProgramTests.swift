import Foundation
import HTTPServing
import NIOPosix
import Testing
import WireProtocols

/// The built program, run as a user runs it, against a real server.
@Suite struct LoadgenProgramTests {
  @Test func `a trace is sent, measured and written`() async throws {
    let run = try await Self.run(trace: Self.trace, arguments: ["--api-key-file", "key"])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("3 of 3 requests completed"))
    #expect(run.errors.contains("3 done, 0 failed"), "plain lines where there is no terminal")
    let summary = try JSON(parsing: run.file("summary.json"))
    #expect(summary["completed"]?.integer == 3 && summary["failed"]?.integer == 0)
    #expect(summary["total_output_tokens"]?.integer == 6)
    for name in ["mean_ttft_ms", "p99_tpot_ms", "median_itl_ms", "std_e2el_ms", "request_throughput"] {
      #expect(summary[name] != nil, "\(name)")
    }
    let lines = try run.file("requests.jsonl").split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: Array($0)) }
    #expect(lines.map { $0["id"]?.integer } == [1, 2, 3])
    #expect(lines.map { $0["model"]?.string } == ["a", "b", "a"])
    #expect(lines.allSatisfy { $0["outcome"]?.string == "completed" && $0["attempts"]?.integer == 1 })
  }

  @Test func `a server that refuses everything makes the program fail and say why`() async throws {
    let run = try await Self.run(trace: Self.trace, arguments: [])  // no key
    #expect(run.exitCode == 1)
    #expect(run.output.contains("3 failed: 401 - Unauthorized: "))
  }

  /// Mistakes of the caller, and what is said.
  static let mistakes: [(arguments: [String], sentence: String)] = [
    (["--time-scale", "0"], "The time scale is 0.0; allowed: a number above 0."),
    (["--max-in-flight", "0"], "The most requests in flight is 0; allowed: a whole number from 1."),
    (["--interface", "grpc"], "There is no protocol `grpc`; allowed: openai, artifact."),
    (["--deadline-seconds", "0"], "--deadline-seconds is 0.0; allowed: a number above 0 and below 1e9."),
    (["--api-key-file", "missing"], "The key file missing cannot be read"),
    (["--trace", "missing"], "The trace missing cannot be read"),
  ]

  @Test(arguments: mistakes)
  func `a mistake of the caller exits with 64 and one sentence`(
    mistake: (arguments: [String], sentence: String)
  ) async throws {
    let run = try await Self.run(trace: Self.trace, arguments: mistake.arguments)
    #expect(run.exitCode == 64)
    #expect(run.errors.contains(mistake.sentence), "\(run.errors)")
  }

  static let trace = """
    {"timestamp": 0, "input_length": 4, "output_length": 2, "model": "a"}
    {"timestamp": 10, "input_length": 4, "output_length": 2, "model": "b"}
    {"timestamp": 20, "input_length": 4, "output_length": 2, "model": "a"}

    """

  struct Run {
    let exitCode: Int32
    let output: String
    let errors: String
    let files: [String: [UInt8]]

    func file(_ name: String) throws -> [UInt8] {
      try #require(files[name])
    }
  }

  /// Runs the program in a folder of its own, against a server that wants the key "secret".
  static func run(trace: String, arguments: [String]) async throws -> Run {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loadgen-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(trace.utf8).write(to: folder.appendingPathComponent("trace.jsonl"))
    try Data("secret\n".utf8).write(to: folder.appendingPathComponent("key"))
    let server = try await HTTPServer.start(
      port: 0, on: MultiThreadedEventLoopGroup.singleton.next(), routes: answer)
    let named = arguments.contains("--trace") ? [] : ["--trace", "trace.jsonl"]
    let words = ["--url", "http://127.0.0.1:\(server.port)", "--output", "out"] + named + arguments
    let (code, output, errors) = try await NIOThreadPool.singleton.runIfActive {
      let process = Process()
      process.executableURL = products.appendingPathComponent("loadgen")
      process.arguments = words
      process.currentDirectoryURL = folder
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      let texts = [output, errors].map {
        String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      }
      process.waitUntilExit()
      return (process.terminationStatus, texts[0], texts[1])
    }
    _ = await server.drain(patience: .zero)
    var files: [String: [UInt8]] = [:]
    for name in ["summary.json", "requests.jsonl"] {
      if let data = try? Data(contentsOf: folder.appendingPathComponent("out/\(name)")) { files[name] = Array(data) }
    }
    return Run(exitCode: code, output: output, errors: errors, files: files)
  }

  @Sendable private static func answer(_ request: HTTPRequest, _ responder: HTTPResponder) {
    guard request.header("authorization") == "Bearer secret",
      let body = try? ChatCompletionRequest(body: JSON(parsing: request.body))
    else { return responder.respond(401, body: ChatCompletionError(message: "A key is needed.").body.bytes) }
    let stream = ChatCompletionStream(id: "x", model: body.model, created: 0, includesUsage: body.includesUsage)
    let tokens = body.maxTokens ?? 1
    responder.begin(200, contentType: ServerSentEvents.contentType)
    responder.write(stream.opening())
    for _ in 0..<tokens { responder.write(stream.content("x")) }
    responder.write(stream.closing(usage: TokenUsage(promptTokens: 4, completionTokens: tokens)))
    responder.finish()
  }

  /// The folder of the built programs.
  private static let products = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent()
}
