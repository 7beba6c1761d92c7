import Foundation
import Testing

/// `figure9`, `figure11` and `figure13`: what they need, print and write.
@Suite struct FigureProgramTests {
  @Test(arguments: ["figure9", "figure11", "figure13"])
  func `without a result a figure fails and names the command that makes one`(name: String) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run(name)
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("make one with `reproduce \(name)`"), "\(outcome.errors)")
    #expect(!program.exists("figs"))
  }

  @Test(
    .enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"),
    arguments: [
      ("figure9", ["figure9"], 36, "cv,rate,system,ttft_slo_attainment_pct,source,paper_pct,seeds,half_width_95_pct"),
      (
        "figure11", ["figure11"], 12,
        "application,system,ttft_slo_attainment_pct,source,paper_pct,seeds,half_width_95_pct"
      ),
      ("figure13", ["figure13", "figure13-a", "figure13-b"], 202, "panel,application,model,ratio,source"),
    ])
  func `the paper's own numbers are drawn where they are allowed`(
    name: String, files: [String], rows: Int, header: String
  ) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("\(name) --allow-paper --figs drawn")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("settings: paper:published"), "\(outcome.errors)")
    for file in files {
      #expect(["pdf", "svg", "csv", "gp"].allSatisfy { program.exists("drawn/\(file).\($0)") })
    }
    let lines = try program.text("drawn/\(name).csv").split(separator: "\n")
    #expect(lines.count == rows + 1)
    #expect(lines[0] == header)
    let json = try program.run("\(name) --allow-paper --figs drawn --json --quiet")
    #expect(json.errors.isEmpty)
    _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
  }
}
