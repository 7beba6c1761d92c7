import Quantities
import Testing
import WireProtocols

@testable import PodEmulation

@Suite struct HeadRegistrationTests {
  private static let body = ServerlessLLMRegistration(model: "v/eight/0", targetNodes: ["0"]).body.text
  private static let chat = #"{"model":"v/eight/0","messages":[{"role":"user","content":"a"}]}"#

  struct Mistake: Sendable {
    var path = ServerlessLLMRegistration.path
    let body: String
    var status = 400
    let sentence: String
  }

  private static func registration(_ part: String, becomes other: String, _ sentence: String) -> Mistake {
    precondition(body.contains(part), "a mistake changes something")
    return Mistake(body: body.replacing(part, with: other), sentence: sentence)
  }

  static let mistakes = [
    registration(#""model":"v/eight/0","#, becomes: "", "`model` must be a string, not missing."),
    registration(
      "v/eight/0\",\"b", becomes: "v/eight\",\"b",
      "`model` must be a model and its replica, vendor/name/0 for example, not \\\"v/eight\\\"."),
    registration(
      "v/eight/0\",\"b", becomes: "v/nine/0\",\"b", "There is no model v/nine; add it to the configuration's models."),
    registration(#""vllm""#, becomes: #""transformers""#, #"`backend` must be \"vllm\", not \"transformers\"."#),
    registration(#""num_gpus":1"#, becomes: #""num_gpus":2"#, "`num_gpus` must be 1, not 2."),
    registration(#""concurrency""#, becomes: #""qps""#, #"`metric` must be \"concurrency\", not \"qps\"."#),
    registration(#""target":8"#, becomes: #""target":0"#, "`target` must be a whole number from 1, not 0."),
    registration(#""target":8"#, becomes: #""target":4"#, "`target` is 4; allowed in this deployment: 8."),
    registration(
      #""min_instances":0"#, becomes: #""min_instances":1"#, "`min_instances` is 1; allowed in this deployment: 0."),
    registration(
      #""max_instances":100"#, becomes: #""max_instances":1"#,
      "`max_instances` is 1; allowed in this deployment: at least 2, one for each GPU."),
    registration(#"["0"]"#, becomes: #""0""#, #"`target_nodes` must be a list of strings, not \"0\"."#),
    registration(
      #"["0"]"#, becomes: "[]", "`target_nodes` names none; allowed: all workers whose GPUs are as large, 0, 1."),
    registration(
      #"["0"]"#, becomes: #"["1"]"#,
      "`target_nodes` names 1; allowed: all workers whose GPUs are as large, 0, 1."),
    registration(
      #"["0"]"#, becomes: #"["0","7"]"#,
      "`target_nodes` names 0, 7; allowed: all workers whose GPUs are as large, 0."),
    registration(
      #"["0"]"#, becomes: #"["0","1"]"#,
      "`target_nodes` names worker 1, whose GPUs of 7 GB cannot hold v/eight/0; name larger ones."),
    registration(#""float16""#, becomes: #""float32""#, #"`torch_dtype` must be \"float16\", not \"float32\"."#),
    Mistake(body: "{", sentence: "The body is not JSON:"),
    Mistake(path: ChatCompletionRequest.path, body: "{}", sentence: "`model` must be a string, not missing."),
    Mistake(
      path: ChatCompletionRequest.path, body: chat, status: 404,
      sentence: "There is no model v/eight/0 here; register it with POST /register."),
    Mistake(
      path: "/v1/completions", body: chat, status: 404,
      sentence: "There is no /v1/completions; allowed: /register, /v1/chat/completions, /health."),
    Mistake(path: "/health", body: "", status: 405, sentence: "Only GET is allowed at /health."),
  ]

  @Test(arguments: mistakes)
  func `what is missing or wrong is refused in a sentence`(mistake: Mistake) async throws {
    let head = try await TestHead.start(TestHead.settings(workers: [16, 7]))
    let error = await #expect(throws: TestHead.Refusal.self) { try await head.post(mistake.path, mistake.body) }
    #expect(error?.status == mistake.status)
    #expect(error?.body.contains(mistake.sentence) == true, "\(error?.body ?? "")")
    await head.stop()
  }

  @Test func `a model may be registered again with the same body, not with another`() async throws {
    let head = try await TestHead.start(TestHead.settings(workers: [16, 7]))
    #expect(try await head.post(ServerlessLLMRegistration.path, Self.body)["status"]?.string == "ok")
    #expect(try await head.post(ServerlessLLMRegistration.path, Self.body)["status"]?.string == "ok")
    let other = Self.body.replacing(#""max_instances":100"#, with: #""max_instances":50"#)
    let error = await #expect(throws: TestHead.Refusal.self) {
      try await head.post(ServerlessLLMRegistration.path, other)
    }
    #expect(error?.status == 400 && error?.body.contains("is registered already, with another body") == true)
    await head.stop()
  }

  @Test func `models are registered before the first request`() async throws {
    let head = try await TestHead.start()
    try await head.register("v/eight/0")
    let asked = head.ask("v/eight/0")
    try await head.wait(open: 1)
    try await head.register("v/eight/0")  // changes nothing
    let error = await #expect(throws: TestHead.Refusal.self) { try await head.register("v/six/0") }
    #expect(error?.status == 400)
    #expect(
      error?.body.contains("v/six/0 comes too late: models are registered before the first request.") == true)
    _ = try await head.moveUntil()
    _ = try await asked.value
    await head.stop()
  }

  @Test func `a model runs on the workers that are named, which another would fit, too`() async throws {
    let head = try await TestHead.start(TestHead.settings(workers: [7, 16]))
    // v/six fits both; named is the second, so a second instance waits while the first worker stands idle.
    try await head.post(
      ServerlessLLMRegistration.path, ServerlessLLMRegistration(model: "v/six/0", targetNodes: ["1"]).body.text)
    let asked = (0..<9).map { _ in head.ask("v/six/0", tokens: 1000) }
    try await head.wait(open: 9)
    _ = try await head.moveUntil()
    for answer in asked { _ = try await answer.value }
    var records: [Timestamp] = []
    var ends: [Timestamp] = []
    for id in 1...9 {
      let record = try #require(try await head.record(of: id))
      records.append(try #require(record.firstTokenAt))
      ends.append(try #require(record.finishedAt))
    }
    #expect(try #require(records.max()) > #require(ends.min()), "the ninth had to wait for one of the eight")
    await head.stop()
  }

  @Test func `a head is healthy from the beginning`() async throws {
    let head = try await TestHead.start()
    #expect(try await head.status(of: "/health") == 200)
    await head.stop()
  }

  @Test func `an answer that is to be streamed is refused`() async throws {
    let head = try await TestHead.start()
    try await head.register("v/eight/0")
    let body = Self.chat.replacing("{\"model\"", with: "{\"stream\":true,\"model\"")
    let error = await #expect(throws: TestHead.Refusal.self) { try await head.post(ChatCompletionRequest.path, body) }
    #expect(error?.status == 400)
    #expect(error?.body.contains("`stream` is true; answers come whole here, so leave it out.") == true)
    await head.stop()
  }

  // MARK: The file of the machines

  @Test func `the file of the machines is read, with the workers in the order of their numbers`() throws {
    let text = """
      {"storage": [{"address": "10.0.0.2", "gbps": 32}, {"address": "10.0.0.3", "gbps": 16.5}], "workers": [
        {"id": "10", "node": "n", "instance_type": "t", "mem_pool_size": "16", "storage": ["10.0.0.3", "10.0.0.2"]},
        {"id": 2, "node": "m", "instance_type": "t", "mem_pool_size": 27, "storage": ["10.0.0.2"]}]}
      """
    let machines = try HeadMachines(body: JSON(parsing: Array(text.utf8)))
    #expect(machines.workers.map(\.id) == [2, 10])
    #expect(machines.workers.map(\.poolSize) == [27, 16])
    #expect(machines.storage.map(\.network) == [.gbps(32), .gbps(16.5)])
    #expect(try HeadMachines(body: machines.body) == machines)
  }

  @Test(arguments: [
    ("\"gbps\":32", "\"gbps\":0", "`gbps` must be a number from 0.001 to 1000000, not 0."),
    ("\"id\":\"1\"", "\"id\":\"0\"", "`id` must be a worker's own, not \"0\"."),
    ("\"mem_pool_size\":16", "\"mem_pool_size\":-1", "`mem_pool_size` must be a whole number from 0, not -1."),
    (
      "\"storage\":[\"10.0.0.2\"]", "\"storage\":[\"10.0.0.9\"]",
      "`storage` must be one or two addresses of the storage servers, not a list."
    ),
    ("\"node\":\"a\",", "", "`node` must be a string, not missing."),
  ])
  func `a mistake in the file of the machines is named`(part: String, other: String, sentence: String) throws {
    let text =
      #"{"storage":[{"address":"10.0.0.2","gbps":32}],"workers":["#
      + #"{"id":"0","node":"a","instance_type":"t","mem_pool_size":16,"storage":["10.0.0.2"]},"#
      + #"{"id":"1","node":"b","instance_type":"t","mem_pool_size":16,"storage":["10.0.0.2"]}]}"#
    try #require(text.contains(part))
    let error = #expect(throws: WireError.self) {
      try HeadMachines(body: JSON(parsing: Array(text.replacing(part, with: other).utf8)))
    }
    #expect(error?.description == sentence)
  }
}
