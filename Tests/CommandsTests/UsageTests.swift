import Foundation
import Testing

/// Bad input: one sentence that names the value and what is allowed, exit code 64.
@Suite struct UsageTests {
  struct Mistake: CustomStringConvertible, Sendable {
    let line: String
    let sentence: String
    var environment: [String: String] = [:]
    var description: String { line }
  }

  static let mistakes = [
    Mistake(line: "start-server 0 hydraserve 0 a10 0", sentence: "Missing expected argument '<request-rate>'"),
    Mistake(
      line: "start-server 2 hydraserve 3 hybrid 8 0.6",
      sentence: "There is no experiment `2`; allowed: 0 (cold start), 1 (end to end)."),
    Mistake(
      line: "start-server 1 hydraserve 0 hybrid 8 0.6",
      sentence: "The model set is `0`; allowed in experiment 1: 3."),
    Mistake(
      line: "start-server 1 hydraserve 3 a10 8 0.6",
      sentence: "The backend is `a10`; allowed in experiment 1: hybrid."),
    Mistake(
      line: "start-server 1 hydraserve_with_single_worker 3 hybrid 8 0.6",
      sentence: "There is no execution type `hydraserve_with_single_worker`; allowed: serverless_vllm"),
    Mistake(
      line: "start-server 1 hydraserve 3 hybrid 0 0.6",
      sentence: "The CV is `0`; allowed: a number above 0 and up to 100."),
    Mistake(line: "end2end hydraserve 101 0.6", sentence: "The CV is `101`; allowed: a number above 0 and up to 100."),
    Mistake(line: "end2end hydraserve nan 0.6", sentence: "The CV is `nan`; allowed: a number above 0"),
    Mistake(line: "end2end hydraserve 8 -0.6", sentence: "Missing expected argument '<request-rate>'"),
    Mistake(line: "end2end hydraserve 8 0", sentence: "The request rate is `0`; allowed: a number above 0"),
    Mistake(line: "end2end hydraserve 8 fast", sentence: "The request rate is `fast`; allowed: a number above 0"),
    Mistake(line: "end2end hydraserve 8", sentence: "Missing expected argument '<request-rate>'"),
    Mistake(line: "end2end vllm 8 0.6", sentence: "There is no execution type `vllm`"),
    Mistake(line: "end2end hydraserve 8 0.6 --seeds 0", sentence: "--seeds is `0`; allowed: 1 to 1000."),
    Mistake(
      line: "end2end hydraserve 8 0.6 --seeds 2 --seed 18446744073709551615",
      sentence: "--seed is `18446744073709551615`; allowed with --seeds 2: 0 to 18446744073709551614."),
    Mistake(
      line: "reproduce figure9 --backend a10", sentence: "figure9 takes no --backend; these do: figure7, all."),
    Mistake(line: "reproduce figure7 --cv 8", sentence: "figure7 takes no --cv; these do: figure9, figure11"),
    Mistake(line: "reproduce figure7 --seeds 2", sentence: "figure7 takes no --seeds; these do: figure9, figure11"),
    Mistake(line: "reproduce figure9 --cv 3", sentence: "There is no CV in figure9 `3`; allowed: 8, 4, 2."),
    Mistake(
      line: "reproduce figure11 --rate 0.7", sentence: "There is no request rate in figure11 `0.7`, did you mean"),
    Mistake(
      line: "reproduce figure13 --only serverlessllm", sentence: "There is no execution type `serverlessllm`"),
    Mistake(line: "analyze --artifact-log missing.log", sentence: "Could not read missing.log"),
    Mistake(line: "analyze --artifact-log a --main-log b", sentence: "Give both --main-log FILE and --trace FILE"),
    Mistake(
      line: "analyze --artifact-log a --main-log b --trace c", sentence: "Give --requests-per-second, the rate"),
    Mistake(line: "import-logs hydraserve 8 0.6", sentence: "Missing expected argument '--artifact-log"),
    Mistake(line: "start-server 0 hydraserv 0 a10 0 0", sentence: "`hydraserv`, did you mean `hydraserve`?"),
    Mistake(line: "start-server 0 hydraserve 1 a10 0 0", sentence: "Model set 1 does not fit on a10: facebook/opt-13b"),
    Mistake(line: "start-server 0 hydraserve 0 h100 0 0", sentence: "There is no backend `h100`"),
    Mistake(line: "start-server 0 hydraserve 7 a10 0 0", sentence: "There is no model set `7`"),
    Mistake(line: "start-server 0 hydraserve 0 a10 8 0", sentence: "The CV is `8`; allowed in experiment 0: 0."),
    Mistake(line: "start-server 0 hydraserve 0 a10 0 x", sentence: "The request rate is `x`"),
    Mistake(line: "coldstart hydraserve 0 v1000", sentence: "There is no backend `v1000`, did you mean `v100`?"),
    Mistake(line: "coldstart hydraserve 0 a10 --seed -1", sentence: "--seed"),
    Mistake(line: "coldstart hydraserve 0 a10 --cluster mars", sentence: "`mars`"),
    Mistake(
      line: "coldstart hydraserve 0 a10", sentence: "`mars`", environment: ["HYDRA_CLUSTER": "mars"]),
    Mistake(line: "coldstart hydraserve 0 a10 --rules none", sentence: "`none`"),
    Mistake(line: "coldstart hydraserve 0 a10 --config missing.yaml", sentence: "missing.yaml"),
    Mistake(line: "figure7 --figures x", sentence: "Unknown option '--figures'"),
    Mistake(line: "label-nodes", sentence: "SHARE is `2`; allowed: 1, 0.", environment: ["SHARE": "2"]),
    Mistake(line: "reproduce figure8", sentence: "There is no figure `figure8`, did you mean `figure7`?"),
    Mistake(line: "reproduce figure7 --jobs 0", sentence: "--jobs is `0`; allowed: 1 to 64."),
    Mistake(line: "reproduce figure7 --only vllm", sentence: "There is no execution type `vllm`"),
    Mistake(line: "calibrate --measured missing.csv", sentence: "missing.csv"),
    Mistake(line: "calibrate --figure9 --measured a.csv", sentence: "give one of the two"),
    Mistake(line: "calibrate --figure9 --jobs 0", sentence: "--jobs is `0`; allowed: 1 to 64."),
    Mistake(
      line: "plan --slo-attainment 101",
      sentence: "--slo-attainment is `101`; allowed: a number above 0 and up to 100."),
    Mistake(line: "plan --objective ttfs", sentence: "There is no objective `ttfs`, did you mean `ttft`?"),
    Mistake(line: "plan --criterion median", sentence: "There is no criterion `median`, did you mean `mean`?"),
    Mistake(line: "plan --instance-types a100", sentence: "There is no instance type `a100`, did you mean `a10`?"),
    Mistake(
      line: "plan --instance-types a10,ecs.gn7i-c32g1.32xlarge", sentence: "names a type twice; allowed: each once."),
    Mistake(line: "plan --instance-types a10,", sentence: "--instance-types is `a10,`, which has an empty place"),
    Mistake(line: "plan --storage-type ecs.c7.32xlage", sentence: "did you mean `ecs.c7.32xlarge`?"),
    Mistake(
      line: "plan --storage-type ecs.c7a.16xlarge",
      sentence: "two of which carry less than the network of ecs.gn7i-c32g1.32xlarge; allowed: a faster one."),
    Mistake(line: "plan --max-servers 0", sentence: "--max-servers is `0`; allowed: 1 to 200."),
    Mistake(line: "plan --systems hydraserv", sentence: "`hydraserv`, did you mean `hydraserve`?"),
    Mistake(line: "plan --keep-alive 30,0", sentence: "--keep-alive has `0`; allowed: 1 to 3600."),
    Mistake(line: "plan --max-pipeline-size 5", sentence: "--max-pipeline-size has `5`; allowed: 1 to 4."),
    Mistake(line: "plan --cache half", sentence: "--cache has `half`; allowed: 1 to 100."),
    Mistake(line: "plan --jobs 0", sentence: "--jobs is `0`; allowed: 1 to 64."),
    Mistake(line: "plan --trace missing.jsonl", sentence: "Could not read missing.jsonl"),
    Mistake(line: "plan --model-set 2", sentence: "The model set is `2`; allowed without a trace of requests: 3."),
    Mistake(line: "plan --cluster local", sentence: "The cluster is `local`; allowed here: simulated."),
    Mistake(
      line: "plan --slo-attainment 90 --cluster kubernetes",
      sentence: "The cluster is `kubernetes`; allowed here: simulated."),
    Mistake(line: "plan --rate 0", sentence: "--rate is `0`; allowed: a number above 0 and up to 1000000."),
    Mistake(line: "sensitivity --change 95", sentence: "--change is `95`; allowed: a number above 0 and up to 90."),
    Mistake(line: "sensitivity --only keepalive", sentence: "`keepalive`, did you mean `keep-alive`?"),
    Mistake(
      line: "sensitivity --servers 2",
      sentence: "--servers is `2`; allowed: 2 numbers from 0 to 200 with commas between them, one a type."),
    Mistake(line: "sensitivity --system all", sentence: "There is no execution type `all`"),
    Mistake(
      line: "sensitivity --servers 2,0", sentence: "The servers do not suffice: modelscope/Llama-2-13b-chat-ms needs"),
  ]

