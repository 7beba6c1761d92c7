import Foundation
import Testing

@testable import Plotting

@Suite struct GroupedBarFigureTests {
  /// A figure of one bar per group, one group per label.
  private func figure(labels: [String], series: String = "s", bar: GroupedBarFigure.Bar? = nil) -> GroupedBarFigure {
    let bar = bar ?? GroupedBarFigure.Bar(value: 1, source: .ownRun)
    let groups = labels.map { GroupedBarFigure.Group(label: $0, bars: [bar]) }
    return GroupedBarFigure(
      name: "f", series: [.init(name: series, colour: "#000000")], panels: [.init(title: "p", groups: groups)],
      wording: .init(yTitle: "y", valueColumn: "v_s"))
  }

  @Test(arguments: [true, false])
  func `the script is the one on record`(mixed: Bool) throws {
    try Golden.expect(SampleFigure.figure(mixed: mixed).script, isIn: mixed ? "figure7-mixed.gp" : "figure7.gp")
  }

  @Test func `the table has a row per bar with its source and the paper's value`() {
    let bars: [GroupedBarFigure.Bar?] = [
      .init(value: 7.5, reference: 7.9, source: .ownRun), nil, .init(value: 8, source: .paperOnly),
    ]
    let figure = GroupedBarFigure(
      name: "f", series: ["a", "b", "c"].map { .init(name: $0, colour: "#000000") },
      panels: [.init(title: "V100", groups: [.init(label: "OPT-6.7B", bars: bars)])],
      wording: .init(yTitle: "TTFT (s)", valueColumn: "ttft_s"))
    #expect(
      figure.table.text == """
        panel,group,series,ttft_s,source,paper_ttft_s
        V100,OPT-6.7B,a,7.5,own,7.9
        V100,OPT-6.7B,c,8.0,paper,

        """)
  }

  @Test func `panels are as wide as their groups are many, so all bars are equally wide`() {
    let layout = GroupedBarLayout(SampleFigure.figure(mixed: false))
    let widths = layout.panels.map { $0.right - $0.left }
    #expect(abs(widths[0] / 7 - widths[1] / 5) < 1e-9)
    #expect(layout.panels[0].right < layout.panels[1].left)
    #expect(layout.panels[1].right <= GroupedBarLayout.width)
  }

  @Test func `labels of 60 bars are turned upright and those of a few are not`() {
    #expect(GroupedBarLayout(SampleFigure.figure(mixed: false)).barLabelsAreUpright)
    #expect(!GroupedBarLayout(figure(labels: ["a", "b"])).barLabelsAreUpright)
  }

  @Test func `names of groups are slanted only when they would touch`() {
    #expect(!GroupedBarLayout(SampleFigure.figure(mixed: false)).groupLabelsAreSlanted)
    let long = (0..<12).map { "a rather long name \($0)" }
    #expect(GroupedBarLayout(figure(labels: long)).groupLabelsAreSlanted)
  }

  @Test func `the y axis leaves room for the label above the highest mark`() {
    let low = figure(labels: ["a"], bar: .init(value: 10, source: .ownRun))
    let marked = figure(labels: ["a"], bar: .init(value: 10, reference: 20, source: .ownRun))
    let yMax = { (figure: GroupedBarFigure) in GroupedBarLayout(figure).yMax(of: figure.panels[0]) }
    #expect(yMax(low) > 10)
    #expect(abs(yMax(marked) - 2 * yMax(low)) < 1e-9)
    #expect(yMax(figure(labels: ["a"], bar: .init(value: 0, source: .ownRun))) > 0)
  }

  @Test(arguments: [
    (false, ["own run", "paper"]),
    (true, ["own run", "precomputed run", "paper's value, not run", "paper"]),
  ])
  func `the legend explains the fillings, which are the sources, and the mark`(mixed: Bool, extra: [String]) {
    let layout = GroupedBarLayout(SampleFigure.figure(mixed: mixed))
    #expect(layout.legend.map(\.entry.name) == SampleFigure.systems + extra)
    for entry in layout.legend {
      #expect(entry.x >= 0)
      #expect(entry.x + entry.entry.width <= GroupedBarLayout.width)
      #expect(entry.y < layout.height)
    }
  }

  @Test func `hatched bars are explained even when there are no others`() {
    let layout = GroupedBarLayout(figure(labels: ["a"], bar: .init(value: 1, source: .precomputed)))
    #expect(layout.legend.map(\.entry.name) == ["s", "precomputed run"])
  }

  @Test func `an error bar reaches so far to both sides, but not below 0, and the legend explains it`() {
    let bar = GroupedBarFigure.Bar(value: 2, halfWidth: 0.5, source: .ownRun)
    let whole = figure(labels: ["a"], bar: bar)
    #expect(whole.script.contains("$panel1_error_bars << END\n0 1.5 1\nEND\n"))
    let cut = figure(labels: ["a"], bar: .init(value: 2, halfWidth: 3, source: .ownRun))
    #expect(cut.script.contains("$panel1_error_bars << END\n0 0 5\nEND\n"))
    #expect(GroupedBarLayout(whole).legend.map(\.entry.name) == ["s", "own run", "error bar"])
    #expect(!figure(labels: ["a"]).script.contains("error_bars"))
    // The label stands above the upper end.
    #expect(GroupedBarLayout.labelHeight(of: bar) == 2.5)
  }

  @Test(arguments: [
    ("it's", "'it''s'"), ("a_b {c} ^d @e &f ~g", "'a_b {c} ^d @e &f ~g'"), ("say \"hi\"", "'say \"hi\"'"),
    ("`date` \\n $x %s # not a comment", "'`date` \\n $x %s # not a comment'"), ("two\nlines\u{0}", "'two lines '"),
    ("TTFT (µs)", "'TTFT (µs)'"), ("", "''"),
  ])
  func `a text becomes a literal that means exactly that text`(text: String, literal: String) {
    #expect(GnuplotText.literal(text) == literal)
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `gnuplot draws every special character as itself`() throws {
    let text = "it's a_b{c}^d@e `date` \\n $x%s #\"q\""
    let strange = GroupedBarFigure(
      name: "f", series: [.init(name: "series \(text)", colour: "#000000")],
      panels: [
        .init(
          title: "panel \(text)\nEND",
          groups: [.init(label: "group \(text)", bars: [.init(value: 1, label: "bar \(text)", source: .ownRun)])])
      ], wording: .init(yTitle: "axis \(text)", valueColumn: "v"))
    try ScratchFolder.with { folder in
      try strange.files.draw(with: .live, into: folder.path)
      let svg = try folder.text("f.svg").replacing("&quot;", with: "\"").replacing("&apos;", with: "'")
      for part in ["series", "group", "bar", "axis"] {
        #expect(svg.contains("\(part) \(text)<"), "\(part)")
      }
      #expect(svg.contains("panel \(text) END<"))
    }
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `a panel without any bar is drawn empty`() throws {
    let empty = GroupedBarFigure(
      name: "f", series: [.init(name: "s", colour: "#000000")],
      panels: [.init(title: "none", groups: [.init(label: "a", bars: [nil])])],
      wording: .init(yTitle: "y", valueColumn: "v"))
    try ScratchFolder.with { folder in
      try empty.files.draw(with: .live, into: folder.path)
      #expect(try folder.text("f.svg").contains(">none<"))
    }
  }
}
