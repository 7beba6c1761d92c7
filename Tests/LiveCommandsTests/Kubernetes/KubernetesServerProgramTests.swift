import Foundation
import Glibc
import Testing
import WireProtocols

/// The built programs with `--cluster kubernetes` against an emulated cluster whose pods are real processes.
@Suite(.serialized, .timeLimit(.minutes(3))) struct KubernetesServerProgramTests {
  private static let options = "--cluster kubernetes --config one.yaml --kubeconfig kubeconfig"
  private static let single = "hydraserve_with_single_worker one one"

  @Test func `cold starts are measured on pods, say that they are emulated, and leave nothing`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let cluster = try await EmulatedClusterProcess.start(for: user)
    let foreign: JSON = ["metadata": ["name": "theirs", "labels": ["app": "node0-0"]], "data": ["a": "b"]]
    try await cluster.create("/api/v1/namespaces/default/configmaps", foreign)
    let started = try await user.run(
      "start-server 0 hydraserve_with_single_worker one one 0 0 --port 0 \(Self.options)")
    #expect(started.exitCode == 0, "\(started.errors)")
    #expect(started.output.contains("is ready on the Kubernetes cluster at http://127.0.0.1:"))
    let outcome = try await user.run("coldstart \(Self.single) --cluster kubernetes --config one.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Model facebook/opt-2.7b: TTFT = "))
    #expect(outcome.errors.contains("Emulated, 100.0 times faster than reality; recorded in "))
    let folder = "results/runs/coldstart/hydraserve_with_single_worker/setone-one"
    #expect(try user.file("\(folder)/summary.json").contains("\"source\" : \"emulated\""))
    #expect(try user.file("\(folder)/setting.json").contains("\"cluster\" : \"kubernetes\""))
    let events = try user.events(in: folder)
    #expect(events.count { $0["event"]?.string == "instance_ready" } == 3)
    #expect(events.count { $0["stage"]?.string == "fetch" } == 3, "workers say what they went through")
    let again = try await user.run("start-server 0 \(Self.single) 0 0 --port 0 \(Self.options)")
    #expect(again.exitCode == 1)
    #expect(again.errors.contains("runs on results already"))

    let stopped = try await user.run("stop-server --cluster kubernetes")
    #expect(stopped.exitCode == 0, "\(stopped.errors)")
    #expect(stopped.output == "The server on results has ended.\n", "\(stopped.errors)")
    #expect(try await cluster.ours() == [])
    #expect(try await cluster.list("/api/v1/namespaces/default/configmaps").count == 1, "somebody else's")
    #expect(!FileManager.default.fileExists(atPath: "\(user.folder.path)/results/runs/state/live-run.json"))
    let logs = try FileManager.default.contentsOfDirectory(
      atPath: "\(user.folder.path)/results/runs/state/live-logs")
    #expect(logs.count { $0.hasPrefix("node0-") } == 3, "the output of each worker is kept")
    await cluster.stop()
    try user.remove()
  }

  @Test func `ServerlessLLM is started with its head, which answers as its simulation does`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let cluster = try await EmulatedClusterProcess.start(for: user)
    let setting = "serverlessllm one one"
    let labelled = try await user.run("label-nodes --no-share --cluster kubernetes --kubeconfig kubeconfig")
    #expect(labelled.exitCode == 0, "\(labelled.errors)")
    let started = try await user.run("start-server 0 \(setting) 0 0 --port 0 \(Self.options)")
    #expect(started.exitCode == 0, "\(started.errors)")
    #expect(
      try await cluster.ours().filter { $0.hasPrefix("deployments/") } == [
        "deployments/sllm-server", "deployments/sllm-worker-0", "deployments/storage-server-remote-0",
      ])
    let log = try user.file("results/runs/state/live-logs/controller.log")
    #expect(log.contains("Waiting until 2 nodes have joined ServerlessLLM's head.\n"))
    // The measured model and the one that is loaded in between to evict it.
    #expect(log.contains("Registered 2 models with ServerlessLLM's head.\n"))
    let outcome = try await user.run("coldstart \(setting) --cluster kubernetes --config one.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let folder = "results/runs/coldstart/serverlessllm/setone-one"
    #expect(try user.file("\(folder)/summary.json").contains("\"source\" : \"emulated\""))
    let requests = try user.lines("\(folder)/requests.jsonl")
    #expect(requests.filter { $0["model"] == "facebook/opt-2.7b/0" }.allSatisfy { $0["cold_start"] == true })
    #expect(try await user.run("stop-server --cluster kubernetes").exitCode == 0)
    #expect(try await cluster.ours() == [])
    await cluster.stop()

    for line in ["label-nodes --no-share", "start-server 0 \(setting) 0 0"] {
      #expect(try await user.run("\(line) --config one.yaml --results simulated").exitCode == 0)
    }
    let simulated = try await user.run("coldstart \(setting) --config one.yaml --results simulated")
    // TTFT has what the network and the loops' phase add; the time of a token is told by the head, to the nanosecond.
    let tokenTimes = [outcome, simulated].map { Self.tokenTime(in: $0.output) }
    #expect(tokenTimes[0] != nil && tokenTimes[0] == tokenTimes[1], "\(outcome.output)\n\(simulated.output)")
    try user.remove()
  }

  /// The TPOT that a run prints for its model, in microseconds.
  private static func tokenTime(in output: String) -> Int? {
    let line = output.split(separator: "\n").last { $0.hasPrefix("Model facebook/opt-2.7b: ") }
    let number = line?.split(separator: "TPOT = ").last?.prefix { $0 != " " }
    return number.flatMap { Double($0) }.map { Int(($0 * 1000).rounded()) }
  }

  @Test func `a short end2end run has every request answered once`() async throws {
    let count = 12
    let trace = (1...count).map {
      #"{"timestamp":\#($0 * 500),"input_length":20,"output_length":\#($0),"model":"\#(LocalUser.llama)"}"# + "\n"
    }
    let user = try LocalUser(
      configuration: LocalUser.twoNodes + "endtoend: {trace: trace.jsonl}\n", trace: trace.joined())
    let cluster = try await EmulatedClusterProcess.start(for: user)
    let started = try await user.run("start-server 1 hydraserve 3 hybrid 8 0.6 --port 0 \(Self.options)")
    #expect(started.exitCode == 0, "\(started.errors)")
    let outcome = try await user.run("end2end hydraserve 8 0.6 --cluster kubernetes --config one.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let folder = "results/runs/endtoend/hydraserve/cv8-rate0.6"
    let requests = try user.lines("\(folder)/requests.jsonl")
    #expect(requests.compactMap { $0["id"]?.integer }.sorted() == Array(1...count))
    #expect(requests.allSatisfy { $0["outcome"]?.string == "completed" && $0["output_tokens"] == $0["id"] })
    let events = try user.events(in: folder)
    #expect(events.contains { $0["stage"]?.string == "rest" }, "the pipeline has come to serve alone")
    #expect(events.count { $0["event"]?.string == "release_finished" } > 0, "it was watched to the end of its pods")
    #expect(try await user.run("stop-server").exitCode == 0)
    #expect(try await cluster.ours() == [])
    await cluster.stop()
    try user.remove()
  }

  @Test func `what a killed controller has left on the cluster is deleted by its record`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let cluster = try await EmulatedClusterProcess.start(for: user)
    let started = try await user.run("start-server 0 \(Self.single) 0 0 --port 0 \(Self.options)")
    #expect(started.exitCode == 0, "\(started.errors)")
    let controller = Int32(try #require(try user.server()["process_id"]?.integer))
    kill(controller, SIGKILL)
    while LocalUser.isRunning(controller) { try await Task.sleep(for: .milliseconds(5)) }
    #expect(try await cluster.ours().contains("deployments/storage-server-local-0"))
    let refused = try await user.run("stop-server")
    #expect(refused.exitCode == 1)
    #expect(refused.errors.contains("died and left things behind"))
    let stopped = try await user.run("stop-server --cluster kubernetes")
    #expect(stopped.exitCode == 0, "\(stopped.errors)")
    #expect(stopped.output.contains(" is left in namespace hydraserve-repro."), "\(stopped.output)")
    #expect(try await cluster.ours() == [])
    await cluster.stop()
    try user.remove()
  }

  @Test func `a start is ended as well, with what it has made`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let cluster = try await EmulatedClusterProcess.start(for: user)
    async let start = user.run("start-server 0 \(Self.single) 0 0 --port 0 \(Self.options)")
    // The record is written before the first object is made, long before there is a server.
    let record = "\(user.folder.path)/results/runs/state/live-run.json"
    while !FileManager.default.fileExists(atPath: record) { try await Task.sleep(for: .milliseconds(2)) }
    let stopped = try await user.run("stop-server")
    #expect(stopped.exitCode == 0, "\(stopped.errors)")
    #expect(stopped.output.contains("The server on results has ended."), "\(stopped.output)")
    #expect(try await start.exitCode == 1)
    #expect(try await cluster.ours() == [])
    #expect(!FileManager.default.fileExists(atPath: record))
    #expect(try await user.run("stop-server").output.contains("No server runs on results"))
    await cluster.stop()
    try user.remove()
  }

  @Test func `what is missing on the cluster is said before anything is made`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let cluster = try await EmulatedClusterProcess.start(for: user, testbed: "ii")
    let started = try await user.run("start-server 0 \(Self.single) 0 0 --port 0 \(Self.options)")
    #expect(started.exitCode == 1)
    #expect(
      started.errors.contains("The cluster is not ready: `nodes ecs.gn7i-c32g1.8xlarge` is missing"),
      "\(started.errors)")
    #expect(started.errors.contains("kubernetes-cluster preflight one"))
    #expect(try await cluster.ours() == [])
    await cluster.stop()
    try user.remove()
  }

  @Test func `a namespace that others use stays, and so does one that was there`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let cluster = try await EmulatedClusterProcess.start(for: user)
    #expect(try await user.run("start-server 0 \(Self.single) 0 0 --port 0 \(Self.options)").exitCode == 0)
    try await cluster.create(
      "/api/v1/namespaces/hydraserve-repro/secrets", ["metadata": ["name": "theirs"]])
    #expect(try await user.run("stop-server").exitCode == 0)
    #expect(try user.file("results/runs/state/live-logs/controller.log").contains("stays: secrets/theirs is in it"))
    #expect(try await cluster.list("/api/v1/namespaces/hydraserve-repro/secrets").count == 1)
    #expect(try await cluster.ours() == ["namespaces/hydraserve-repro"])
    await cluster.stop()
    try user.remove()
  }

  /// Mistakes of the caller, and what is said.
  static let mistakes: [(line: String, sentence: String)] = [
    ("start-server 0 hydraserve one one 0 0 --namespace UPPER", "The namespace is `UPPER`; allowed:"),
    ("start-server 0 hydraserve one one 0 0 --model-directory relative", "The model directory is `relative`; allowed:"),
    (
      "start-server 0 hydraserve one one 0 0 --pod-patience-seconds 0",
      "--pod-patience-seconds is 0; allowed: 1 to 86400."
    ),
    ("start-server 0 hydraserve one one 0 0 --listen 0.0.0.0", "give --api-key-file FILE, too."),
    ("stop-server --cleaning-seconds 0", "--cleaning-seconds is 0; allowed: 1 to 86400."),
  ]

  @Test(arguments: mistakes)
  func `a mistake of the caller exits with 64 and one sentence`(mistake: (line: String, sentence: String)) async throws
  {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let options = mistake.line.hasPrefix("stop") ? " --cluster kubernetes" : " \(Self.options)"
    let outcome = try await user.run(mistake.line + options)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains(mistake.sentence), "\(outcome.errors)")
    try user.remove()
  }
}
