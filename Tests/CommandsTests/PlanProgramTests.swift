import Foundation
import Testing

/// `plan` and `sensitivity`, run as programs on a trace of a few requests.
@Suite struct PlanProgramTests {
  /// Twelve requests, one every 20 s, for models drawn by seed.
  private static func program() throws -> Program {
    let program = try Program()
    let lines = (0..<12).map { "{\"timestamp\": \($0 * 20000), \"input_length\": 50, \"output_length\": 40}\n" }
    try program.write(lines.joined(), to: "my.jsonl")
    return program
  }

  private static let plan =
    "plan --slo-attainment 50 --trace my.jsonl --instance-types v100 --seeds 2 --criterion mean --keep-alive 30"
    + " --max-pipeline-size 4 --max-servers 4"

  @Test(.enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"))
  func `a plan is printed and drawn, and the same for any number of jobs`() throws {
    let program = try Self.program()
    defer { program.remove() }
    let one = try program.run(Self.plan + " --jobs 1 --figs one")
    #expect(one.exitCode == 0, "\(one.errors)")
    #expect(one.output.contains("reaches 50 %"))
    #expect(one.output.contains("simulated: requests of my.jsonl; "))
    #expect(one.errors.contains("Drawn: one/plan.csv"))
    let two = try program.run(Self.plan + " --jobs 2 --figs two --quiet")
    #expect(two.output == one.output)
    #expect(two.errors.isEmpty, "\(two.errors)")
    for file in ["plan.csv", "plan.gp", "plan.svg", "plan.pdf"] {
      let bytes = try ["one", "two"].map { try Data(contentsOf: URL(fileURLWithPath: program.path("\($0)/\(file)"))) }
      #expect(bytes[0] == bytes[1], "\(file)")
    }
  }

  @Test(.enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"))
  func `prices come from the configuration, and a target out of reach ends with 1`() throws {
    let program = try Self.program()
    defer { program.remove() }
    try program.write(
      """
      prices:
        unit: USD
        source: a price list
        per_hour: {ecs.gn6e-c12g1.12xlarge: 11.8, ecs.gn7i-c32g1.16xlarge: 0.5}

      """, to: "prices.yaml")
    let priced = try program.run(Self.plan + " --config prices.yaml --json --quiet")
    #expect(priced.exitCode == 0, "\(priced.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(priced.output.utf8)) as? [String: Any] ?? [:]
    #expect(json["price_unit"] as? String == "USD")
    let best = try #require(json["best"] as? [String: Any])
    let servers = try #require((best["servers"] as? [[String: Any]])?.first?["count"] as? Int)
    let storage = try #require(best["storage_servers"] as? Int)
    let cost = try #require(best["cost_per_hour"] as? Double)
    #expect(abs(cost - (11.8 * Double(servers) + 0.5 * Double(storage))) < 1e-9)
    let missing = try program.run(Self.plan + " --config prices.yaml --instance-types a10,v100")
    #expect(missing.exitCode == 64)
    #expect(missing.errors.contains("`prices.per_hour` has no price of ecs.gn7i-c32g1.32xlarge; add one in USD"))
    let short = try program.run(
      "plan --slo-attainment 100 --trace my.jsonl --instance-types v100 --seeds 2 --keep-alive 1 --max-servers 1")
    #expect(short.exitCode == 1, "\(short.output)")
    #expect(short.errors.contains("No cluster of up to 1 servers reaches 100 %; the best that was found is"))
  }

  @Test func `a trace is sent as it is, so CV and rate have nothing to say`() throws {
    let program = try Self.program()
    defer { program.remove() }
    let refused = try program.run("plan --trace my.jsonl --cv 4")
    #expect(refused.exitCode == 64)
    #expect(refused.errors.contains("--cv shapes the production workload, and the trace is sent as it is"))
  }

  @Test(.enabled(if: ReproduceProgramTests.hasGnuplot, "gnuplot is not installed"))
  func `parameters are ranked, printed and drawn`() throws {
    let program = try Self.program()
    defer { program.remove() }
    let line =
      "sensitivity --trace my.jsonl --instance-types v100 --servers 1 --seeds 2 --only slo-scale,keep-alive,cv"
    let refused = try program.run(line)
    #expect(refused.exitCode == 64)
    #expect(refused.errors.contains("There is no parameter `cv`"), "a trace of requests has no CV")
    let ranked = try program.run(line.replacing(",cv", with: ",router-period"))
    #expect(ranked.exitCode == 0, "\(ranked.errors)")
    let rows = ranked.output.split(separator: "\n")
    #expect(rows.contains { $0.contains("slo-scale") } && rows.contains { $0.contains("keep-alive") })
    #expect(rows[4].contains("router-period"), "no effect, so it comes last")
    for file in ["sensitivity.csv", "sensitivity.gp", "sensitivity.svg", "sensitivity.pdf"] {
      #expect(program.exists("figs/\(file)"))
    }
  }
}
