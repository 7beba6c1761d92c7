import Foundation
import Glibc
import Testing
import WireProtocols

/// A server that is ended while it answers and starts: nothing of it is left, whichever way it went.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ShutdownTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func `nothing is left of a server that is signalled in the middle of everything`(signal: Int32) async throws {
    let user = try LocalUser(configuration: LocalUser.twoNodes)
    let server = try await user.startServer(
      "1 hydraserve 3 hybrid 8 0.6", options: "--config one.yaml --time-scale 20 --drain-seconds 0.1")
    let streaming = try RawClient(server)
    try await streaming.ask(LocalUser.llama, tokens: 2900)
    #expect(try await streaming.receive(until: "token ").contains("token "))
    let queued = try RawClient(server)
    try await queued.ask("modelscope/Llama-2-7b-chat-ms/1", tokens: 3)  // its instance is about to start
    try await user.event("pods_requested", count: 2)
    let processes = try user.processes()
    let controller = Int32(try #require(server["process_id"]?.integer))
    kill(controller, signal)
    while LocalUser.isRunning(controller) { try await Task.sleep(for: .milliseconds(5)) }
    #expect(try await !streaming.receive().contains("[DONE]\n\ndata"), "the client learns of it")
    if signal == SIGKILL {
      #expect(try await user.run("stop-server --clean").exitCode == 0)
    }
    // One that was just being started may be in no record yet; it ends by itself when it sees that its launcher has.
    while try !user.remains(of: server).processes().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }

  @Test func `nothing is left of a server that is killed while it starts`() async throws {
    try await Self.killDuringStart("", leavesNetwork: false)
  }

  /// Kills a server once its first pod has been started, cleans up, and checks that what it has written down is gone.
  ///
  /// - Parameter leavesNetwork: whether it leaves what does not end by itself.
  static func killDuringStart(_ options: String, leavesNetwork: Bool) async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    async let start = user.start(
      "0 hydraserve_with_single_worker one one 0 0", options: "--config one.yaml \(options)")
    while (try? user.processes())?.isEmpty ?? true { try await Task.sleep(for: .milliseconds(1)) }
    let remains = Remains(port: 0, apiPort: nil, folder: user.folder)
    let controller = try #require(try remains.processes().first { $0.contains("local-cluster serve") })
    kill(try #require(controller.split(separator: " ").first.flatMap { Int32($0) }), SIGKILL)
    #expect(try await start.exitCode == 1)
    if leavesNetwork {
      let refused = try await user.run("stop-server")
      #expect(refused.exitCode == 1 && refused.errors.contains("died and left things behind"), "\(refused.errors)")
    }
    let segments = try user.resources().compactMap { $0["segment"]?.string }
    #expect(try await user.run("stop-server --clean").exitCode == 0)
    while try !remains.processes().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    let memory = try FileManager.default.contentsOfDirectory(atPath: "/dev/shm").map { "/\($0)" }
    #expect(segments.allSatisfy { !memory.contains($0) })
    #expect(remains.files() == [])
    try user.remove()
  }
}
