import Foundation
import Testing

/// `reproduce figure9`, `figure11` and `figure13`: which settings they run, with which seeds, and how they go on.
@Suite struct ReproduceEndToEndProgramTests {
  private static func settings(_ program: Program) throws -> [String] {
    let root = "results/runs/endtoend"
    return try FileManager.default.contentsOfDirectory(atPath: program.path(root)).sorted().filter { $0 != "workloads" }
      .flatMap { system in
        try FileManager.default.contentsOfDirectory(atPath: program.path("\(root)/\(system)")).sorted().map {
          "\(system)/\($0)"
        }
      }
  }

  @Test func `a part is run, kept by the next run, and run again for more seeds`() throws {
    let program = try Program()
    defer { program.remove() }
    let line = "reproduce figure9 --only serverless_vllm --cv 8,2 --rate 0.6"
    let first = try program.run("\(line) --seeds 1")
    #expect(first.errors.contains("[1/2] serverless_vllm, CV 8, 0.6 req/s: run (not run yet)"), "\(first.errors)")
    #expect(first.errors.contains("[2/2] serverless_vllm, CV 2, 0.6 req/s: run (not run yet)"), "\(first.errors)")
    #expect(first.errors.contains("2 settings: 2 run, 0 kept, 0 failed"), "\(first.errors)")
    #expect(try Self.settings(program) == ["serverless_vllm/cv2-rate0.6", "serverless_vllm/cv8-rate0.6"])
    let setting = try program.text("results/runs/endtoend/serverless_vllm/cv8-rate0.6/setting.json")
    #expect(setting.contains("\"seed\" : 21,"), "the first seed that nothing was fitted with")
    if ReproduceProgramTests.hasGnuplot {
      #expect(first.exitCode == 0, "\(first.errors)")
      #expect(try program.text("figs/figure9.csv").contains(",serverless_vllm,"))
    }
    let second = try program.run("\(line) --seeds 1 --jobs 1")
    #expect(second.errors.contains("0 run, 2 kept, 0 failed"), "\(second.errors)")
    let other = try program.run("\(line) --seeds 1 --seed 1 --cv 2")
    #expect(
      other.errors.contains("[1/1] serverless_vllm, CV 2, 0.6 req/s: run (configuration, seed, rules or version"),
      "\(other.errors)")
  }

  @Test func `a killed sweep goes on at the first unfinished setting`() throws {
    let program = try Program()
    defer { program.remove() }
    let line = "reproduce figure13 --seeds 1 --jobs 1"
    let (process, output, errors) = try program.start(line)
    let first = "results/runs/endtoend/serverless_vllm/cv8-rate0.6/summary.json"
    while process.isRunning, !program.exists(first) { usleep(500) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    _ = output.readDataToEndOfFile()
    _ = errors.readDataToEndOfFile()
    let again = try program.run(line)
    #expect(again.errors.contains("2 settings: "), "\(again.errors)")
    #expect(again.errors.contains("[1/2] serverless_vllm, CV 8, 0.6 req/s: kept, same inputs"), "\(again.errors)")
    #expect(again.errors.contains("0 failed"), "\(again.errors)")
    #expect(try Self.settings(program) == ["hydraserve/cv8-rate0.6", "serverless_vllm/cv8-rate0.6"])
  }

  @Test func `precomputed results are compact and know neither host nor hour`() throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.run("reproduce figure11 --only hydraserve --seeds 2 --precomputed --quiet")
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let folder = "results/precomputed/endtoend/hydraserve/cv8-rate0.6"
    let names = try FileManager.default.contentsOfDirectory(atPath: program.path(folder)).sorted()
    #expect(names == ["provenance.json", "requests.json", "setting.json", "summary.json"])
    #expect(try !program.text("\(folder)/provenance.json").contains("host"))
    // 36 settings of eight seeds are to fit into 6 MB, 166 kB each: requests of one seed, and a summary of each seed.
    #expect(try program.text("\(folder)/requests.json").utf8.count < 125_000)
    #expect(try program.text("\(folder)/summary.json").utf8.count < 20_000)
    #expect(!program.exists("results/runs/endtoend"))
  }
}
