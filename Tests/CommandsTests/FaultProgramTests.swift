import Foundation
import Testing

/// What can go wrong around the programs: the disk, other runs, gnuplot; and the commands that messages offer.
@Suite struct FaultProgramTests {
  private static let setting = "results/runs/coldstart/hydraserve/set0-a10"

  @Test func `a full disk fails the run, with the system's reason, and leaves the earlier result`() throws {
    let program = try Program()
    defer { program.remove() }
    let prepared = try program.shell(
      "label-nodes --share && start-server 0 hydraserve 0 a10 0 0 && coldstart hydraserve 0 a10")
    #expect(prepared.exitCode == 0, "\(prepared.errors)")
    let earlier = try program.text("\(Self.setting)/requests.jsonl")
    // No file may grow beyond 8 blocks, which stands in for a disk that fills up while the results are written.
    let full = try program.shell("ulimit -f 8; trap '' XFSZ; coldstart hydraserve 0 a10 > /dev/null")
    #expect(full.exitCode == 1)
    #expect(
      full.errors.hasPrefix("Error: Could not write ") && full.errors.contains("File too large"), "\(full.errors)")
    #expect(try program.text("\(Self.setting)/requests.jsonl") == earlier)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: program.path("results/runs/coldstart/hydraserve"))
    #expect(names == ["set0-a10"], "what could not be completed is gone")
  }

  @Test func `two runs at once on one folder both succeed and leave one result`() throws {
    let program = try Program()
    defer { program.remove() }
    let run = "reproduce figure7 --force --only hydraserve,serverlessllm --backend a10 --figs"
    let outcome = try program.shell("\(run) figs1 & first=$!; \(run) figs2; second=$?; wait $first && exit $second")
    #expect(outcome.exitCode == (ReproduceProgramTests.hasGnuplot ? 0 : 1), "\(outcome.errors)")
    #expect(outcome.errors.components(separatedBy: "2 settings: 2 run, 0 kept, 0 failed").count == 3)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: program.path("results/runs/coldstart/hydraserve"))
    #expect(names == ["set0-a10"])
    #expect(try program.shell("coldstart hydraserve 0 a10").exitCode == 1, "no server was started here")
  }

  @Test(.enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"))
  func `one job or two draw the same figure, byte for byte`() throws {
    let program = try Program()
    defer { program.remove() }
    for jobs in [1, 2] {
      let outcome = try program.run("reproduce figure7 --force --quiet --jobs \(jobs) --figs figs\(jobs)")
      #expect(outcome.exitCode == 0 && outcome.errors.isEmpty, "quiet: \(outcome.errors)")
    }
    for ending in ["csv", "gp", "svg", "pdf"] {
      let drawn = try [1, 2].map {
        try Data(contentsOf: URL(fileURLWithPath: program.path("figs\($0)/figure7.\(ending)")))
      }
      #expect(drawn[0] == drawn[1], "\(ending)")
    }
  }

  @Test func `a gnuplot that fails is quoted, and the table is printed all the same`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell(
      """
      mkdir bin && printf '#!/bin/sh\\necho "line 0: no terminal" >&2\\nexit 3\\n' > bin/gnuplot && chmod +x bin/gnuplot
      PATH="$PWD/bin:$PATH" reproduce figure7 --only hydraserve --backend a10
      """)
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.hasSuffix("Error: gnuplot stopped with status 3: line 0: no terminal\n"), "\(outcome.errors)")
    #expect(outcome.output.contains("5 points beside the paper's"))
    #expect(!program.exists("figs/figure7.svg"))
  }

  @Test func `a folder for figures that cannot be made is one sentence`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("in the way", to: "figs")
    let outcome = try program.run("reproduce figure7 --only hydraserve --backend a10 --quiet")
    #expect(outcome.exitCode == 1)
    if ReproduceProgramTests.hasGnuplot {
      #expect(outcome.errors == "Error: figs cannot be read or written: File exists.\n")
    }
    #expect(try program.text("figs") == "in the way")
  }

  @Test func `the commands that messages offer lead to the result, with the options they need`() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("coldstart: {measurements: 2}\n", to: "my setup.yaml")
    let options = "--results 'my runs' --seed 7 --config 'my setup.yaml'"
    var outcome = try program.shell("coldstart hydraserve 0 a10 \(options)")
    var offered: [String] = []
    // No server; then the wrong labels; then the server again; then the measurement.
    for _ in 0..<5 where outcome.exitCode != 0 {
      let command = try #require(Program.quotedCommands(in: outcome.errors).last, "\(outcome.errors)")
      offered.append(command)
      let mended = try program.shell(command)
      outcome = mended.exitCode == 0 ? try program.shell("coldstart hydraserve 0 a10 \(options)") : mended
    }
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(
      offered == [
        "start-server 0 hydraserve 0 a10 0 0 --results 'my runs' --seed 7 --config 'my setup.yaml'",
        "label-nodes --share --results 'my runs' --seed 7 --config 'my setup.yaml'",
        "start-server 0 hydraserve 0 a10 0 0 --results 'my runs' --seed 7 --config 'my setup.yaml'",
      ])
    #expect(program.exists("my runs/coldstart/hydraserve/set0-a10/summary.json") == false)
    #expect(program.exists("my runs/runs/coldstart/hydraserve/set0-a10/summary.json"))
  }

  @Test func `results come before the remarks on them, on one terminal`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell(
      "label-nodes --share -q && start-server 0 hydraserve 0 a10 0 0 -q && coldstart hydraserve 0 a10 2>&1")
    #expect(outcome.output.hasSuffix("Simulated, not measured; recorded in \(Self.setting).\n"), "\(outcome.output)")
  }

  @Test func `labels as JSON have the nodes as a list`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("label-nodes --json --dry-run", environment: ["SHARE": "0", "ALIYUN": "0"])
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(json["label"] as? String == "gpushare=false" && json["isolation"] as? String == "exclusive")
    #expect((json["nodes"] as? [String])?.count == 8)
    #expect(json["dry_run"] as? Bool == true)
  }

  @Test func `calibrate prints the constants, writes them where asked, and its file is a configuration`() throws {
    let program = try Program()
    defer { program.remove() }
    let printed = try program.run("calibrate --quiet")
    #expect(printed.exitCode == 0 && printed.errors.isEmpty)
    let committed = Program.package.appendingPathComponent("Sources/Experiments/Resources/calibration.yaml")
    #expect(try printed.output == String(contentsOf: committed, encoding: .utf8))
    let written = try program.run("calibrate --output mine.yaml --json")
    #expect(written.exitCode == 0 && written.errors == "Written: mine.yaml\n")
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(written.output.utf8)) }
    #expect(try program.text("mine.yaml") == printed.output)
    #expect(try program.run("label-nodes --share --config mine.yaml").exitCode == 0)
    let unwritable = try program.run("calibrate --output none/mine.yaml --quiet")
    #expect(unwritable.exitCode == 1)
    #expect(unwritable.errors == "Error: Could not write none/mine.yaml: No such file or directory.\n")
  }

  @Test func `a backend that the figure does not show is refused`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("reproduce figure7 --backend hybrid")
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.hasPrefix("Error: There is no backend in Figure 7 `hybrid`; allowed: v100, a10.\n"))
  }

  @Test func `a folder of results of one's own needs no copy of the paper`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("reproduce figure7 --only hydraserve --backend a10 --results mine")
    #expect(outcome.exitCode == (ReproduceProgramTests.hasGnuplot ? 0 : 1), "\(outcome.errors)")
    #expect(outcome.errors.contains("source: the paper's numbers: none"), "\(outcome.errors)")
    #expect(outcome.errors.contains("`reproduce figure7 --only serverlessllm --backend v100 --results mine`"))
  }
}
