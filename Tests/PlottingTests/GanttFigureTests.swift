import Foundation
import Testing

@testable import Plotting

/// Gantt charts: where bars go, what the legend names, and that gnuplot draws them.
@Suite struct GanttFigureTests {
  static let figure = GanttFigure(
    name: "gantt",
    kinds: [
      GanttFigure.Kind(name: "fetch", colour: "#d34477", track: 1),
      GanttFigure.Kind(name: "never", colour: "#000000", track: 2),
      GanttFigure.Kind(name: "start", colour: "#5b6573", track: 0),
    ],
    panels: [
      GanttFigure.Panel(
        title: "It's one",
        rows: [
          GanttFigure.Row(
            label: "a", bars: [.init(kind: 2, start: 0, end: 4), .init(kind: 0, start: 1, end: 10)], note: "10 s",
            mark: 8)
        ]),
      GanttFigure.Panel(title: "two", rows: [GanttFigure.Row(label: "b", bars: [.init(kind: 0, start: 0, end: 5)])]),
    ], xTitle: "time (s)")

  @Test func `bars stand in the place of their kind, in the middle three quarters of a row`() {
    // Two kinds occur, so a row of height 1 has two places of 0.37, from 0.13 on.
    let lines = Self.figure.script.split(separator: "\n").map(String.init)
    #expect(lines.contains("0.0 4.0 0.13 0.5"))
    #expect(lines.contains("1.0 10.0 0.5 0.87"))
  }

  @Test func `the legend names the kinds that occur and the marks`() {
    let script = Self.figure.script
    #expect(script.contains("set label 'fetch'") && script.contains("set label 'start'"))
    #expect(script.contains("set label 'paper'"))
    #expect(!script.contains("never"))
  }

  @Test func `the time axis leaves room for a note and is the same in all panels`() {
    #expect(abs(Self.figure.lastMoment - 11) < 1e-9)  // a tenth more than the last end
    #expect(Self.figure.script.components(separatedBy: "set xrange [0:11]").count == 3)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"), "gnuplot is not installed"))
  func `gnuplot draws it`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gantt-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = FigureFiles(name: "gantt", script: Self.figure.script, table: CSVTable(header: ["x"], rows: []))
    try files.draw(with: .live, into: folder.path)
    let svg = try String(contentsOf: folder.appendingPathComponent("gantt.svg"), encoding: .utf8)
    #expect(svg.contains("It's one") || svg.contains("It&#39;s one") || svg.contains("It&apos;s one"))
    #expect(svg.contains("10 s"))
  }
}
