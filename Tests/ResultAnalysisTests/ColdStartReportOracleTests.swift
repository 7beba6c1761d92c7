import GoldenData
import Quantities
import Testing

@testable import ResultAnalysis

/// The published cold-start client's lines, word for word, numbers within 1e-6.
@Suite struct ColdStartReportOracleTests {
  struct Case: Sendable {
    let index: Int
    let measurements: [ColdStartMeasurements]
    let output: [String]
    /// Whether the published client ended early: at an answer of one token, or at a failed request.
    let endedEarly: Bool
    let hasOneTokenAnswer: Bool
  }

  static let measurementsPerModel = 3

  static func cases() throws -> [Case] {
    try GoldenData.cases("coldstart.json").map { item in
      // A failed request has no times; what comes before it is what was measured.
      let responses = try item["responses"].array.map { try $0.array }.prefix {
        $0.count == 4 && !$0.contains(.null)
      }
      let groups = try stride(from: 0, to: responses.count, by: measurementsPerModel).map { first in
        try responses[first..<min(first + measurementsPerModel, responses.count)].map { values in
          let tokens = try values[3].int
          let decode = Duration.seconds(try values[2].double)
          return (
            model: String(try values[0].string.dropLast("/0".count)),
            sample: ColdStartMeasurements.Sample(
              timeToFirstToken: .seconds(try values[1].double),
              timePerOutputToken: tokens > 1 ? decode / (tokens - 1) : nil)
          )
        }
      }
      return Case(
        index: try item["i"].int,
        measurements: groups.map { ColdStartMeasurements(model: $0[0].model, samples: $0.map(\.sample)) },
        output: try item["output"].array.map { try $0.string }.filter { !$0.isEmpty },
        endedEarly: try !item["failure"].isNull, hasOneTokenAnswer: try responses.contains { try $0[3].int <= 1 })
    }
  }

  @Test func `complete runs print what the published client prints`() throws {
    for item in try Self.cases() where !item.endedEarly {
      let lines = ColdStartReport.lines(of: item.measurements)
      try #require(lines.count == item.output.count, "case \(item.index)")
      for (line, expected) in zip(lines, item.output) {
        #expect(matches(line, expected), "case \(item.index): \(line) instead of \(expected)")
      }
    }
  }

  /// The published client ends with a division by zero at an answer of one token, and at a failed request. Here a TPOT
  /// is undefined and the run goes on, and a failed request ends it with a sentence. Up to there the lines are the same.
  @Test func `where the published client ended early the lines before are the same`() throws {
    for item in try Self.cases() where item.endedEarly {
      let lines = ColdStartReport.lines(of: item.measurements)
      for (line, expected) in zip(lines, item.output) {
        #expect(matches(line, expected), "case \(item.index): \(line) instead of \(expected)")
      }
      if item.hasOneTokenAnswer {
        #expect(lines.count > item.output.count)
        #expect(lines.contains { $0.hasSuffix("tpot = undefined") })
      }
    }
  }

  /// Whether two lines have the same words and, within 1e-6, the same numbers.
  private func matches(_ line: String, _ expected: String) -> Bool {
    let words = line.split(separator: " ")
    let others = expected.split(separator: " ")
    return words.count == others.count
      && zip(words, others).allSatisfy { word, other in
        guard let number = Double(word), let wanted = Double(other) else { return word == other }
        return abs(number - wanted) <= 1e-6 * abs(wanted)
      }
  }
}
