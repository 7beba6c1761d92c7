import Foundation
import Glibc
import Testing
import WireProtocols

/// The built programs with an engine of the user's own.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: StandInEngine.isThere, StandInEngine.missing))
struct OwnEngineProgramTests {
  @Test func `an engine is started for a request, answers once it is ready, and ends with all it has started`()
    async throws
  {
    let user = try LocalUser()
    let command = StandInEngine.command("--model {model} --delay 0.3 --loading 0.2 --child")
    let server = try await StandInEngine.server(of: user, ["--engine-command", command])
    #expect(try user.processes().isEmpty, "neither storage nor agents are needed")
    let answer = try await user.chat(
      server, tokens: 3, stream: true, prompt: "Hello with usage", model: StandInEngine.model)
    #expect(answer.status == 200)
    #expect(answer.text.components(separatedBy: #""content":"word ""#).count == 4, "three tokens")
    #expect(answer.text.contains(#""finish_reason":"stop""#), "the engine's own reason")
    #expect(answer.text.contains(#""prompt_tokens":11,"completion_tokens":4"#), "the engine's own count")
    let processes = try user.processes()
    #expect(processes.count == 1)
    let log = try user.file("results/runs/state/live-logs/node0-0.log")
    let child = try #require(log.split(separator: "\n").first?.split(separator: " ").last.flatMap { Int32($0) })
    #expect(LocalUser.isRunning(child))
    #expect(try await user.run("stop-server").exitCode == 0)
    #expect(!LocalUser.isRunning(child), "what it has started ends with it")
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }

  /// How streams may look, by what the prompt asks of the stand-in.
  static let looks = [
    "plain", "crlf", "split", "comments", "closed", "crlf split comments", "closed split", "usage crlf closed",
  ]

  @Test func `an engine that runs already is spoken to however its streams look`() async throws {
    let engine = try await StandInEngine.Running()
    let user = try LocalUser()
    let server = try await StandInEngine.server(of: user, ["--engine-url", "\(engine.url)/v1"])
    for look in Self.looks {
      let answer = try await user.chat(server, tokens: 4, prompt: look, model: StandInEngine.model)
      let json = try JSON(parsing: Array(answer.text.utf8))
      let content = json["choices"]?.array?.first?["message"]?["content"]?.string
      #expect(content == "word word word word ", "\(look): \(answer.text)")
      let tokens = json["usage"]?["completion_tokens"]?.integer
      #expect(tokens == (look.contains("usage") ? 5 : 4), "counted by the engine, which adds one here, or by chunks")
    }
    let error = try await user.chat(server, tokens: 4, stream: true, prompt: "error", model: StandInEngine.model)
    #expect(error.text.contains("The stand-in gives up.") && error.text.hasSuffix("data: [DONE]\n\n"))
    let undone = try await user.chat(server, tokens: 4, stream: true, prompt: "undone", model: StandInEngine.model)
    #expect(undone.text.contains("its stream ended before [DONE]"))
    try await engine.stop()
    let gone = try await user.chat(server, tokens: 4, model: StandInEngine.model)
    #expect(gone.status == 503)
    #expect(gone.text.contains("The engine at \(engine.url)/v1 broke off: it does not listen."), "\(gone.text)")
    _ = try await user.run("stop-server")
    try user.expectNothingLeft(of: server, [])
    try user.remove()
  }

  @Test func `an engine that dies in an answer ends it with an error, and another one is started`() async throws {
    let user = try LocalUser()
    let server = try await StandInEngine.server(
      of: user, ["--engine-command", StandInEngine.command("--no-health --model our/own"), "--engine-model", "our/own"])
    let died = try await user.chat(server, tokens: 4, stream: true, prompt: "die", model: StandInEngine.model)
    #expect(died.text.contains("The engine of node0-0 ended unasked with exit code 3"), "\(died.text)")
    let next = try await user.chat(server, tokens: 4, model: StandInEngine.model)
    #expect(next.status == 200, "\(next.text)")
    let processes = try user.processes()
    #expect(processes.count == 2)
    _ = try await user.run("stop-server")
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }

  /// Engines that never answer, and what the client is told.
  static let failures: [(command: String, patience: String, sentence: String)] = [
    ("/bin/false {port}", "10", "ended unasked with exit code 1; its output is in"),
    ("/bin/sleep 1000 {port}", "0.2", "has not answered for 0.2 s; its output is in"),
  ]

  @Test(arguments: failures)
  func `an engine that never answers fails its requests with a reason`(
    failure: (command: String, patience: String, sentence: String)
  ) async throws {
    let user = try LocalUser()
    let server = try await StandInEngine.server(
      of: user, ["--engine-command", failure.command, "--engine-patience-seconds", failure.patience])
    let answer = try await user.chat(server, tokens: 4, model: StandInEngine.model)
    #expect(answer.status == 503)
    #expect(answer.text.contains(failure.sentence), "\(answer.text)")
    let processes = try user.processes()
    _ = try await user.run("stop-server")
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }

