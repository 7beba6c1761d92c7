import Experiments
import Foundation
import Testing

@testable import Reporting

/// The trace for ui.perfetto.dev: what the format asks for.
@Suite struct PerfettoTraceTests {
  @Test(
    arguments: ColdStartSetting.figure7Systems.map { "coldstart/\($0.rawValue)/set0-a10" } + [TimelineTests.hour.folder]
  )
  func `the trace is one JSON object with an event a stage, on threads where none overlap`(name: String) throws {
    let run = try TimelineTests.finder().find(name)
    let text = try PerfettoTrace(run).json()
    let trace = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    let stages = events.filter { $0["ph"] as? String == "X" }
    #expect(stages.count == run.timeline.workers.reduce(0) { $0 + $1.stages.count })
    var threads: [String: [(Double, Double)]] = [:]
    for stage in stages {
      let (start, length) = (try #require(stage["ts"] as? Double), try #require(stage["dur"] as? Double))
      #expect(start >= 0 && length >= 0)
      #expect(try #require(stage["name"] as? String).isEmpty == false)
      threads["\(stage["pid"] ?? "")/\(stage["tid"] ?? "")", default: []].append((start, start + length))
    }
    for spans in threads.values {
      let sorted = spans.sorted { $0.0 < $1.0 }
      // Complete events of a thread must nest or follow one another; a thousandth of a microsecond is rounding.
      for (one, next) in zip(sorted, sorted.dropFirst()) { #expect(one.1 <= next.0 + 0.001) }
    }
    let names = events.filter { $0["name"] as? String == "thread_name" }
    #expect(names.count == run.timeline.workers.count * StageKind.tracks.count)
  }

  @Test func `counters rise from and fall to nothing, and requests begin and end`() throws {
    let run = try TimelineTests.finder().find(TimelineTests.coldStart)
    let events = PerfettoTrace(run).events
    for counter in ["NIC (GB/s)", "GPU 0 memory (GB)"] {
      let values = events.filter { $0.name == counter && $0.pid == 1 }.compactMap { $0.args?.values.first }
      #expect(values.contains { $0 != .number(0) } && values.last == .number(0))
    }
    #expect(events.count { $0.ph == "b" } == 15)
    #expect(events.count { $0.ph == "e" } == 15)
  }

  @Test func `the same run gives the same bytes`() throws {
    let text = { try PerfettoTrace(try TimelineTests.finder().find(TimelineTests.coldStart)).json() }
    #expect(try text() == (try text()))
  }
}
