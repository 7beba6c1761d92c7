import Foundation
import Testing

/// The published instructions, line by line.
@Suite struct ColdStartProgramTests {
  @Test func `label, start, measure`() throws {
    let program = try Program()
    defer { program.remove() }
    let labelled = try program.run("label-nodes", environment: ["SHARE": "1"])
    #expect(labelled.exitCode == 0)
    #expect(labelled.output.contains("Label node a10-0 ack.node.gpu.schedule=cgpu"))
    let started = try program.run("start-server 0 hydraserve 0 a10 0 0")
    #expect(started.exitCode == 0, "\(started.errors)")
    #expect(started.errors.contains("coldstart hydraserve 0 a10"))
    let measured = try program.run("coldstart hydraserve 0 a10")
    #expect(measured.exitCode == 0, "\(measured.errors)")
    let lines = measured.output.split(separator: "\n")
    #expect(lines.first == "Start measure model facebook/opt-2.7b [0]")
    #expect(lines.filter { $0.hasPrefix("End measure model") }.count == 15)
    // Each model's result once after its measurements and once more in the end.
    #expect(lines.filter { $0.hasPrefix("Model ") }.count == 10)
    #expect(measured.errors.contains("Simulated, not measured"))
    for file in ["setting.json", "requests.jsonl", "events.jsonl", "summary.json", "provenance.json"] {
      #expect(program.exists("results/runs/coldstart/hydraserve/set0-a10/\(file)"), "\(file)")
    }
  }

  @Test func `without a server the command that starts it is named`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("coldstart hydraserve 0 a10")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("start it with `start-server 0 hydraserve 0 a10 0 0"), "\(outcome.errors)")
  }

  @Test func `with another server the right one is named`() throws {
    let program = try Program()
    defer { program.remove() }
    _ = try program.run("label-nodes --share")
    _ = try program.run("start-server 0 serverless_vllm 0 a10 0 0")
    let outcome = try program.run("coldstart hydraserve 0 a10")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("start-server 0 hydraserve 0 a10 0 0"), "\(outcome.errors)")
  }

  @Test(arguments: [("hydraserve", "--share"), ("serverlessllm", "--no-share")])
  func `wrong labels are refused with the command that mends them`(system: String, flag: String) throws {
    let program = try Program()
    defer { program.remove() }
    let wrong = flag == "--share" ? "--no-share" : "--share"
    _ = try program.run("label-nodes \(wrong)")
    let refused = try program.run("start-server 0 \(system) 0 v100 0 0")
    #expect(refused.exitCode == 1)
    let command = "label-nodes \(flag)"
    #expect(refused.errors.contains(command), "\(refused.errors)")
    _ = try program.run(command)
    #expect(try program.run("start-server 0 \(system) 0 v100 0 0").exitCode == 0)
  }

  @Test func `a dry run of labelling changes nothing`() throws {
    let program = try Program()
    defer { program.remove() }
    let dry = try program.run("label-nodes --share --dry-run", environment: ["ALIYUN": "0"])
    #expect(dry.exitCode == 0)
    #expect(dry.output.contains("Would label node a10-0 gpushare=true"))
    #expect(!program.exists("results/runs"))
    #expect(try program.run("start-server 0 hydraserve 0 a10 0 0").exitCode == 1)
  }

  @Test func `results as JSON are JSON and quiet runs print nothing else`() throws {
    let program = try Program()
    defer { program.remove() }
    _ = try program.run("label-nodes --share")
    let started = try program.run("start-server 0 hydraserve 0 a10 0 0 --json --quiet")
    let measured = try program.run("coldstart hydraserve 0 a10 --json --quiet")
    for outcome in [started, measured] {
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) }
    }
  }

  @Test func `an unwritable folder is named and nothing is lost`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("not a folder", to: "taken")
    let outcome = try program.run("label-nodes --share --results taken")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("taken"), "\(outcome.errors)")
    #expect(try program.text("taken") == "not a folder")
  }
}
