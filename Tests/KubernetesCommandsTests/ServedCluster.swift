import FakeCluster
import Foundation
import HTTPServing
import NIOPosix

/// A fake cluster behind a socket, and programs that are pointed to it by a kubeconfig.
struct ServedCluster {
  struct Outcome {
    let exitCode: Int32
    let output: String
    let errors: String
  }

  private static let products = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent()

  let fake: FakeCluster
  private let server: HTTPServer
  private let folder: URL

  init(_ fake: FakeCluster) async throws {
    self.fake = fake
    server = try await HTTPServer.start(port: 0, on: MultiThreadedEventLoopGroup.singleton.next()) {
      request, responder in
      let target = request.path + (request.query.map { "?\($0)" } ?? "")
      guard request.query?.contains("watch=true") == true else {
        let (status, text) = fake.answer(request.method, target, request.body)
        return responder.respond(status, body: Array(text.utf8))
      }
      responder.begin(200, contentType: "application/json")
      responder.whenGone(fake.watch(target) { responder.write(Array($0.utf8)) })
    }
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("kubernetes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let config = """
      current-context: here
      clusters: [{name: c, cluster: {server: "http://127.0.0.1:\(server.port)"}}]
      users: [{name: u, user: {token: abc}}]
      contexts: [{name: here, context: {cluster: c, user: u}}]
      """
    try Data(config.utf8).write(to: folder.appendingPathComponent("kubeconfig"))
  }

  /// Runs a program to its end, on a thread of its own.
  func run(_ line: String, environment: [String: String] = [:]) async throws -> Outcome {
    let (folder, words) = (folder, line.split(separator: " ").map(String.init))
    return try await NIOThreadPool.singleton.runIfActive {
      let process = Process()
      process.executableURL = Self.products.appendingPathComponent(words[0])
      process.arguments = Array(words.dropFirst())
      process.currentDirectoryURL = folder
      process.environment = ["KUBECONFIG": folder.appendingPathComponent("kubeconfig").path, "PATH": "/usr/bin:/bin"]
        .merging(environment) { $1 }
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

  func stop() async throws {
    _ = await server.drain(patience: .zero)
    try FileManager.default.removeItem(at: folder)
  }
}
