import GoldenData
import ServingModel
import Testing

@testable import ResultAnalysis

/// The published analysis' output for the published logs: the same words, numbers within 1e-9.
@Suite struct ArtifactAnalysisOracleTests {
  private func analyse(_ item: ArtifactCase) -> ArtifactAnalysis {
    ArtifactAnalysis(
      requests: item.requestLog, costInputs: item.costInputs, deployments: EndToEndModelSet.deployments)
  }

  @Test func `every case prints what the artifact prints`() throws {
    for item in try ArtifactCase.all() {
      try compare(analyse(item).output, try item.lines("result.res"), "\(item.directory)/result.res")
    }
  }

  @Test func `cost and TPOT files hold what the artifact writes`() throws {
    for item in try ArtifactCase.all() {
      let analysis = analyse(item)
      if item.hasCostFile {
        let costs = try #require(analysis.costs, "\(item.directory)")
        try compare(costs.map(\.line), try item.lines("result.cost"), "\(item.directory)/result.cost")
      }
      if item.hasTPOTFile {
        let tpots = try #require(analysis.meanTPOTs, "\(item.directory)")
        try compare(tpots.map(\.line), try item.lines("result.tpot"), "\(item.directory)/result.tpot")
      }
      #expect((analysis.costs != nil) == item.hasCostFile, "\(item.directory)")
      #expect((analysis.meanTPOTs != nil) == item.hasTPOTFile, "\(item.directory)")
    }
  }

  @Test func `the analysis stops where the artifact stops and says why`() throws {
    for item in try ArtifactCase.all() {
      let failure = analyse(item).failure
      #expect((failure == nil) == (item.exitCode == 0), "\(item.directory): \(failure?.description ?? "complete")")
      if item.exitCode != 0, item.failure == nil {
        guard case .resultCountDiffers? = failure else {
          Issue.record("\(item.directory) stops for another reason: \(failure?.description ?? "none")")
          continue
        }
      }
      if item.isTPOTFileIncomplete {
        guard case .undefinedTPOT? = failure else {
          Issue.record("\(item.directory) is not cut off by an undefined TPOT")
          continue
        }
      }
    }
  }

  @Test func `the sample is the one that the artifact analyses`() throws {
    for item in try ArtifactCase.all() {
      guard let inputs = item.costInputs else { continue }
      let sample = ArtifactSample(of: inputs.trace, requestsPerSecond: inputs.requestsPerSecond)
      #expect(sample.arrivals.map(\.traceIndex) == item.sample, "\(item.directory)")
    }
  }

  @Test func `the binary trace holds the same arrivals as the CSV one`() throws {
    for item in try ArtifactCase.all() {
      guard let csv = item.costInputs?.trace else { continue }
      let file = csv.file.dropLast("csv".count) + "pkl"
      let bytes = Array(try GoldenData.data("analysis/\(file)"))
      let binary = try ArtifactTrace(parsingBinary: bytes, file: String(file))
      #expect(binary.arrivals == csv.arrivals, "\(file)")
    }
  }

  /// Compares lines word by word; numbers may differ where they were summed up in another order.
  private func compare(_ lines: [String], _ expected: [String], _ file: String) throws {
    try #require(lines.count == expected.count, "\(file)")
    for (line, wanted) in zip(lines, expected) {
      #expect(matches(line, wanted), "\(file): `\(line)` instead of `\(wanted)`")
    }
  }

  private func matches(_ line: String, _ expected: String) -> Bool {
    let words = line.split { " ,".contains($0) }
    let others = expected.split { " ,".contains($0) }
    return words.count == others.count
      && zip(words, others).allSatisfy { word, other in
        guard word != other else { return true }
        guard let number = Double(word), let wanted = Double(other) else { return false }
        return GoldenData.agree(number, wanted)
      }
  }
}
