import Foundation
import Testing

/// Policies of one's own under the programs: in Swift by their name, or as programs in another language.
@Suite struct OwnPolicyProgramTests {
  private static let hasPython = ["/usr/bin/python3", "/usr/local/bin/python3"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  private static let example = Program.package.appendingPathComponent("docs/examples/first_fit.py").path

  @Test func `a policy is run by its name, filed under it and kept by the next run`() throws {
    let program = try Program()
    defer { program.remove() }
    let line = "reproduce figure9 --policy prewarm --only prewarm --cv 8 --rate 0.6 --seeds 1"
    let first = try program.run(line)
    #expect(first.errors.contains("[1/1] prewarm, CV 8, 0.6 req/s: run (not run yet)"), "\(first.errors)")
    #expect(program.exists("results/runs/endtoend/prewarm/cv8-rate0.6/events.jsonl"))
    if ReproduceProgramTests.hasGnuplot {
      #expect(first.exitCode == 0, "\(first.errors)")
      #expect(try program.text("figs/figure9.csv").contains("8,0.6,prewarm,"))
      #expect(try program.text("figs/figure9.svg").contains("HydraServe that prewarms"))
    }
    let second = try program.run(line)
    #expect(second.errors.contains("0 run, 1 kept, 0 failed"), "\(second.errors)")
    let timeline = try program.run("timeline endtoend/prewarm/cv8-rate0.6 --quiet")
    if ReproduceProgramTests.hasGnuplot {
      #expect(timeline.output.hasPrefix("HydraServe that prewarms: an hour at CV 8, 0.6 req/s"), "\(timeline.errors)")
    }
  }

  @Test func `cold starts take a policy's name in place of a system's`() throws {
    let program = try Program()
    defer { program.remove() }
    #expect(try program.run("label-nodes --share --quiet").exitCode == 0)
    let server = try program.run("start-server 0 prewarm 0 a10 0 0")
    #expect(server.errors.contains("Next: coldstart prewarm 0 a10"), "\(server.errors)")
    let outcome = try program.run("coldstart prewarm 0 a10 --quiet")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    // With one request at a time there is nothing to learn: the cold starts are HydraServe's.
    #expect(try program.run("start-server 0 hydraserve 0 a10 0 0 --quiet").exitCode == 0)
    #expect(try program.run("coldstart hydraserve 0 a10 --quiet").output == outcome.output)
  }

  @Test(.enabled(if: hasPython, "python3 is not installed"))
  func `a program in another language decides, the same every time`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "policies: {first-fit: {command: [python3, \(Self.example)], label: First fit}}\n", to: "my.yaml")
    #expect(try program.run("label-nodes --share --quiet").exitCode == 0)
    #expect(try program.run("start-server 1 first-fit 3 hybrid 8 0.6 --config my.yaml --quiet").exitCode == 0)
    let first = try program.run("end2end first-fit 8 0.6 --config my.yaml --quiet")
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.output.contains("TTFT SLO %"))
    let requests = "results/runs/endtoend/first-fit/cv8-rate0.6/requests.jsonl"
    let events = "results/runs/endtoend/first-fit/cv8-rate0.6/events.jsonl"
    let texts = try [requests, events].map(program.text)
    #expect(texts[0].contains("\"outcome\":\"completed\"") && !texts[0].contains("\"outcome\":\"unfinished\""))
    #expect(try program.run("end2end first-fit 8 0.6 --config my.yaml --quiet").output == first.output)
    #expect(try [requests, events].map(program.text) == texts)
  }

  @Test(.enabled(if: hasPython, "python3 is not installed"))
  func `a command on the command line is run and filed under its file's name`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell(
      "reproduce figure11 --policy 'exec:python3 \(Self.example)' --only first-fit --seeds 1")
    #expect(outcome.errors.contains("[1/1] first-fit, CV 8, 0.6 req/s: run (not run yet)"), "\(outcome.errors)")
    #expect(program.exists("results/runs/endtoend/first-fit/cv8-rate0.6/summary.json"))
  }

  @Test func `a program that fails is one sentence, and its run is not kept`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("policies: {mine: {command: [sh, -c, exit 3]}}\n", to: "my.yaml")
    #expect(try program.run("label-nodes --share --quiet").exitCode == 0)
    #expect(try program.run("start-server 1 mine 3 hybrid 8 0.6 --config my.yaml --quiet").exitCode == 0)
    let outcome = try program.run("end2end mine 8 0.6 --config my.yaml")
    #expect(outcome.exitCode == 64)
    #expect(
      outcome.errors.contains("The policy `mine` (sh -c exit 3) ended (exit status 3) before it had answered"),
      "\(outcome.errors)")
    #expect(!program.exists("results/runs/endtoend"))
    let reproduced = try program.run("reproduce figure11 --config my.yaml --policy mine --only mine --seeds 1")
    #expect(reproduced.exitCode == 1)
    #expect(reproduced.errors.contains("FAILED"), "\(reproduced.errors)")
    #expect(!program.exists("results/runs/endtoend/mine"))
  }

  @Test(arguments: [
    ("reproduce figure9 --policy prewarn", "There is no policy `prewarn`, did you mean `prewarm`? Allowed: prewarm."),
    ("figure9 --policy prewarm --policy prewarm", "--policy names prewarm twice; name two policies, or one."),
    ("figure7 --policy a --policy b --policy c", "--policy is given 3 times; allowed: up to 2."),
    ("end2end prewarn 8 0.6", "There is no execution type `prewarn`, did you mean `prewarm`?"),
  ])
  func `a slip in a policy's name is answered in one sentence`(line: String, sentence: String) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(line)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }
}
