import Foundation
import Testing

/// `start-server 1 …` and `end2end`, as the published instructions have them.
@Suite struct EndToEndProgramTests {
  private static let start = "start-server 1 hydraserve 3 hybrid 4 0.1"
  private static let folder = "results/runs/endtoend/hydraserve/cv4-rate0.1"

  @Test func `label, start, run`() throws {
    let program = try Program()
    defer { program.remove() }
    #expect(try program.run("label-nodes --share").exitCode == 0)
    let started = try program.run(Self.start)
    #expect(started.exitCode == 0, "\(started.errors)")
    #expect(started.output.contains("Server of hydraserve, CV 4, 0.1 req/s is ready"), "\(started.output)")
    #expect(started.output.contains("6 GPU nodes, 384 models"), "\(started.output)")
    #expect(started.errors == "Next: end2end hydraserve 4 0.1\n")
    let run = try program.run("end2end hydraserve 4 0.1")
    #expect(run.exitCode == 0, "\(run.errors)")
    for word in ["all", "chatbot", "code", "summarization", "TTFT p99", "TPOT mean", "goodput", "cost per request"] {
      #expect(run.output.contains("\n\(word)"), "\(word): \(run.output)")
    }
    #expect(run.output.contains("a lost one attains nothing"), "\(run.output)")
    #expect(run.errors == "Simulated, not measured; recorded in \(Self.folder).\n")
    for file in [
      "setting.json", "requests.jsonl", "events.jsonl", "summary.json", "provenance.json", "config.resolved.yaml",
    ] {
      #expect(program.exists("\(Self.folder)/\(file)"), "\(file)")
    }
    #expect(program.exists("results/runs/endtoend/workloads/cv4-rate0.1-seed1.jsonl"))
    #expect(try program.text("\(Self.folder)/requests.jsonl").split(separator: "\n").count == 360)

    // As JSON, with another seed count on the same server: the summary, byte for byte.
    let json = try program.run("end2end hydraserve 4 0.1 --seeds 2 --json --quiet")
    #expect(json.exitCode == 0 && json.errors.isEmpty, "\(json.errors)")
    #expect(try json.output == program.text("\(Self.folder)/summary.json"))
    #expect(try program.text("\(Self.folder)/requests.jsonl").split(separator: "\n").count == 720)
    let looked = try program.run("make-trace --inspect results/runs/endtoend/workloads/cv4-rate0.1-seed1.jsonl")
    #expect(looked.exitCode == 0, "\(looked.errors)")
  }

  @Test func `the commands that messages offer lead to the result`() throws {
    let program = try Program()
    defer { program.remove() }
    let wanted = "end2end serverlessllm 8 0.05 --seed 3"
    var outcome = try program.shell(wanted)
    var offered: [String] = []
    for _ in 0..<5 where outcome.exitCode != 0 {
      let command = try #require(Program.quotedCommands(in: outcome.errors).last, "\(outcome.errors)")
      offered.append(command)
      let mended = try program.shell(command)
      outcome = mended.exitCode == 0 ? try program.shell(wanted) : mended
    }
    // Nodes fresh from the provider are exclusive, as ServerlessLLM needs them.
    #expect(offered == ["start-server 1 serverlessllm 3 hybrid 8 0.05 --seed 3"])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
  }

  @Test func `wrong labels and other servers are refused with the command that mends them`() throws {
    let program = try Program()
    defer { program.remove() }
    _ = try program.run("label-nodes --no-share")
    let refused = try program.run(Self.start)
    #expect(refused.exitCode == 1)
    #expect(refused.errors.contains("`label-nodes --share`"), "\(refused.errors)")
    _ = try program.run("label-nodes --share")
    #expect(try program.run(Self.start).exitCode == 0)
    for (line, found) in [
      ("end2end hydraserve 8 0.1", "hydraserve, CV 4, 0.1 req/s, not for hydraserve, CV 8, 0.1 req/s"),
      ("end2end hydraserve 4 0.2", "hydraserve, CV 4, 0.1 req/s, not for hydraserve, CV 4, 0.2 req/s"),
      ("end2end serverless_vllm 4 0.1", "not for serverless_vllm, CV 4, 0.1 req/s"),
      ("coldstart hydraserve 0 a10", "hydraserve, CV 4, 0.1 req/s, not for hydraserve, model set 0, a10"),
    ] {
      let outcome = try program.run(line)
      #expect(outcome.exitCode == 1)
      #expect(outcome.errors.contains(found), "\(outcome.errors)")
      #expect(outcome.errors.contains("start the right one with `start-server "), "\(outcome.errors)")
    }
    // Relabelled after the server was started.
    _ = try program.run("label-nodes --no-share")
    let relabelled = try program.run("end2end hydraserve 4 0.1")
    #expect(relabelled.exitCode == 1 && relabelled.errors.contains("`label-nodes --share`"), "\(relabelled.errors)")
    #expect(!program.exists(Self.folder))
  }

  @Test func `a folder that cannot be written is named`() throws {
    let program = try Program()
    defer { program.remove() }
    #expect(try program.shell("label-nodes --share -q && \(Self.start) -q").exitCode == 0)
    try program.write("in the way", to: "results/runs/endtoend")
    let outcome = try program.run("end2end hydraserve 4 0.1 --quiet")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors == "Error: Could not make the folder results/runs/endtoend/workloads: Not a directory.\n",
      "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test func `a full disk fails the run, with the system's reason, and leaves the earlier result`() throws {
    let program = try Program()
    defer { program.remove() }
    let prepared = try program.shell("label-nodes --share -q && \(Self.start) -q && end2end hydraserve 4 0.1 -q")
    #expect(prepared.exitCode == 0, "\(prepared.errors)")
    let earlier = try program.text("\(Self.folder)/requests.jsonl")
    let full = try program.shell("ulimit -f 8; trap '' XFSZ; end2end hydraserve 4 0.1 > /dev/null")
    #expect(full.exitCode == 1)
    #expect(
      full.errors.hasPrefix("Error: Could not write ") && full.errors.contains("File too large"), "\(full.errors)")
    #expect(try program.text("\(Self.folder)/requests.jsonl") == earlier)
    let names = try FileManager.default.contentsOfDirectory(atPath: program.path("results/runs/endtoend/hydraserve"))
    #expect(names == ["cv4-rate0.1"])
  }
}
