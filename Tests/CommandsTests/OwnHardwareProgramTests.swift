import Foundation
import Testing

/// `docs/your-own-hardware.md`: its commands, with the file that it explains.
@Suite struct OwnHardwareProgramTests {
  private static let file = Program.package.appendingPathComponent("docs/examples/own-hardware.yaml")
  private static let page = Program.package.appendingPathComponent("docs/your-own-hardware.md")

  @Test func `every command of the page works as it is printed`() throws {
    let program = try Program()
    defer { program.remove() }
    try FileManager.default.createDirectory(
      atPath: program.path("docs/examples"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.file, to: URL(fileURLWithPath: program.path("docs/examples/own-hardware.yaml")))
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let commands = text.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
    #expect(commands.count >= 6)
    for command in commands {
      let outcome = try program.shell(command)
      #expect(outcome.exitCode == 0, "\(command): \(outcome.errors)")
    }
    let cold = "results/runs/coldstart/hydraserve/setlab-lab/summary.json"
    #expect(try program.text(cold).contains("mistralai/Mistral-7B-Instruct-v0.3"))
    let hour = try program.text("results/runs/endtoend/hydraserve/cv8-rate0.6/requests.jsonl")
    #expect(hour.contains("mistralai/Mistral-7B-Instruct-v0.3/") && !hour.contains("Llama-2-13b"))
    #expect(try program.text("results/runs/endtoend/hydraserve/cv8-rate0.6/events.jsonl").contains("\"l4-"))
  }

  @Test func `the page shows the sections of the file as they are`() throws {
    let file = try String(contentsOf: Self.file, encoding: .utf8)
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    #expect(blocks.count >= 6)
    for block in blocks { #expect(file.contains(block), "\(block)") }
  }
}
