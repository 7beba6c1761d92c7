import Foundation
import Testing

/// `analyze` and `import-logs` on logs of the published artifact.
@Suite struct ArtifactProgramTests {
  private static let logs = Program.package.appendingPathComponent("Tests/Golden/oracle/analysis").path

  @Test func `analyze prints and writes what the published analysis does`() throws {
    let program = try Program()
    defer { program.remove() }
    for trace in ["csv", "pkl"] {
      let outcome = try program.run(
        "analyze --artifact-log \(Self.logs)/02/request.log --main-log \(Self.logs)/02/main.log --trace "
          + "\(Self.logs)/traces/trace_100_700_90.\(trace) --requests-per-second 0.1 --output out-\(trace)")
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      let folder = "out-\(trace)"
      #expect(outcome.errors == "Written: \(folder)/result.res, \(folder)/result.cost, \(folder)/result.tpot\n")
      #expect(try outcome.output == program.text("\(folder)/result.res"))
      for name in ["result.res", "result.cost", "result.tpot"] {
        let expected = try String(contentsOfFile: "\(Self.logs)/02/\(name)", encoding: .utf8)
        let lines = try program.text("\(folder)/\(name)").split(separator: "\n")
        let wanted = expected.split(separator: "\n")
        #expect(lines.count == wanted.count, "\(name)")
        // The words are the same; last digits may differ where sums are taken in another order.
        for (line, other) in zip(lines, wanted) {
          #expect(line.prefix { !$0.isNumber } == other.prefix { !$0.isNumber }, "\(name)")
        }
      }
    }
  }

  @Test func `analyze stops where the published analysis stops, with its own sentence`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("Generate request [1] for model m\n", to: "request.log")
    let outcome = try program.run("analyze --artifact-log request.log")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("Error: request.log:1: the log ends without a single result"), "\(outcome.errors)")
  }

  @Test func `an imported run is measured, names its files, and is not simulated over`() throws {
    let program = try Program()
    defer { program.remove() }
    let imported = try program.run(
      "import-logs hydraserve 8 0.1 --artifact-log \(Self.logs)/02/request.log --main-log \(Self.logs)/02/main.log "
        + "--trace \(Self.logs)/traces/trace_100_700_90.csv")
    #expect(imported.exitCode == 0, "\(imported.errors)")
    #expect(imported.errors.hasSuffix("Measured; recorded in results/runs/endtoend/hydraserve/cv8-rate0.1.\n"))
    #expect(imported.output.contains("\nall"), "\(imported.output)")
    let folder = "results/runs/endtoend/hydraserve/cv8-rate0.1"
    #expect(try program.text("\(folder)/summary.json").contains("\"source\" : \"measured\""))
    #expect(try program.text("\(folder)/setting.json").contains("\"cluster\" : \"kubernetes\""))
    let provenance = try program.text("\(folder)/provenance.json")
    for word in ["request_log", "main_log", "\"trace\"", "fnv1a64:", "\(Self.logs)/02/request.log"] {
      #expect(provenance.contains(word), "\(word): \(provenance)")
    }
    #expect(try program.text("\(folder)/requests.jsonl").split(separator: "\n").count == 360)
  }

  @Test func `a measured run is kept by reproduce unless it is forced`() throws {
    let program = try Program()
    defer { program.remove() }
    let imported = try program.run(
      "import-logs serverless_vllm 8 0.6 --artifact-log \(Self.logs)/04/request.log --quiet")
    #expect(imported.exitCode == 0, "\(imported.errors)")
    let summary = try program.text("results/runs/endtoend/serverless_vllm/cv8-rate0.6/summary.json")
    #expect(!summary.contains("cost_per_request"), "without a control plane's log nobody knows the cost")
    let line = "reproduce figure13 --only serverless_vllm --seeds 1"
    let kept = try program.run(line)
    #expect(kept.errors.contains("CV 8, 0.6 req/s: kept, measured on a cluster; --force"), "\(kept.errors)")
    let forced = try program.run("\(line) --force")
    #expect(forced.errors.contains("1 settings: 1 run, 0 kept, 0 failed"), "\(forced.errors)")
  }

  @Test(arguments: [
    ("nonsense", "nonsense", "trace.csv:1:"), ("x", "", "trace.csv:1:"),
    ("arrival_seconds,model\nsoon,m\n", "", "trace.csv:2:"),
  ])
  func `damaged files are named with the place`(trace: String, main: String, place: String) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(trace, to: "trace.csv")
    try program.write(main, to: "main.log")
    let outcome = try program.run(
      "import-logs hydraserve 8 0.1 --artifact-log \(Self.logs)/02/request.log --main-log main.log --trace trace.csv")
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains(place), "\(outcome.errors)")
    #expect(!program.exists("results/runs"))
  }

  @Test func `a log of models that are not deployed is refused`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "Generate request [1] for model a/b/0\n[1]: TTFT = 1.0s, TPOT = 1.0 ms, #Tokens = 3 (a/b/0)\n", to: "r.log")
    let outcome = try program.run("import-logs hydraserve 8 0.1 --artifact-log r.log")
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains("r.log:1: model `a/b/0` is not deployed"), "\(outcome.errors)")
  }
}
