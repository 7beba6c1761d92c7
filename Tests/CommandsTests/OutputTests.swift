import Foundation
import Testing

@testable import Commands
@testable import Experiments

/// How much programs say, and in which colours.
@Suite struct OutputTests {
  @Test func `verbose says what is read, simulated and written, on standard error only`() throws {
    let program = try Program()
    defer { program.remove() }
    let start = try program.shell("label-nodes --share --quiet && start-server 0 hydraserve 0 a10 0 0 --quiet")
    #expect(start.exitCode == 0)
    let usual = try program.run("coldstart hydraserve 0 a10")
    let verbose = try program.run("coldstart hydraserve 0 a10 --verbose")
    #expect(verbose.output == usual.output)
    #expect(!usual.errors.contains("Wrote"))
    #expect(verbose.errors.contains("Configuration: built in; simulated cluster, rules published, seed 1"))
    // Five models, three measurements each.
    #expect(verbose.errors.contains("with 15 requests"))
    #expect(verbose.errors.contains("] Wrote results/runs/coldstart/hydraserve/set0-a10/events.jsonl\n"))
    let lines = verbose.errors.split(separator: "\n").filter { $0.hasPrefix("[") }
    #expect(lines.allSatisfy { $0.wholeMatch(of: /\[[0-9]+\.[0-9]{3} s\] .+/) != nil })
  }

  @Test func `quiet and verbose do not go together`() throws {
    let program = try Program()
    defer { program.remove() }
    for line in ["figure7 -q -v", "coldstart hydraserve 0 a10 --quiet --verbose", "stop-server -q -v"] {
      let outcome = try program.run(line)
      #expect(outcome.exitCode == 64, "\(line)")
      #expect(outcome.errors.contains("--quiet asks for results only and --verbose for more; give one of the two."))
    }
  }

  @Test func `colours are for terminals, unless variables say otherwise`() {
    #expect(Terminal.takesColours([:], isTerminal: true))
    #expect(!Terminal.takesColours([:], isTerminal: false))
    #expect(!Terminal.takesColours(["NO_COLOR": "1"], isTerminal: true))
    #expect(Terminal.takesColours(["NO_COLOR": ""], isTerminal: true))
    #expect(!Terminal.takesColours(["TERM": "dumb"], isTerminal: true))
    #expect(Terminal.takesColours(["CLICOLOR_FORCE": "1"], isTerminal: false))
    #expect(!Terminal.takesColours(["CLICOLOR_FORCE": "0"], isTerminal: false))
    #expect(!Terminal.takesColours(["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], isTerminal: true))
  }

  @Test func `claims that hold are green, where colours are forced`() throws {
    let program = try Program()
    defer { program.remove() }
    try FileManager.default.copyItem(
      at: Program.package.appendingPathComponent("results/precomputed"),
      to: program.folder.appendingPathComponent("results/precomputed"))
    let line = "reproduce claims --quiet --figs drawn"
    let plain = try program.run(line)
    #expect(!plain.output.contains("\u{1B}"))
    let coloured = try program.run(line, environment: ["CLICOLOR_FORCE": "1"])
    #expect(coloured.output.components(separatedBy: "\u{1B}[32mholds\u{1B}[0m ").count == 21)
    let text = coloured.output.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[0m", with: "")
    #expect(text == plain.output)
    #expect(try program.run(line, environment: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"]).output == plain.output)
  }

  @Test func `the time that is left is in proportion to what has been done`() {
    func step(_ number: Int, of count: Int, after elapsed: Duration) -> ReproductionStep {
      ReproductionStep(
        setting: "s", outcome: .kept, number: number, count: count, elapsed: elapsed, took: .zero, folder: "f")
    }
    #expect(Progress.timeLeft(after: step(3, of: 15, after: .seconds(6))) == .seconds(24))
    #expect(Progress.timeLeft(after: step(3, of: 15, after: .milliseconds(999))) == nil)
    #expect(Progress.timeLeft(after: step(15, of: 15, after: .seconds(30))) == nil)
  }
}
