import Foundation
import Testing

/// `make-trace`: a workload as a file, and what is in one.
@Suite struct MakeTraceProgramTests {
  @Test func `a trace is written, read back and the same for the same seed`() throws {
    let program = try Program()
    defer { program.remove() }
    let written = try program.run("make-trace --cv 8 --requests-per-second 0.6 --output one.jsonl --seed 3")
    #expect(written.exitCode == 0, "\(written.errors)")
    let lines = try program.text("one.jsonl").split(whereSeparator: \.isNewline)
    #expect(lines.count == 1 + 2160)
    #expect(lines[0].contains("\"seed\":3"))
    #expect(lines[1].contains("\"timestamp\":") && lines[1].contains("\"model\":"))
    let inspected = try program.run("make-trace --inspect one.jsonl --quiet")
    #expect(inspected.exitCode == 0, "\(inspected.errors)")
    #expect(inspected.output == written.output)
    #expect(inspected.output.contains("requests per second"))
    _ = try program.run("make-trace --output two.jsonl --seed 3 --quiet")
    #expect(try program.text("two.jsonl") == program.text("one.jsonl"))
    _ = try program.run("make-trace --output other.jsonl --seed 4 --quiet")
    #expect(try program.text("other.jsonl") != program.text("one.jsonl"))
  }

  @Test func `systems differ in their answers only`() throws {
    let program = try Program()
    defer { program.remove() }
    var columns: [[[String]]] = []
    for system in ["hydraserve", "serverless_vllm"] {
      _ = try program.run("make-trace --output \(system).jsonl --system \(system) --quiet")
      let lines = try program.text("\(system).jsonl").split(whereSeparator: \.isNewline).dropFirst()
      columns.append(
        try lines.map { line in
          let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
          return ["timestamp", "model", "input_length", "output_length"].map { "\(object[$0] ?? "")" }
        })
    }
    #expect(columns[0].map { $0.dropLast() } == columns[1].map { $0.dropLast() })
    #expect(columns[0] != columns[1])
  }

  @Test func `another's trace can be looked into, and a damaged one is refused with its line`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      """
      {"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}
      {"timestamp": 3000, "input_length": 7322, "output_length": 490, "hash_ids": [0, 2]}

      """, to: "mooncake.jsonl")
    let inspected = try program.run("make-trace --inspect mooncake.jsonl --json")
    #expect(inspected.exitCode == 0, "\(inspected.errors)")
    #expect(inspected.output.contains("\"requests\" : 2"), "\(inspected.output)")
    try program.write("{\"timestamp\": 0, \"input_length\": -4, \"output_length\": 1}\n", to: "bad.jsonl")
    let refused = try program.run("make-trace --inspect bad.jsonl")
    #expect(refused.exitCode == 64)
    #expect(refused.errors.contains("bad.jsonl:1"), "\(refused.errors)")
  }

  @Test(.enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"))
  func `a trace is drawn where it is wanted`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("{\"timestamp\": 0, \"input_length\": 4, \"output_length\": 1}\n", to: "one.jsonl")
    let drawn = try program.run("make-trace --inspect one.jsonl --figs drawn")
    #expect(drawn.exitCode == 0, "\(drawn.errors)")
    #expect(["pdf", "svg", "csv", "gp"].allSatisfy { program.exists("drawn/trace.\($0)") })
  }

  @Test(arguments: [
    ("make-trace --output a --figs b", "give --inspect FILE, too"),
    ("make-trace", "either --output FILE"), ("make-trace --output a --inspect b", "either --output FILE"),
    ("make-trace --output a --cv 0", "CV"), ("make-trace --output a --requests-per-second 0", "request rate"),
    ("make-trace --output a --system vllm", "There is no execution type `vllm`"),
    ("make-trace --inspect missing.jsonl", "missing.jsonl"),
  ])
  func `a mistake is named and nothing is written`(line: String, sentence: String) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(line)
    #expect(outcome.exitCode == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    #expect(!program.exists("a"))
  }
}
