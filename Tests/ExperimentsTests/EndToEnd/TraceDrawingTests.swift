import Plotting
import Testing

@testable import Experiments

/// The figure of a trace.
@Suite struct TraceDrawingTests {
  /// The points of a panel's curve in the table of the drawing of a trace of Mooncake's kind.
  private static func curve(_ name: String, of lines: [String]) throws -> [[Double]] {
    try ScratchFolder.with { folder in
      let path = try folder.write(lines.joined(separator: "\n") + "\n", to: "trace.jsonl")
      let drawing = try WorkloadFiles(reading: path).drawing
      #expect(drawing.name == "trace")
      return try drawing.table.rows.filter { $0[1] == name }.map { row in
        [try #require(Double(row[2])), try #require(Double(row[3]))]
      }
    }
  }

  private static func line(_ milliseconds: Int, prompt: Int = 10, answer: Int = 20, model: String? = nil) -> String {
    let more = model.map { ", \"model\": \"\($0)\"" } ?? ""
    return "{\"timestamp\": \(milliseconds), \"input_length\": \(prompt), \"output_length\": \(answer)\(more)}"
  }

  @Test func `requests are counted in windows of 30 s, empty ones and the very end included`() throws {
    let lines = [0, 29_999, 60_000, 90_000].map { Self.line($0) }
    // Middles of the windows in minutes; the request at 90 s is the end of the third.
    #expect(try Self.curve("requests", of: lines) == [[0.25, 2], [0.75, 0], [1.25, 2]])
  }

  @Test func `popularity adds up from the busiest model to all requests`() throws {
    let lines = ["b", "a", "b", "c", "b"].enumerated().map { Self.line($0 * 1000, model: $1) }
    let points = try Self.curve("share of requests", of: lines)
    #expect(points.map { $0[0] } == [0, 1, 2, 3])
    for (share, expected) in zip(points.map { $0[1] }, [0, 60, 80, 100.0]) { #expect(abs(share - expected) < 1e-9) }
  }

  @Test func `a trace that names no models has no curve of them`() throws {
    #expect(try Self.curve("share of requests", of: [Self.line(0), Self.line(1000)]).isEmpty)
  }

  @Test func `lengths are the quantiles of the requests`() throws {
    let lines = [40, 10, 30, 20].enumerated().map { Self.line($0 * 1000, prompt: $1, answer: 5) }
    let points = try Self.curve("prompts", of: lines)
    #expect(points.count == 101)
    // A quarter of the requests has 10 tokens or fewer, one per cent more takes the next one.
    #expect([0, 25, 26, 50, 75, 76, 100].map { points[$0][0] } == [10, 10, 20, 20, 30, 40, 40])
    #expect(try Self.curve("answers", of: lines).allSatisfy { $0[0] == 5 })
  }
}
