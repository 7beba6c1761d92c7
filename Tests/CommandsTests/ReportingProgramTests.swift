import Foundation
import Testing

/// `reproduce claims`, `reproduce report`, `timeline` and the figures that go with them.
@Suite struct ReportingProgramTests {
  static let chromium: String? = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private func withPrecomputed() throws -> Program {
    let program = try Program()
    try FileManager.default.copyItem(
      at: Program.package.appendingPathComponent("results/precomputed"),
      to: program.folder.appendingPathComponent("results/precomputed"))
    return program
  }

  @Test func `claims hold with the precomputed results, and are written in three forms`() throws {
    let program = try withPrecomputed()
    defer { program.remove() }
    let outcome = try program.run("reproduce claims --figs drawn")
    #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("20 of 20 checked claims hold"))
    for ending in ["md", "json", "html"] { #expect(program.exists("drawn/claims.\(ending)")) }
    let json = try program.run("reproduce claims --figs drawn --json --quiet")
    #expect(json.errors.isEmpty)
    #expect(json.output == (try program.text("drawn/claims.json")))
  }

  @Test func `claims fail when a result contradicts them`() throws {
    let program = try withPrecomputed()
    defer { program.remove() }
    // HydraServe whose engine takes two minutes is slower than everything.
    let path = "results/precomputed/coldstart/hydraserve/set0-a10/summary.json"
    let slow = try program.text(path).replacing(/"ttft_s" : [0-9.]+/, with: "\"ttft_s\" : 120.5")
    try program.write(slow, to: path)
    let outcome = try program.run("reproduce claims --figs drawn")
    #expect(outcome.exitCode == 1)
    #expect(outcome.output.contains("FAILS"))
    #expect(try program.text("drawn/claims.json").contains("\"holds\" : false"))
  }

  @Test func `without a result no claim is checked and the exit code says so`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("reproduce claims --allow-paper --figs drawn")
    #expect(outcome.exitCode == 1)
    #expect(outcome.output.contains("0 of 0 checked claims hold, 20 not checked"), "\(outcome.output)")
  }

  @Test(.enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"))
  func `a timeline is a trace and a chart, of a run that was recorded or is computed`() throws {
    let program = try Program()
    defer { program.remove() }
    let name = "coldstart/hydraserve/set0-a10"
    let computed = try program.run("timeline \(name) --figs drawn")
    #expect(computed.exitCode == 0, "\(computed.errors)")
    #expect(computed.output.contains("unrecorded:simulated"))
    for file in ["trace.json", "timeline.csv", "timeline.gp", "timeline.svg", "timeline.pdf"] {
      #expect(program.exists("drawn/\(file)"), "\(file)")
    }
    let trace = try program.text("drawn/trace.json")
    #expect(
      try program.shell("label-nodes --share && start-server 0 hydraserve 0 a10 0 0 && coldstart hydraserve 0 a10")
        .exitCode == 0)
    let recorded = try program.run("timeline \(name) --figs drawn --quiet")
    #expect(recorded.output.contains("run:simulated"))
    #expect(try program.text("drawn/trace.json") == trace)
    let folder = try program.run("timeline results/runs/\(name) --figs drawn --quiet --rows 5")
    #expect(folder.output == recorded.output)
    #expect(
      Set(try program.text("drawn/timeline.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",")[6] })
        .count == 5)
  }

  @Test(arguments: [
    ("timeline nothing", "There is no run `nothing` with events"), ("timeline x --rows 0", "--rows is `0`"),
    ("timeline x --from=-1", "--from is `-1.0`"), ("timeline x --from 9 --to 3", "--to is `3.0`"),
    ("reproduce report --timeline y", "There is no run `y` with events"),
    (
      "timeline coldstart/hydraserve/set0-a10 --from 9999",
      "No worker of coldstart/hydraserve/set0-a10 started from 9999.0 s on; allowed: a span of 0 to 1301.8 s"
    ),
  ])
  func `a caller's mistake is named`(line: String, message: String) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(line)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test(
    .enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"),
    arguments: [("figure-slo-scale", 12 * 10), ("figure-cdf", nil), ("figure-breakdown", nil)] as [(String, Int?)])
  func `further figures are drawn of the precomputed results`(name: String, rows: Int?) throws {
    let program = try withPrecomputed()
    defer { program.remove() }
    let outcome = try program.run("\(name) --figs drawn")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    for ending in ["csv", "gp", "svg", "pdf"] { #expect(program.exists("drawn/\(name).\(ending)")) }
    let lines = try program.text("drawn/\(name).csv").split(separator: "\n")
    #expect(rows.map { lines.count == $0 + 1 } ?? (lines.count > 40))
    let json = try program.run("\(name) --figs drawn --json --quiet")
    #expect(json.errors.isEmpty)
    _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
  }

  @Test(.enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"))
  func `the report is one page of at most 3 MB that refers to nothing outside`() throws {
    let program = try withPrecomputed()
    defer { program.remove() }
    let outcome = try program.run("reproduce report --figs drawn")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let page = try program.text("drawn/report.html")
    #expect(page.utf8.count <= 3_000_000)
    // The names of SVG's own vocabularies are no addresses that are fetched.
    let outside = page.replacing(/xmlns(:xlink)?="http:\/\/www.w3.org\/[^"]*"/, with: "")
    #expect(!outside.contains("http://") && !outside.contains("https://") && !outside.contains("src="))
    #expect(!page.contains("{{") && !page.contains("}}</"))
    for figure in ["figure7", "figure9", "figure11", "figure13", "figure-breakdown", "figure-slo-scale", "figure-cdf"] {
      #expect(page.contains("<h3 id=\"\(figure)\">"))
    }
    #expect(page.components(separatedBy: "<option>").count == 7)
    #expect(!page.components(separatedBy: "precomputed:simulated").isEmpty)
    let ids = page.matches(of: /\sid=["']([^"']+)["']/).map { String($0.output.1) }
    #expect(Set(ids).count == ids.count, "every name in the page is there once")
  }

  @Test(
    .enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"),
    .enabled(if: chromium != nil, "chromium is not installed"))
  func `a browser shows the report from a file without a message on its console`() throws {
    let program = try withPrecomputed()
    defer { program.remove() }
    #expect(try program.run("reproduce report --figs drawn --quiet").exitCode == 0)
    let browser = try #require(Self.chromium)
    // The page's clock is virtual, so that the first frame comes however busy the machine is.
    let outcome = try program.shell(
      "HOME=\"$PWD\" timeout 120 '\(browser)' --headless --no-sandbox --disable-gpu --user-data-dir=\"$PWD/profile\" "
        + "--enable-logging=stderr --virtual-time-budget=5000 --dump-dom \"file://$PWD/drawn/report.html\"")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("CONSOLE"), "\(outcome.errors)")
    #expect(outcome.output.contains("data-timeline=\"drawn\""))
    #expect(outcome.output.contains("51 workers, 15 requests"))
  }
}
