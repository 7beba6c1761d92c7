import Foundation
import Glibc
import Testing
import WireProtocols

/// Storage that stalls, breaks off, sends wrong bytes or is gone, as a client of the server sees it.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StorageFaultTests {
  /// Faults of the first parts that are sent, and whether an instance dies of them.
  static let passing: [(fault: String, kills: Bool)] = [
    ("truncate:1000:2", false), ("stall:1000:1", false), ("corrupt:5000:1", true),
  ]

  @Test(arguments: passing)
  func `a fault that passes is survived`(passing: (fault: String, kills: Bool)) async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await Self.start(user, "--storage-fault \(passing.fault)")
    let answer = try await user.chat(server, tokens: 3, model: Self.model)
    #expect(answer.status == 200, "\(answer.text)")
    let failures = try user.events().filter { $0["event"]?.string == "instance_failed" }
    #expect(!failures.isEmpty == passing.kills)
    #expect(failures.allSatisfy { $0["reason"]?.string?.contains("arrived with a wrong checksum") == true })
    try await user.stop(server)
  }

  /// Faults of everything that is sent, and what the client is told.
  static let lasting: [(fault: String, sentence: String)] = [
    ("truncate:1000", "the storage agent gave up after 1000 bytes"), ("corrupt:5000", "arrived with a wrong checksum"),
  ]

  @Test(arguments: lasting)
  func `a fault that lasts is an answer with its reason`(lasting: (fault: String, sentence: String)) async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await Self.start(user, "--storage-fault \(lasting.fault)")
    let answer = try await user.chat(server, tokens: 3, model: Self.model)
    #expect(answer.status == 503)
    #expect(answer.text.contains(lasting.sentence), "\(answer.text)")
    try await user.stop(server)
  }

  /// Whose processes are killed, and what the client is told.
  static let gone = [
    ("storage-server-remote", "The storage agent at 127."), ("storage-server-local", "The storage agent at 127."),
  ]

  @Test(arguments: gone)
  func `storage that is gone is an answer with its reason`(name: String, sentence: String) async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await Self.start(user, "")
    let processes = try user.storage(name)
    try #require(!processes.isEmpty)
    for process in processes { kill(process, SIGKILL) }
    let answer = try await user.chat(server, tokens: 3, model: Self.model)
    #expect(answer.status == 503)
    #expect(answer.text.contains(sentence), "\(answer.text)")
    try await user.stop(server)
  }

  @Test(arguments: ["truncate", "melt:3", "stall:-1", "corrupt:1:0", "truncate:x"])
  func `a fault that there is not is refused`(fault: String) async throws {
    let user = try LocalUser()
    let outcome = try await user.run("storage-server --role remote --port 0 --fault \(fault)")
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains("'\(fault)'"), "\(outcome.errors)")
    try user.remove()
  }

  private static let model = "facebook/opt-2.7b/0"

  private static func start(_ user: LocalUser, _ options: String) async throws -> JSON {
    try await user.startServer(
      "0 hydraserve_with_single_worker one one 0 0", options: "--config one.yaml \(options)")
  }
}
