import HTTPServing
import LoadGeneration
import Quantities
import ServingModel
import Testing
import WireProtocols

@Suite struct LoadGeneratorTests {
  static let request = Request(id: 1, deployment: 0, promptTokens: 3, outputTokens: 2)

  @Test func `a streamed answer is measured from its first chunk with content`() async throws {
    let report = try await ScriptedServer.run([Self.request]) { _, request, responder in
      guard let body = try? ChatCompletionRequest(body: JSON(parsing: request.body)) else { return }
      let stream = ChatCompletionStream(id: "a", model: body.model, created: 0, includesUsage: body.includesUsage)
      responder.begin(200, contentType: ServerSentEvents.contentType)
      responder.write(stream.opening() + ServerSentEvents.comment("ping"))
      responder.write(stream.content("one"))
      responder.write(stream.content("two", finishReason: "length"))
      responder.write(stream.closing(usage: TokenUsage(promptTokens: 9, completionTokens: body.maxTokens ?? 0)))
      responder.finish()
    }
    let measurement = try #require(report.measurements.first)
    #expect(measurement.outcome == .completed)
    #expect(measurement.chunkTimes.count == 2, "the role and the usage are no tokens")
    #expect(measurement.usage == TokenUsage(promptTokens: 9, completionTokens: 2))
    #expect(measurement.sentAt >= measurement.scheduledAt)
    let times = [measurement.sentAt] + measurement.chunkTimes + [measurement.finishedAt ?? .zero]
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(report.errors.isEmpty && report.retries == 0)
  }

  @Test func `of an answer that comes whole, the first token is as old as its server says`() async throws {
    let report = try await ScriptedServer.run([Self.request]) { _, _, responder in
      let stream = ChatCompletionStream(id: "a", model: "m", created: 0, includesUsage: true)
      responder.begin(
        200, contentType: ServerSentEvents.contentType,
        first: stream.opening() + stream.content("all", firstTokenAge: 7))
      responder.finish(last: stream.closing(usage: TokenUsage(promptTokens: 9, completionTokens: 8)))
    }
    let measurement = try #require(report.measurements.first)
    let (first, last) = (try #require(measurement.firstTokenAt), try #require(measurement.lastTokenAt))
    #expect(last - first == .seconds(7))
    #expect(measurement.timePerOutputToken == .seconds(1), "seven more tokens in seven seconds")
    #expect(measurement.record(timeScale: 1).finishedAt == last)
  }

  @Test func `the artifact's answers are read with their token count`() async throws {
    let report = try await ScriptedServer.run([Self.request], interface: .artifact) { _, request, responder in
      guard let body = try? ArtifactRequest(body: JSON(parsing: request.body)), body.isStreamed else { return }
      responder.begin(200, contentType: "text/plain")
      responder.write(Array("some \(body.model)".utf8))
      responder.write(Array("#7".utf8))
      responder.finish()
    }
    #expect(report.measurements.map(\.outcome) == [.completed])
    #expect(report.measurements.first?.outputTokens == 7)
  }

  /// What a server may do wrong, and the kind of error that it is.
  static let failures: [(fault: ScriptedServer.Fault, label: String)] = [
    (.status(404), "404 - Not Found"), (.status(599), "599"), (.closesEarly, "stream - closed early"),
    (.cuts, "connection - Transferred a partial file"), (.errorInStream, "stream - error"),
    (.nonsense, "stream - malformed"), (.empty, "stream - empty"), (.hangs, "timeout"),
  ]

  @Test(arguments: failures)
  func `a failure is grouped under its kind and never an answer`(
    failure: (fault: ScriptedServer.Fault, label: String)
  ) async throws {
    var options = LoadOptions()
    options.requestTimeout = .milliseconds(failure.fault == .hangs ? 50 : 10_000)
    let requests = (1...3).map { Request(id: $0, deployment: 0, promptTokens: 1, outputTokens: 1) }
    let report = try await ScriptedServer.run(requests, options: options) { _, _, responder in
      failure.fault.answer(responder)
    }
    #expect(report.errors.map(\.label) == [failure.label])
    #expect(report.errors.map(\.count) == [3])
    #expect(report.errors.first?.sample.isEmpty == false)
  }

  @Test func `a server that is not there is an error of the connection`() throws {
    var source = OpenLoop([ScheduledRequest(request: Self.request, sendAt: .zero)])
    let generator = try LoadGenerator(target: LoadTarget(url: "http://127.0.0.1:1", models: ["m"]))
    let report = try generator.run(&source)
    #expect(report.errors.map(\.label) == ["connection - Couldn't connect to server"])
  }

  @Test func `retries are counted, and TTFT counts from the first attempt`() async throws {
    var options = LoadOptions()
    options.retries = 5
    options.retryPause = .milliseconds(20)
    let report = try await ScriptedServer.run([Self.request], options: options) { number, _, responder in
      if number <= 2 { ScriptedServer.Fault.status(503).answer(responder) } else { ScriptedServer.answer(responder) }
    }
    let measurement = try #require(report.measurements.first)
    #expect(measurement.outcome == .completed && measurement.attempts == 3 && report.retries == 2)
    #expect(try #require(measurement.timeToFirstToken) >= .milliseconds(40), "two pauses are part of it")
    #expect(report.warnings.contains { $0.hasPrefix("2 requests were sent again") })
    #expect(report.errors.isEmpty)
  }

  @Test func `arrivals do not wait for answers`() async throws {
    // No request is answered before all five have come: a generator that waited would never end.
    let requests = (1...5).map { Request(id: $0, deployment: 0, promptTokens: 1, outputTokens: 1) }
    let report = try await ScriptedServer.run(requests, holdingUntil: 5)
    #expect(report.measurements.allSatisfy { $0.outcome == .completed })
  }

  @Test func `no more are open than allowed`() async throws {
    var options = LoadOptions()
    options.maxInFlight = 2
    options.deadline = .milliseconds(200)
    let requests = (1...5).map { Request(id: $0, deployment: 0, promptTokens: 1, outputTokens: 1) }
    let report = try await ScriptedServer.run(requests, options: options, holdingUntil: 5)
    #expect(report.measurements.map(\.outcome) == [.unfinished, .unfinished], "the deadline cancels what is open")
  }

  @Test func `a closed loop sends the next request after the answer before`() async throws {
    var source = ClosedLoop(count: 4, pause: .milliseconds(100))
    var options = LoadOptions()
    options.timeScale = 10
    let report = try await ScriptedServer.run(&source, options: options) { _, _, responder in
      ScriptedServer.answer(responder)
    }
    let records = report.records
    #expect(records.count == 4)
    for (earlier, later) in zip(records, records.dropFirst()) {
      #expect(later.sentAt - (try #require(earlier.finishedAt)) >= .milliseconds(100), "in the time of the load")
    }
  }

  @Test func `a request for a model that is not there is refused`() throws {
    let generator = try LoadGenerator(target: LoadTarget(url: "http://127.0.0.1:1", models: []))
    var source = OpenLoop([ScheduledRequest(request: Self.request, sendAt: .zero)])
    let error = #expect(throws: LoadError.self) { try generator.run(&source) }
    #expect(error?.description == "Request 1 asks for model number 0; there are 0, numbered from 0.")
  }
}
