import ClusterSimulation
import LoadGeneration
import NIOPosix
import Quantities
import ServingModel
import Testing
import WireProtocols

@testable import PodEmulation

@Suite struct EmulatedWorkerTests {
  @Test(arguments: [ColdStartProcedure.Loader.framework, .copy, .streamed])
  func `a worker loads its weights from the agent and then serves`(loader: ColdStartProcedure.Loader) async throws {
    try await TestStorage.with { storage in
      let worker = try await TestWorker.start(storage, loader: loader)
      try await worker.initialise([worker.address])
      let report = try await worker.load(requests: 3, tokens: 4)
      #expect(report.measurements.map(\.outcome) == [.completed, .completed, .completed])
      #expect(report.measurements.allSatisfy { $0.usage == TokenUsage(promptTokens: 5, completionTokens: 4) })
      #expect(report.measurements.allSatisfy { $0.chunkTimes.count == 4 })
      await worker.server.stop()
    }
  }

  @Test func `a cold start takes at least what its parts take`() async throws {
    try await TestStorage.with { storage in
      let begin = ContinuousClock.now
      let worker = try await TestWorker.start(storage, loader: .copy)
      try await worker.initialise([worker.address])
      // worker start 4 s, engine 2 s, profile 1 s, at 100 times the speed
      #expect(ContinuousClock.now - begin >= .milliseconds(70))
      await worker.server.stop()
    }
  }

  @Test func `stages pass activations on, and one serves alone after a migration`() async throws {
    try await TestStorage.with { storage in
      let stages = try await TestWorker.pipeline(storage, size: 3)
      let before = try await stages[0].load(requests: 2, tokens: 3)
      #expect(before.measurements.allSatisfy { $0.outcome == .completed && $0.outputTokens == 3 })
      try await stages[0].post(
        WorkerDestination.path, WorkerDestination(address: stages[0].address, originRank: 0).body)
      async let running = stages[0].load(requests: 1, tokens: 2000)
      while await stages[0].server.worker.engine.running.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      let answer = try await stages[0].post(WorkerMigration.path, WorkerMigration(requestCount: 1).body)
      let bytes = try #require(answer["migrated_bytes"]?.integer)
      #expect(bytes > 0 && bytes % (2 * 1024) == 0, "1 KiB for each token so far from each of the two other stages")
      for stage in stages.dropFirst() { await stage.server.stop() }
      let after = try await stages[0].load(requests: 2, tokens: 3)
      #expect(after.measurements.allSatisfy { $0.outcome == .completed }, "it serves alone")
      #expect(try await running.measurements.map(\.outcome) == [.completed], "the request goes on")
      await stages[0].server.stop()
    }
  }

  @Test func `a stage that learns of its pipeline after the others keeps nobody waiting for ever`() async throws {
    try await TestStorage.with { storage in
      var stages: [TestWorker] = []
      for rank in 0..<3 { stages.append(try await TestWorker.start(storage, rank: rank, size: 3)) }
      let (first, addresses) = (stages[0], stages.map(\.address))
      async let isReady: Void = first.initialise(addresses)
      // It has loaded and asked the others whether they have, too.
      while await first.server.worker.returned.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      for stage in stages.dropFirst() { try await stage.initialise(addresses) }
      try await isReady
      for stage in stages { await stage.server.stop() }
    }
  }

  @Test func `weights that arrive with a wrong byte are refused`() async throws {
    try await TestStorage.with(fault: (.corrupted(at: 5000), 64)) { storage in
      let worker = try await TestWorker.start(storage)
      let error = await #expect(throws: TestWorker.Refusal.self) { try await worker.initialise([worker.address]) }
      #expect(error?.status == 500)
      #expect(error?.body.contains("arrived with a wrong checksum") == true)
      await worker.server.stop()
    }
  }

  @Test func `a wrong byte that the agent has cached does not stay for the next worker`() async throws {
    try await TestStorage.with(fault: (.corrupted(at: 5000), 1)) { storage in
      let worker = try await TestWorker.start(storage)
      await #expect(throws: TestWorker.Refusal.self) { try await worker.initialise([worker.address]) }
      await worker.server.stop()
      let next = try await TestWorker.start(storage)
      try await next.initialise([next.address])
      await next.server.stop()
    }
  }

  @Test func `a stage that goes away fails what runs and hangs nothing`() async throws {
    try await TestStorage.with { storage in
      let stages = try await TestWorker.pipeline(storage, size: 2)
      async let running = stages[0].load(requests: 1, tokens: 100_000)
      try await Task.sleep(for: .milliseconds(30))
      await stages[1].server.stop()
      let measurement = try #require(try await running.measurements.first)
      #expect(measurement.errorLabel == "stream - error")
      await stages[0].server.stop()
    }
  }

  @Test func `only the first stage answers clients, until another serves alone`() async throws {
    try await TestStorage.with { storage in
      let stages = try await TestWorker.pipeline(storage, size: 2)
      let refused = try await stages[1].load(requests: 1, tokens: 2)
      #expect(refused.errors.map(\.label) == ["400 - Bad Request"])
      try await stages[1].post(
        WorkerDestination.path, WorkerDestination(address: stages[1].address, originRank: 1).body)
      try await stages[1].post(WorkerStop.path, WorkerStop(shutsDown: true).body)
      let alone = try await stages[1].load(requests: 2, tokens: 2)
      #expect(alone.measurements.map(\.outcome) == [.completed, .completed])
      for stage in stages { await stage.server.stop() }
    }
  }

  @Test func `requests that are wrong are refused in one sentence`() async throws {
    try await TestStorage.with { storage in
      let worker = try await TestWorker.start(storage)
      let completion = ChatCompletionRequest(
        model: "v/m", messages: [.init(role: "user", content: "a")], maxTokens: 1
      ).body
      let early = await #expect(throws: TestWorker.Refusal.self) {
        try await worker.post(ChatCompletionRequest.path, completion)
      }
      #expect(early?.status == 503)
      try await worker.initialise([worker.address])
      for (path, body, status, sentence) in [
        ("/nothing", JSON.object([]), 404, "There is no /nothing; allowed: "),
        (WorkerInitialisation.path, ["ip_list": []], 400, "`ip_list` must be a list of 1 addresses, not 0."),
        (WorkerMigration.path, [:], 400, "`num_coldstart_reqs` must be a whole number from 0, not missing."),
        (
          ChatCompletionRequest.path,
          ChatCompletionRequest(model: "x", messages: [.init(role: "user", content: "a")], maxTokens: 1).body, 404,
          "There is no model x here; allowed: v/m."
        ),
      ] {
        let error = await #expect(throws: TestWorker.Refusal.self) { try await worker.post(path, body) }
        #expect(error?.status == status && error?.body.contains(sentence) == true, "\(error?.body ?? "")")
      }
      await worker.server.stop()
    }
  }
}