  @Test(arguments: mistakes)
  func `a mistake is named in one sentence`(mistake: Mistake) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(mistake.line, environment: mistake.environment)
    #expect(outcome.exitCode == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(mistake.sentence), "\(outcome.errors)")
    #expect(outcome.errors.components(separatedBy: "Error: ").count == 2, "\(outcome.errors)")
    #expect(!program.exists("results/runs"), "a mistake leaves nothing behind")
  }

  @Test func `a broken configuration file is named with its line and key`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("hardware:\n  pod_deletion_s: soon\n", to: "mine.yaml")
    let outcome = try program.run("coldstart hydraserve 0 a10 --config mine.yaml")
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains("mine.yaml:2: key `hardware.pod_deletion_s` is `soon`"), "\(outcome.errors)")
  }

  @Test(arguments: [
    "label-nodes", "start-server", "coldstart", "end2end", "figure7", "figure9", "figure11", "figure13", "reproduce",
    "calibrate", "make-trace", "analyze", "import-logs", "timeline", "figure-breakdown", "figure-slo-scale",
    "figure-cdf", "loadgen", "storage-server", "emulated-worker", "local-cluster", "stop-server", "emulated-cluster",
    "emulated-head", "kubernetes-cluster", "prepare-cluster", "plan", "sensitivity",
  ])
  func `every program says what it does, with an example, and its version`(name: String) throws {
    let program = try Program()
    defer { program.remove() }
    let help = try program.run("\(name) --help")
    #expect(help.exitCode == 0)
    #expect(help.output.contains("OVERVIEW:"))
    #expect(help.output.contains("Example: \(name)"))
    if !help.output.contains("SUBCOMMANDS:") {
      for option in ["--json", "--quiet", "--verbose"] { #expect(help.output.contains(option), "\(option)") }
    }
    let version = try program.run("\(name) --version")
    #expect(version.exitCode == 0)
    #expect(version.output.contains("."))
  }
}