  @Test func `what a killed server has left of its engine is found by its record`() async throws {
    let user = try LocalUser()
    let server = try await StandInEngine.server(of: user, ["--engine-command", StandInEngine.command()])
    #expect(try await user.chat(server, tokens: 1, model: StandInEngine.model).status == 200)
    let processes = try user.processes()
    let controller = Int32(try #require(server["process_id"]?.integer))
    kill(controller, SIGKILL)
    while LocalUser.isRunning(controller) { try await Task.sleep(for: .milliseconds(5)) }
    #expect(processes.allSatisfy { LocalUser.isRunning($0) }, "an engine knows nothing of its controller")
    let cleaned = try await user.run("stop-server --clean")
    #expect(cleaned.output.contains("Ended process \(processes[0]) (node0-0)."))
    while processes.contains(where: { LocalUser.isRunning($0) }) { try await Task.sleep(for: .milliseconds(5)) }
    try user.expectNothingLeft(of: server, processes)
    try user.remove()
  }

  @Test func `cold starts of an engine are recorded and drawn as measured`() async throws {
    // The stand-in ends after each answer, so every request meets a cold start without the wait for the grace period.
    let user = try LocalUser(
      configuration: LocalUser.oneModel.replacing("one:", with: "\"0\":")
        + "coldstart: {measurements: 2, pause_s: 0.2, begin_s: 0, output_tokens: 3}\n")
    let command = StandInEngine.command("--answers 1")
    let server = try await StandInEngine.server(of: user, modelSet: "0", ["--engine-command", command])
    let outcome = try await user.run("coldstart serverless_vllm 0 a10 --cluster local --config one.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("Measured on `\(command)`; recorded in "), "\(outcome.errors)")
    let folder = "results/runs/coldstart/serverless_vllm/set0-a10"
    #expect(try user.file("\(folder)/summary.json").contains(#""source" : "measured""#))
    let setting = try JSON(parsing: Array(try user.file("\(folder)/setting.json").utf8))
    #expect(setting["engine"]?.string == command)
    let figure = try await user.run("figure7")
    #expect(figure.exitCode == 0, "\(figure.errors)")
    #expect(try user.file("figs/figure7.csv").contains("a10,facebook/opt-2.7b,serverless_vllm,"))
    #expect(try user.file("figs/figure7.csv").contains(",run:measured,"))
    #expect(try user.file("figs/figure7.svg").contains("own run (measured)"))
    _ = try await user.run("stop-server")
    try user.expectNothingLeft(of: server, [])
    try user.remove()
  }

  /// Mistakes of the caller, and what is said.
  static let mistakes: [(words: [String], sentence: String)] = [
    (["hydraserve", "--engine", "openai", "--engine-url", "http://a:1"], "for serverless_vllm, not hydraserve"),
    (["serverless_vllm", "--engine", "vllm"], "There is no engine `vllm`; allowed: emulated, openai."),
    (["serverless_vllm", "--engine", "openai"], "takes --engine-url or --engine-command; give one of the two."),
    (["serverless_vllm", "--engine-url", "http://a:1"], "go with --engine openai; add it."),
    (["serverless_vllm", "--engine", "openai", "--engine-url", "https://a"], "`https://a` is no address of an engine"),
    (
      ["serverless_vllm", "--engine", "openai", "--engine-url", "http://a:1", "--time-scale", "20"],
      "--time-scale is 20.0; an engine of your own runs in real time, so allowed: 1."
    ),
    (
      ["serverless_vllm", "--engine", "openai", "--engine-command", "vllm serve {name} --port {port}"],
      "{name} is no placeholder of an engine's command; allowed: {model}, {port}, {host}."
    ),
    (
      ["serverless_vllm", "--engine", "openai", "--engine-command", "no-such-engine {port}"],
      "The engine's program `no-such-engine` is not in PATH"
    ),
    (
      ["serverless_vllm", "--engine", "openai", "--engine-command", "sh {port}", "--engine-patience-seconds", "0"],
      "--engine-patience-seconds is 0.0; allowed: above 0, up to 86400."
    ),
  ]

  @Test(arguments: mistakes)
  func `a mistake of the caller exits with 64 and one sentence`(mistake: (words: [String], sentence: String))
    async throws
  {
    let user = try LocalUser()
    let outcome = try await user.run(
      words: ["start-server", "0", mistake.words[0], "0", "a10", "0", "0", "--cluster", "local"]
        + mistake.words.dropFirst())
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains(mistake.sentence), "\(outcome.errors)")
    try user.remove()
  }
}
