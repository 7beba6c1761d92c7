import Foundation
import FoundationNetworking
import Testing
import WireProtocols

@testable import ClusterControl

@Suite(.timeLimit(.minutes(1))) struct ServingEndpointTests {
  @Test func `a request that needs a cold start waits for it and is answered as a stream of events`() async throws {
    let endpoint = try await TestEndpoint([.answered(tokens: 3)])
    let answer = try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: true, usage: true))
    #expect(answer.status == 200)
    #expect(answer.contentType == "text/event-stream")
    let chunks = try answer.events.dropLast().map { try JSON(parsing: Array($0.utf8)) }
    #expect(answer.events.last == "[DONE]")
    #expect(chunks.first?["choices"]?.array?.first?["delta"]?["role"]?.string == "assistant")
    let contents = chunks.compactMap { $0["choices"]?.array?.first?["delta"]?["content"]?.string }
    #expect(contents == ["", "word ", "word ", "word ", ""])
    #expect(chunks.dropLast().last?["choices"]?.array?.first?["finish_reason"]?.string == "length")
    #expect(chunks.dropLast().allSatisfy { $0["usage"] == .null }, "null until the last")
    #expect(chunks.last?["choices"]?.array?.isEmpty == true)
    #expect(chunks.last?["usage"]?["total_tokens"]?.integer == 10, "7 of the prompt and 3 of the answer")
    #expect(Set(chunks.map { $0["id"]?.string }) == ["chatcmpl-1"])
    try await endpoint.stop()
  }

  @Test func `without include_usage no chunk names it`() async throws {
    let endpoint = try await TestEndpoint([.answered(tokens: 1)])
    let answer = try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: true))
    #expect(!answer.text.contains("usage"))
    #expect(answer.events.last == "[DONE]")
    try await endpoint.stop()
  }

  @Test func `an answer without stream comes whole`() async throws {
    let endpoint = try await TestEndpoint([.answered(tokens: 2)])
    let answer = try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: false))
    let json = try JSON(parsing: Array(answer.text.utf8))
    #expect(json["choices"]?.array?.first?["message"]?["content"]?.string == "word word ")
    #expect(json["usage"]?["completion_tokens"]?.integer == 2)
    try await endpoint.stop()
  }

  @Test func `the artifact's form ends with the number of tokens`() async throws {
    let endpoint = try await TestEndpoint([.answered(tokens: 2), .answered(tokens: 2)])
    let streamed = try await endpoint.post("/", #"{"id":5,"model":"lab/Model-7B/0","prompt":"Hello","stream":true}"#)
    #expect(streamed.text == "word word #2")
    let whole = try await endpoint.post("/", #"{"id":6,"model":"lab/Model-7B/0","prompt":"Hello","stream":false}"#)
    #expect(whole.text == #""word word ""#)
    try await endpoint.stop()
  }

  @Test func `a prompt that is code is text, and one that is a list of messages is read as such`() async throws {
    let endpoint = try await TestEndpoint()
    let code = "__import__('os').system('touch /tmp/owned')"
    _ = try await endpoint.post("/", #"{"id":1,"model":"lab/Model-7B/0","prompt":"\#(code)","stream":true}"#)
    #expect(try await endpoint.cluster { $0.messages } == [code])
    _ = try await endpoint.post(
      "/",
      #"{"id":1,"model":"lab/Model-7B/0","prompt":"[{\"role\":\"user\",\"content\":\"Hi\"}]","stream":true}"#)
    #expect(try await endpoint.cluster { $0.messages } == ["Hi"])
    try await endpoint.stop()
  }

  /// Requests that are refused: method, path, body, status, and part of the sentence.
  static let refusals: [(method: String, path: String, body: String, status: Int, sentence: String)] = [
    ("POST", "/v1/chat/completions", "{\"model\":", 400, "The body is not JSON"),
    ("POST", "/v1/chat/completions", "[1, 2]", 400, "`model` must be a string"),
    ("POST", "/v1/chat/completions", #"{"model":"lab/Model-7B/0","messages":"Hi"}"#, 400, "`messages` must be"),
    (
      "POST", "/v1/chat/completions", TestEndpoint.chat(stream: true, model: "lab/None/0"), 404, "no model `lab/None/0`"
    ),
    ("POST", "/", #"{"id":1,"model":"lab/Model-7B","prompt":"x","stream":true}"#, 404, "no model `lab/Model-7B`"),
    ("POST", "/", #"{"id":"one","model":"lab/Model-7B/0","prompt":"x"}"#, 400, "`id` must be a whole number"),
    ("POST", "/elsewhere", "{}", 404, "There is no /elsewhere"),
    ("POST", "/healthz", "{}", 405, "/healthz takes GET, not POST"),
    ("GET", "/v1/chat/completions", "", 405, "takes POST, not GET"),
  ]

  @Test(arguments: refusals)
  func `a request that is wrong is refused with a sentence`(
    refusal: (method: String, path: String, body: String, status: Int, sentence: String)
  ) async throws {
    let endpoint = try await TestEndpoint()
    let answer =
      refusal.method == "GET"
      ? try await endpoint.get(refusal.path) : try await endpoint.post(refusal.path, refusal.body)
    #expect(answer.status == refusal.status)
    #expect(answer.text.contains(refusal.sentence), "\(answer.text)")
    try await endpoint.stop()
  }

  @Test func `a body or a prompt that is too long is refused`() async throws {
    let endpoint = try await TestEndpoint()
    let words = String(repeating: "a ", count: 3072)
    let long = try await endpoint.post("/", #"{"id":1,"model":"lab/Model-7B/0","prompt":"\#(words)","stream":true}"#)
    #expect(long.status == 400)
    #expect(long.text.contains("The prompt has 3072 words; at most 3071 are allowed."))
    let huge = try await endpoint.post("/", String(repeating: "x", count: 5 << 20))
    #expect(huge.status == 413)
    try await endpoint.stop()
  }

  @Test func `a key that is asked for must be given, but not for the question whether the server lives`() async throws {
    let endpoint = try await TestEndpoint(apiKey: "secret")
    #expect(try await endpoint.get("/v1/models").status == 401)
    #expect(try await endpoint.get("/v1/models", key: "secreu").status == 401)
    #expect(try await endpoint.get("/v1/models", key: "secret").status == 200)
    #expect(try await endpoint.get("/healthz").status == 200)
    try await endpoint.stop()
  }

  @Test func `models and metrics are told`() async throws {
    let endpoint = try await TestEndpoint([.answered(tokens: 2), .held])
    _ = try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: true))
    let models = try JSON(parsing: Array(try await endpoint.get("/v1/models").text.utf8))
    #expect(models["data"]?.array?.compactMap { $0["id"]?.string } == ["lab/Model-7B/0"])
    let held = Task { [endpoint] in
      try await endpoint.post("/v1/chat/completions", TestEndpoint.chat(stream: true))
    }
    try await endpoint.wait { $0.forwardedTo.count == 2 }
    let metrics = try await endpoint.get("/metrics").text
    for line in [
      "hydraserve_queue_length 0", "hydraserve_requests_running 1", #"hydraserve_instances{state="ready"} 1"#,
      #"hydraserve_requests_total{outcome="completed"} 1"#, "hydraserve_gpu_memory_held_gb 22",
      #"hydraserve_nic_share_gbps{node="a10-1"} 16"#, "hydraserve_ttft_seconds_count 1",
      "hydraserve_tpot_seconds_count 1",
    ] {
      #expect(metrics.contains("\(line)\n"), "\(line)")
    }
    try await endpoint.stop()
    #expect(try await held.value.status == 503, "what waits when the server ends is told so")
  }
}
