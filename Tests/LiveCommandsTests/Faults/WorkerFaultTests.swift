import Foundation
import Glibc
import Testing
import WireProtocols

/// Workers that are killed at each point of a request's life. A worker that is to die at a certain point is stopped
/// before it, so that the point cannot pass by, and killed when the request has come there.
@Suite(.serialized, .timeLimit(.minutes(2))) struct WorkerFaultTests {
  @Test func `a request whose worker is killed in prefill is answered by another`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await user.startServer(
      "0 hydraserve_with_single_worker one one 0 0", options: "--config one.yaml --time-scale 5")
    #expect(try await user.chat(server, tokens: 1, model: "facebook/opt-2.7b/0").status == 200)
    let worker = try #require(try user.workers().last)
    kill(worker, SIGSTOP)
    let answer = Task { try await user.chat(server, tokens: 3, model: "facebook/opt-2.7b/0") }
    try await user.event("request_allocated", count: 2)
    kill(worker, SIGKILL)
    #expect(try await answer.value.status == 200)
    #expect(try await answer.value.text.contains(#""completion_tokens":3"#))
    #expect(try await user.get(server, "/metrics").text.contains("hydraserve_requests_retried_total 1\n"))
    #expect(try user.workers().count == 2)
    try await user.stop(server)
  }

  @Test(arguments: [0, 1])
  func `a request whose pipeline loses a stage in prefill is answered by another`(rank: Int) async throws {
    try await Self.withPipeline { user, server in
      let workers = try user.workers()
      kill(workers[rank], SIGSTOP)
      let answer = Task { try await user.chat(server, tokens: 3, model: LocalUser.llama) }
      try await user.event("request_allocated", count: 2)
      kill(workers[rank], SIGKILL)
      let whole = try await answer.value
      #expect(whole.status == 200, "\(whole.text)")
      #expect(whole.text.contains(#""completion_tokens":3"#))
    }
  }

  @Test(arguments: [0, 1])
  func `a pipeline that loses a stage in decode ends the stream with the reason`(rank: Int) async throws {
    try await Self.withPipeline { user, server in
      let answer = Task { try await user.chat(server, tokens: 2900, stream: true, model: LocalUser.llama) }
      try await user.metric("hydraserve_ttft_seconds_count 2", of: server)
      kill(try user.workers()[rank], SIGKILL)
      let text = try await answer.value.text
      Self.expectDeath(in: text)
      #expect(try await user.chat(server, tokens: 3, model: LocalUser.llama).status == 200)
    }
  }

  @Test(arguments: [0, 1])
  func `a pipeline that loses a stage while its KV cache moves ends the stream with the reason`(rank: Int) async throws
  {
    try await Self.withPipeline { user, server in
      let answer = Task { try await user.chat(server, tokens: 2900, stream: true, model: LocalUser.llama) }
      // The first answer has started the loop that consolidates; the second is on the pipeline and has to move.
      try await user.metric("hydraserve_ttft_seconds_count 2", of: server)
      try await user.event("rest_requested")
      let workers = try user.workers()
      kill(workers[1], SIGSTOP)  // its cache cannot leave before it is killed
      try await user.event("migration_requested")
      kill(workers[rank], SIGKILL)
      if rank == 0 { kill(workers[1], SIGCONT) }
      let text = try await answer.value.text
      Self.expectDeath(in: text)
      #expect(try await user.chat(server, tokens: 3, model: LocalUser.llama).status == 200)
    }
  }

  /// Checks that a stream ends with the death of a worker, noticed by the end of its container, or by what it or its
  /// neighbour was told to do.
  private static func expectDeath(in stream: String) {
    let end = String(stream.suffix(400))
    #expect(end.contains(#"data: {"error":{"message":"Worker node"#), "\(end)")
    #expect(end.contains("its container ended: Error (exit code 137)") || end.contains(" /utils/"), "\(end)")
    #expect(end.hasSuffix("data: [DONE]\n\n"))
  }

  /// A server with an instance that is a pipeline of two stages and has answered one request.
  private static func withPipeline(_ body: (LocalUser, JSON) async throws -> Void) async throws {
    let user = try LocalUser(configuration: LocalUser.twoNodes)
    let server = try await user.startServer(
      "1 hydraserve 3 hybrid 8 0.6", options: "--config one.yaml --time-scale 10")
    #expect(try await user.chat(server, tokens: 1, model: LocalUser.llama).status == 200)
    try #require(try user.workers().count == 2)
    try await body(user, server)
    try await user.stop(server)
  }
}
