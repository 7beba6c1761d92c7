import Foundation
import FoundationNetworking
import Glibc
import Testing
import WireProtocols

/// The built programs: a server in the background with its emulated machines, used and ended as a user does.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LocalServerProgramTests {
  @Test func `a cold start goes through real processes, and nothing of them is left`() async throws {
    let user = try LocalUser()
    let server = try await user.startServer("0 hydraserve_with_single_worker 0 a10 0 0")
    let answer = try await user.chat(server, tokens: 5)
    #expect(answer.status == 200)
    #expect(answer.text.contains(#""completion_tokens":5"#))
    let artifact = try await user.post(
      server, "/", #"{"id":1,"model":"\#(LocalUser.model)","prompt":"Hello","stream":true}"#)
    #expect(artifact.text == String(repeating: "token ", count: 512) + "#512", "as long as the experiment's answers")
    let processes = try user.processes()
    #expect(processes.count >= 2 + 4 + 1, "two storage servers, an agent for each node, and a worker or more")
    #expect(try user.events().contains { $0["event"]?.string == "instance_ready" })
    let stopped = try await user.run("stop-server")
    #expect(stopped.exitCode == 0)
    #expect(stopped.output == "The server on results has ended.\n", "it left nothing to be ended by force")
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }

  @Test func `a worker that is killed in an answer ends it with an error, and another one is started`() async throws {
    let user = try LocalUser()
    let server = try await user.startServer("0 hydraserve_with_single_worker 0 a10 0 0", options: "--time-scale 10")
    let answer = Task { try await user.chat(server, tokens: 2900, stream: true) }  // takes 12 s if nothing happens
    while try await !user.get(server, "/metrics").text.contains("hydraserve_ttft_seconds_count 1\n") {
      try await Task.sleep(for: .milliseconds(5))
    }
    kill(try #require(try user.processes().last), SIGKILL)
    #expect(try await answer.value.text.contains("its container ended: Error (exit code 137)"))
    #expect(try await user.chat(server, tokens: 3).status == 200)
    #expect(try user.events().contains { $0["event"]?.string == "instance_failed" })
    let processes = try user.processes()
    _ = try await user.run("stop-server")
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }

  @Test func `what a killed server has left is found by its record`() async throws {
    let user = try LocalUser()
    let server = try await user.startServer("0 hydraserve_with_single_worker 0 a10 0 0")
    let processes = try user.processes()
    let controller = try #require(server["process_id"]?.integer)
    kill(Int32(controller), SIGKILL)
    while LocalUser.isRunning(Int32(controller)) { try await Task.sleep(for: .milliseconds(5)) }
    let refused = try await user.run("stop-server")
    #expect(refused.exitCode == 1)
    #expect(refused.errors.contains("end them with `stop-server --clean --results results`"))
    let cleaned = try await user.run("stop-server --clean")
    #expect(cleaned.exitCode == 0)
    #expect(cleaned.output.contains("Nothing else is left.") || cleaned.output.contains("nothing is left of one"))
    try user.expectNothingLeft(of: server, processes)
    #expect(try await user.run("stop-server").output.contains("No server runs on results"))
    try user.remove()
  }

  @Test func `an own policy serves with the workers that it has chosen`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await user.startServer("0 prewarm one one 0 0", options: "--config one.yaml")
    #expect(try await user.chat(server, tokens: 3, model: "facebook/opt-2.7b/0").status == 200)
    try await user.stop(server)
  }

  private static let kubectl: String? = ["/usr/bin/kubectl", "/usr/local/bin/kubectl"].first {
    access($0, X_OK) == 0
  }

  @Test(.enabled(if: kubectl != nil, "kubectl is neither in /usr/bin nor in /usr/local/bin"))
  func `kubectl sees the pods of a server, and its file goes with the server`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await user.startServer("0 hydraserve_with_single_worker one one 0 0", options: "--config one.yaml")
    let file = "\(user.folder.path)/\(try #require(server["kubeconfig"]?.string))"
    func deployments() async throws -> [Substring] {
      let words = [try #require(Self.kubectl), "--kubeconfig", file, "get", "deployments", "-A", "-o", "name"]
      return try await user.run(words: words).output.replacing("deployment.apps/", with: "").split(separator: "\n")
    }
    #expect(try await deployments() == ["storage-server-local-0", "storage-server-remote-0"])
    #expect(try await user.chat(server, tokens: 3, model: "facebook/opt-2.7b/0").status == 200)
    #expect(try await deployments() == ["node0-0", "storage-server-local-0", "storage-server-remote-0"])
    try await user.stop(server)
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test func `a folder of results and a port each take one server`() async throws {
    let user = try LocalUser()
    let server = try await user.startServer("0 hydraserve_with_single_worker 0 a10 0 0")
    let again = try await user.start("0 hydraserve_with_single_worker 0 a10 0 0")
    #expect(again.exitCode == 1)
    #expect(again.errors.contains("runs on results already; end it with `stop-server --results results`"))
    let other = try LocalUser()
    let port = try #require(server["port"]?.integer)
    let taken = try await other.start("0 hydraserve_with_single_worker 0 a10 0 0", port: port)
    #expect(taken.exitCode == 1)
    #expect(taken.errors.contains("Cannot listen on 127.0.0.1:\(port)"), "\(taken.errors)")
    _ = try await user.run("stop-server")
    try user.remove()
    try other.remove()
  }

  /// Mistakes of the caller, and what is said.
  static let mistakes: [(line: String, sentence: String)] = [
    ("0 hydraserve 1 a10 0 0", "Model set 1 does not fit on a10"),
    ("0 hydraserve 0 a10 0 0 --time-scale 0", "--time-scale is 0.0; allowed: a number above 0"),
    ("0 hydraserve 0 a10 0 0 --byte-scale 1e9", "allowed: 1 to 100000."),
    ("0 hydraserve 0 a10 0 0 --listen 0.0.0.0", "--listen 0.0.0.0 lets others in; give --api-key-file FILE, too."),
    ("0 hydraserve 0 a10 0 0 --api-key-file none", "The key file none cannot be read"),
    ("2 hydraserve 0 a10 0 0", "There is no experiment `2`; allowed: 0 (cold start), 1 (end to end)."),
  ]

  @Test(arguments: mistakes)
  func `a mistake of the caller exits with 64 and one sentence`(mistake: (line: String, sentence: String)) async throws
  {
    let user = try LocalUser()
    let outcome = try await user.run("start-server \(mistake.line) --cluster local")
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains(mistake.sentence), "\(outcome.errors)")
    try user.remove()
  }

  @Test func `coldstart measures the server that runs, and says where its numbers come from`() async throws {
    let user = try LocalUser()
    let none = try await user.run("coldstart hydraserve_with_single_worker one a10 --cluster local --config one.yaml")
    #expect(none.exitCode == 1)
    #expect(none.errors.contains("start it with `start-server 0 hydraserve_with_single_worker one a10 0 0"))
    let server = try await user.startServer("0 hydraserve_with_single_worker one a10 0 0", options: "--config one.yaml")
    let outcome = try await user.run(
      "coldstart hydraserve_with_single_worker one a10 --cluster local --config one.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Model facebook/opt-2.7b: TTFT = "))
    let folder = "results/runs/coldstart/hydraserve_with_single_worker/setone-a10"
    #expect(try user.file("\(folder)/summary.json").contains("\"source\" : \"emulated\""))
    #expect(try user.file("\(folder)/setting.json").contains("\"cluster\" : \"local\""))
    let requests = try user.file("\(folder)/requests.jsonl").split(separator: "\n")
    #expect(requests.count == 3)
    #expect(requests.allSatisfy { $0.contains("\"cold_start\":true") && $0.contains("\"outcome\":\"completed\"") })
    let events = try user.events(in: folder)
    #expect(events.count { $0["event"]?.string == "instance_ready" } == 3)
    let stages = events.filter { $0["event"]?.string == "stage" }
    let names = ["container", "runtime", "cuda_context", "fetch", "load", "engine"]
    #expect(Set(stages.compactMap { $0["stage"]?.string }) == Set(names))
    #expect(stages.count == 3 * names.count, "each cold start went through each stage once")
    func moments(_ kind: String) -> [Int: Double] {
      let found = events.filter { $0["event"]?.string == kind }.compactMap { event -> (Int, Double)? in
        guard let instance = event["instance"]?.integer, let time = event["t_s"] else { return nil }
        return Double(String(decoding: time.bytes, as: UTF8.self)).map { (instance, $0) }
      }
      return Dictionary(uniqueKeysWithValues: found)
    }
    let (orders, ends) = (moments("release_started"), moments("release_finished"))
    #expect(!ends.isEmpty)
    for (instance, end) in ends {
      #expect(try end - #require(orders[instance]) >= 2, "the hardware model's time of a deletion")
    }
    let processes = try user.processes()
    _ = try await user.run("stop-server")
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }

  @Test func `end2end sends a workload to the server that runs, and every request is answered once`() async throws {
    let count = 24
    let trace = (1...count).map {
      #"{"timestamp":\#($0 * 500),"input_length":20,"output_length":\#($0),"model":"\#(LocalUser.llama)"}"# + "\n"
    }
    let user = try LocalUser(
      configuration: LocalUser.twoNodes + "endtoend: {trace: trace.jsonl}\n", trace: trace.joined())
    let words = "hydraserve 8 0.6"
    let server = try await user.startServer("1 hydraserve 3 hybrid 8 0.6", options: "--config one.yaml")
    let outcome = try await user.run("end2end \(words) --cluster local --config one.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("TTFT SLO %"))
    let folder = "results/runs/endtoend/hydraserve/cv8-rate0.6"
    #expect(try user.file("\(folder)/summary.json").contains("\"source\" : \"emulated\""))
    let requests = try user.lines("\(folder)/requests.jsonl")
    #expect(requests.compactMap { $0["id"]?.integer }.sorted() == Array(1...count))
    #expect(requests.allSatisfy { $0["outcome"]?.string == "completed" && $0["output_tokens"] == $0["id"] })
    let events = try user.events(in: folder)
    let allocated = events.filter { $0["event"]?.string == "request_allocated" }
    #expect(allocated.compactMap { $0["request"]?.integer }.sorted() == Array(1...count))
    #expect(events.contains { $0["stage"]?.string == "rest" }, "the pipeline has come to serve alone")
    #expect(events.count { $0["event"]?.string == "release_finished" } > 0, "it was watched to the end of its pods")
    let more = try await user.run("end2end \(words) --cluster local --config one.yaml --seeds 2")
    #expect(more.exitCode == 64)
    #expect(more.errors.contains("--seeds is 2; allowed on the local cluster, where an hour takes real time: 1."))
    let processes = try user.processes()
    _ = try await user.run("stop-server")
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }
}
