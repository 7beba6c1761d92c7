import Foundation
import FoundationNetworking
import Testing
import WireProtocols

@testable import ClusterControl

/// What becomes of requests when instances die and clients go.
@Suite(.timeLimit(.minutes(1))) struct ControlPlaneDriverTests {
  @Test func `a request whose instance dies before its first token is answered by another instance`() async throws {
    let endpoint = try await TestEndpoint([.instanceDies(after: 0), .answered(tokens: 2)])
    let answer = try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: false))
    #expect(answer.status == 200)
    #expect(answer.text.contains("word word "))
    #expect(try await endpoint.cluster { $0.forwardedTo } == [0, 1])
    #expect(try await endpoint.get("/metrics").text.contains("hydraserve_requests_retried_total 1\n"))
    try await endpoint.stop()
  }

  @Test func `a request that meets nothing but dying instances is given up after three`() async throws {
    let endpoint = try await TestEndpoint([
      .instanceDies(after: 0), .instanceDies(after: 0), .instanceDies(after: 0), .answered(tokens: 1),
    ])
    let answer = try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: true))
    #expect(answer.status == 503)
    #expect(answer.text.contains("The worker died."))
    #expect(try await endpoint.cluster { $0.forwardedTo.count } == 3)
    try await endpoint.stop()
  }

  @Test func `an instance that dies in an answer ends the stream with an error`() async throws {
    let endpoint = try await TestEndpoint([.instanceDies(after: 2)])
    let answer = try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: true, usage: true))
    let last = try JSON(parsing: Array(try #require(answer.events.dropLast().last).utf8))
    #expect(last["error"]?["message"]?.string == "The worker died.")
    #expect(answer.events.last == "[DONE]")
    #expect(try await endpoint.cluster { $0.forwardedTo.count } == 1, "its client has seen the beginning")
    try await endpoint.stop()
  }

  @Test func `an instance that dies in an artifact's answer breaks the connection off`() async throws {
    let endpoint = try await TestEndpoint([.instanceDies(after: 2)])
    await #expect(throws: URLError.self) {
      try await endpoint.post("/", #"{"id":1,"model":"lab/Model-7B/0","prompt":"Hello","stream":true}"#)
    }
    try await endpoint.stop()
  }

  @Test func `an engine's error before the first token is an answer with its reason`() async throws {
    let endpoint = try await TestEndpoint([.fails(after: 0, "Out of memory.")])
    let answer = try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: true))
    #expect(answer.status == 503)
    #expect(answer.text.contains("Out of memory."))
    try await endpoint.stop()
  }

  @Test func `a client that goes away frees its place`() async throws {
    let endpoint = try await TestEndpoint([.held])
    var request = endpoint.request("/v1/chat/completions")
    request.httpMethod = "POST"
    request.httpBody = Data(TestEndpoint.chat(stream: true).utf8)
    let client = Task { [request] in try await TestEndpoint.send(request) }
    try await endpoint.wait { $0.forwardedTo == [0] }
    client.cancel()
    try await endpoint.wait { $0.abandoned == [1] }
    let metrics = try await endpoint.get("/metrics").text
    #expect(metrics.contains("hydraserve_requests_running 0\n"))
    #expect(metrics.contains("hydraserve_requests_total{outcome=\"cancelled\"} 1\n"))
    try await endpoint.stop()
  }

  @Test func `ten thousand requests are each answered once`() async throws {
    let count = 10_000
    let endpoint = try await TestEndpoint(Array(repeating: .answered(tokens: 1), count: count))
    let completed = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 {
        group.addTask {
          var good = 0
          for _ in 0..<count / 20 {
            let answer = try await endpoint.post("/", #"{"id":1,"model":"lab/Model-7B/0","prompt":"Hi","stream":true}"#)
            if answer.text == "word #1" { good += 1 }
          }
          return good
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(completed == count)
    #expect(try await endpoint.cluster { $0.forwardedTo.count } == count)
    try await endpoint.stop()
  }
}
