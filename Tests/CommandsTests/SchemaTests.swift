import Foundation
import GoldenData
import Testing

/// The schemas in `docs/schemas` say what programs write.
@Suite(.enabled(if: SchemaValidator.python != nil, "\(SchemaValidator.reason)"))
struct SchemaTests {
  private static let experiments = """
    label-nodes --share && start-server 0 hydraserve 0 a10 0 0 && coldstart hydraserve 0 a10 \
    && start-server 1 hydraserve 3 hybrid 8 0.6 && end2end hydraserve 8 0.6 --seeds 2
    """

  /// Each schema of what these programs write, with its files as a shell finds them.
  private static let files = [
    ("setting", "results/runs/*/*/*/setting.json results/precomputed/*/*/*/setting.json"),
    ("request-line", "results/runs/*/*/*/requests.jsonl"),
    ("event-line", "results/runs/*/*/*/events.jsonl"),
    ("coldstart-summary", "results/runs/coldstart/*/*/summary.json results/precomputed/coldstart/*/*/summary.json"),
    ("endtoend-summary", "results/runs/endtoend/*/*/summary.json"),
    ("precomputed-endtoend-summary", "results/precomputed/endtoend/*/*/summary.json"),
    ("precomputed-requests", "results/precomputed/endtoend/*/*/requests.json"),
    ("provenance", "results/runs/*/*/*/provenance.json results/precomputed/*/*/*/provenance.json"),
    ("workload-line", "results/runs/endtoend/workloads/*.jsonl"),
    ("nodes-state", "results/runs/state/nodes.json"),
    ("server-state", "results/runs/state/server.json"),
    ("claims", "drawn/claims.json"),
  ]

  private func validate(_ program: Program, _ schema: String, _ files: String) throws -> Program.Outcome {
    let words = try #require(SchemaValidator.command(schema: schema, files: [files]))
    return try program.shell(words.joined(separator: " "))
  }

  private func written() throws -> Program {
    let program = try Program()
    try FileManager.default.copyItem(
      at: Program.package.appendingPathComponent("results/precomputed"),
      to: program.folder.appendingPathComponent("results/precomputed"))
    let outcome = try program.shell(Self.experiments)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    _ = try program.run("reproduce claims --figs drawn")  // two seeds do not make every claim hold
    return program
  }

  @Test func `files are what their schemas say, and nothing else is`() throws {
    let program = try written()
    defer { program.remove() }
    for (schema, files) in Self.files {
      let outcome = try validate(program, schema, files)
      #expect(outcome.exitCode == 0, "\(schema): \(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains(" checked, 0 differ"))
      // With a key more, or another kind of value, a file is refused.
      try program.write("", to: "changed.jsonl")
      let script = """
        import glob, json
        path = sorted(p for pattern in "\(files)".split() for p in glob.glob(pattern))[0]
        text = open(path).read()
        first = json.loads(text.split("\\n")[0] if path.endswith(".jsonl") else text)
        with open("changed.jsonl", "w") as file:
            print(json.dumps(first | {"surprise": 1}), file=file)
            for key in first:
                print(json.dumps(first | {key: {"of": "another kind"}}), file=file)
        """
      try program.write(script, to: "change.py")
      let made = try program.shell("python3 change.py && wc -l < changed.jsonl")
      let count = try #require(Int(made.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(made.errors)")
      #expect(count > 2)
      let refused = try validate(program, schema, "changed.jsonl")
      #expect(refused.output.contains("\(count) checked, \(count) differ"), "\(schema): \(refused.output)")
    }
  }

  @Test func `each schema is checked here, or where a server runs`() throws {
    let live = ["loadgen-request-line", "loadgen-summary", "live-server-state"]
    #expect(try SchemaValidator.schemas() == Set(Self.files.map(\.0) + live))
  }
}
