import Foundation
import Testing

/// `reproduce figure7`, whole and in parts, killed and resumed.
@Suite struct ReproduceProgramTests {
  static let hasGnuplot: Bool = ["/usr/bin/gnuplot", "/usr/local/bin/gnuplot"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"))
  func `everything is run, drawn and printed, and kept by the next run`() throws {
    let program = try Program()
    defer { program.remove() }
    let first = try program.run("reproduce figure7")
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.errors.contains("15 settings: 15 run, 0 kept, 0 failed"), "\(first.errors)")
    #expect(first.output.contains("60 points beside the paper's"))
    for ending in ["pdf", "svg", "csv", "gp"] {
      #expect(program.exists("figs/figure7.\(ending)"))
    }
    let table = try program.text("figs/figure7.csv").split(whereSeparator: \.isNewline)
    #expect(table.first == "backend,model,system,ttft_s,source,paper_ttft_s")
    #expect(table.count == 61)
    #expect(table.dropFirst().allSatisfy { $0.contains(",run:simulated,") })
    let svg = try program.text("figs/figure7.svg")
    let second = try program.run("reproduce figure7 --jobs 1")
    #expect(second.errors.contains("0 run, 15 kept, 0 failed"), "\(second.errors)")
    #expect(second.output == first.output)
    #expect(try program.text("figs/figure7.svg") == svg)
    let forced = try program.run("reproduce figure7 --force --only hydraserve --backend v100")
    #expect(forced.errors.contains("2 settings: 2 run, 0 kept, 0 failed"), "\(forced.errors)")
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"))
  func `a part is merged with the precomputed results`() throws {
    let program = try Program()
    defer { program.remove() }
    try FileManager.default.copyItem(
      at: Program.package.appendingPathComponent("results/precomputed"),
      to: program.folder.appendingPathComponent("results/precomputed"))
    let outcome = try program.run("reproduce figure7 --only hydraserve,serverlessllm --backend v100")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try program.text("figs/figure7.csv").split(whereSeparator: \.isNewline).dropFirst()
    #expect(rows.count == 60)
    #expect(rows.filter { $0.contains(",run:simulated,") }.count == 14)
    #expect(rows.filter { $0.contains(",precomputed:simulated,") }.count == 46)
  }

  @Test func `a failing setting is reported and the others go on`() throws {
    let program = try Program()
    defer { program.remove() }
    // A pause shorter than the grace period: the second measurement of HydraServe would meet a running instance.
    try program.write("coldstart: {pause_s: 5}\n", to: "short.yaml")
    let outcome = try program.run("reproduce figure7 --config short.yaml --only hydraserve,serverlessllm --backend a10")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("[1/2]") && outcome.errors.contains("[2/2]"), "\(outcome.errors)")
    #expect(outcome.errors.contains("FAILED"), "\(outcome.errors)")
    #expect(outcome.errors.contains("pause_s"), "\(outcome.errors)")
    #expect(!program.exists("results/runs/coldstart/hydraserve/set0-a10/summary.json"))
  }

  @Test func `without gnuplot the command that installs it is named and the results are kept`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(
      "reproduce figure7 --only hydraserve --backend a10", environment: ["PATH": program.path("empty")])
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("gnuplot"), "\(outcome.errors)")
    #expect(outcome.errors.contains("apt-get install"), "\(outcome.errors)")
    #expect(program.exists("results/runs/coldstart/hydraserve/set0-a10/summary.json"))
    #expect(!program.exists("figs/figure7.pdf"))
  }

  /// Wherever the signal strikes, whatever stands under a setting's name is complete, and the next run goes on.
  @Test(arguments: [SIGKILL, SIGTERM, SIGINT], [1, 3, 5])
  func `a killed run leaves nothing half-written and the next one goes on`(signal: Int32, settings: Int) throws {
    let program = try Program()
    defer { program.remove() }
    let (process, output, errors) = try program.start("reproduce figure7 --jobs 1")
    while process.isRunning, try Self.finishedSettings(program) < settings { usleep(500) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    _ = output.readDataToEndOfFile()
    _ = errors.readDataToEndOfFile()
    for folder in try Self.settingFolders(program) where !folder.contains(".") {
      let summary = try program.text("\(folder)/summary.json")
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(summary.utf8)) }
      #expect(program.exists("\(folder)/provenance.json"))
    }
    let again = try program.run("reproduce figure7 --only serverless_vllm,hydraserve_with_single_worker")
    #expect(again.exitCode == (Self.hasGnuplot ? 0 : 1), "\(again.errors)")
    #expect(again.errors.contains("6 settings: "), "\(again.errors)")
    #expect(again.errors.contains("0 failed"), "\(again.errors)")
    let left = try Self.settingFolders(program).filter { $0.contains(".partial") || $0.contains(".old") }
    #expect(left.allSatisfy { !$0.contains("serverless_vllm") }, "\(left)")
  }

  private static func settingFolders(_ program: Program) throws -> [String] {
    let root = "results/runs/coldstart"
    guard program.exists(root) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: program.path(root)).flatMap { system in
      try FileManager.default.contentsOfDirectory(atPath: program.path("\(root)/\(system)")).map {
        "\(root)/\(system)/\($0)"
      }
    }
  }

  private static func finishedSettings(_ program: Program) throws -> Int {
    try settingFolders(program).filter { !$0.contains(".") }.count
  }
}
