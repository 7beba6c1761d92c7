import Foundation
import Testing

@testable import Plotting

@Suite struct FigureFilesTests {
  private static let files = FigureFiles(
    name: "figure0", script: "plot\n", table: CSVTable(header: ["x"], rows: [["1"]]))

  /// A gnuplot that leaves these files behind.
  private static func scripted(svg: String?, pdf: String?) -> Gnuplot {
    Gnuplot { script, folder in
      #expect(script == "plot\n")
      for (name, text) in [("figure0.svg", svg), ("figure0.pdf", pdf)] {
        guard let text else { continue }
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
    }
  }

  private static let pdf = "%PDF-1.5 /CreationDate (D:20261123052510Z)\n%%EOF\n"

  @Test func `a figure is four files, and nothing else is left behind`() throws {
    try ScratchFolder.with { folder in
      let figs = "\(folder.path)/new/figs"
      let gnuplot = Self.scripted(svg: "<svg></svg>\n", pdf: Self.pdf)
      let paths = try Self.files.draw(with: gnuplot, into: figs)
      #expect(paths == ["csv", "gp", "svg", "pdf"].map { "\(figs)/figure0.\($0)" })
      let drawn = ScratchFolder(path: figs)
      #expect(try drawn.files() == ["figure0.csv", "figure0.gp", "figure0.pdf", "figure0.svg"])
      #expect(try drawn.text("figure0.csv") == "x\n1\n")
      #expect(try drawn.text("figure0.gp") == "plot\n")
      #expect(try drawn.text("figure0.pdf") == "%PDF-1.5 /CreationDate (D:20000101000000Z)\n%%EOF\n")
    }
  }

  @Test(
    arguments: [
      (nil, pdf, PlottingError.outputMissing(file: "figure0.svg")),
      ("<svg></svg>", nil, PlottingError.outputMissing(file: "figure0.pdf")),
      ("<svg>cut o", pdf, PlottingError.outputMissing(file: "figure0.svg")),
      ("<svg></svg>", "%PDF-1.5 cut o", PlottingError.outputMissing(file: "figure0.pdf")),
      ("<svg></svg>", "%PDF-1.5 %%EOF", PlottingError.creationDates(found: 0)),
    ] as [(String?, String?, PlottingError)])
  func `a drawing that is not complete leaves the old figure alone`(svg: String?, pdf: String?, error: PlottingError)
    throws
  {
    try ScratchFolder.with { folder in
      try folder.write("old", to: "figure0.svg")
      #expect(throws: error) { try Self.files.draw(with: Self.scripted(svg: svg, pdf: pdf), into: folder.path) }
      #expect(try folder.files() == ["figure0.svg"])
      #expect(try folder.text("figure0.svg") == "old")
    }
  }

  @Test func `an absent gnuplot leaves the folder as it was`() throws {
    try ScratchFolder.with { folder in
      let absent = Gnuplot { _, _ in throw PlottingError.gnuplotMissing(program: "gnuplot") }
      #expect(throws: PlottingError.gnuplotMissing(program: "gnuplot")) {
        try Self.files.draw(with: absent, into: folder.path)
      }
      let files = try folder.files()
      #expect(files.isEmpty)
    }
  }

  @Test func `a folder that cannot be made is named`() throws {
    try ScratchFolder.with { folder in
      try folder.write("in the way", to: "figs")
      let error = #expect(throws: PlottingError.self) {
        try Self.files.draw(with: Self.scripted(svg: "<svg></svg>", pdf: Self.pdf), into: "\(folder.path)/figs")
      }
      #expect(error?.description.hasPrefix("\(folder.path)/figs cannot be read or written: ") == true)
    }
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"), arguments: [false, true])
  func `the same figure gives the same bytes`(mixed: Bool) throws {
    try ScratchFolder.with { folder in
      let files = SampleFigure.figure(mixed: mixed).files
      for copy in ["first", "second"] { try files.draw(with: .live, into: "\(folder.path)/\(copy)") }
      for ending in ["csv", "gp", "svg", "pdf"] {
        #expect(try folder.read("first/figure7.\(ending)") == folder.read("second/figure7.\(ending)"), "\(ending)")
      }
    }
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `the PDF has one creation date, and its fonts are embedded TrueType`() throws {
    try ScratchFolder.with { folder in
      try SampleFigure.figure(mixed: true).files.draw(with: .live, into: folder.path)
      let pdf = try folder.read("figure7.pdf")
      #expect(PDFCreationDate.positions(in: pdf).count == 1)
      let text = try folder.text("figure7.pdf")
      #expect(text.contains("/CreationDate (D:20000101000000"))
      #expect(text.contains("/FontFile2"))
      #expect(text.contains("DejaVuSans"))
      #expect(!text.contains("/Type3"))
    }
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `the script in the folder draws the same figure again`() throws {
    try ScratchFolder.with { folder in
      try SampleFigure.figure(mixed: true).files.draw(with: .live, into: folder.path)
      let svg = try folder.read("figure7.svg")
      try folder.write("", to: "figure7.svg")
      try Gnuplot.live.run(folder.text("figure7.gp"), folder.path)
      #expect(try folder.read("figure7.svg") == svg)
    }
  }
}
