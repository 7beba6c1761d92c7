import GoldenData
import Quantities
import Testing

@testable import ResultAnalysis

/// Logs and traces with a few damaged bytes end in a result or in a sentence, never in a trap.
@Suite struct DamagedLogOracleTests {
  @Test(arguments: UInt64(0)..<100)
  func `damaged logs are analysed or refused`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, purpose: "damage")
    let directory = "analysis/small-0\([0, 6, 8][Int(seed % 3)])"
    let requests = try damaged("\(directory)/request.log", using: &random)
    let main = try damaged("\(directory)/main.log", using: &random)
    let trace = try damaged("analysis/traces/trace_small-00.csv", using: &random)
    do {
      let log = try ArtifactRequestLog(parsing: String(decoding: requests, as: UTF8.self), file: "r.log")
      let inputs = ArtifactAnalysis.CostInputs(
        mainLog: try ArtifactMainLog(parsing: String(decoding: main, as: UTF8.self), file: "m.log"),
        trace: try ArtifactTrace(parsing: String(decoding: trace, as: UTF8.self), file: "t.csv"),
        requestsPerSecond: 1000)
      let run = try ImportedRun(log: log, costInputs: inputs, deployments: EndToEndModelSet.deployments)
      let summary = RunSummary(records: run.records, deployments: EndToEndModelSet.deployments)
      #expect(summary.total.sent == run.requests.count)
    } catch {
      #expect(error.description.hasSuffix("."))
    }
  }

  @Test(arguments: UInt64(0)..<100)
  func `damaged binary traces are read or refused`(seed: UInt64) throws {
    var random = RandomStream(seed: seed, purpose: "damage")
    let bytes = try damaged("analysis/traces/trace_small-00.pkl", using: &random)
    do {
      #expect(try !ArtifactTrace(parsingBinary: bytes, file: "t.pkl").arrivals.isEmpty)
    } catch {
      #expect(error.description.hasPrefix("t.pkl:"))
    }
  }

  /// The bytes of a file, of which up to three are replaced by any, and sometimes the end is missing.
  private func damaged(_ file: String, using random: inout RandomStream) throws -> [UInt8] {
    var bytes = Array(try GoldenData.data(file))
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    if Int.random(in: 0..<4, using: &random) == 0 { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
    return bytes
  }
}
