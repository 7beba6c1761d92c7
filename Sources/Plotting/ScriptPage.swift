/// The page that a script draws on, and what the scripts of all figures share; lengths are in points (72 are an inch).
struct ScriptPage {
  /// A rectangle of the drawing, from the lower left corner of the page.
  struct Frame {
    let left: Double
    let right: Double
    let bottom: Double
    let top: Double
  }

  /// The size of the text that has no size of its own.
  static let fontSize = 9.0

  let width: Double
  let height: Double

  /// The beginning of the script of a figure of that name.
  func header(_ name: String) -> [String] {
    [
      "# Draws \(name).pdf and \(name).svg: run `gnuplot \(name).gp` in the folder of this file.",
      "set encoding utf8", "",
    ]
  }

  /// Both outputs are drawn by one run of the same commands; an SVG counts in pixels, of which 96 are an inch.
  ///
  /// - Parameters:
  ///   - name: the name of the outputs.
  ///   - style: the settings of one kind of figure.
  func terminal(_ name: String, style: [String]) -> [String] {
    let font = "'\(Self.font(Self.fontSize))'"
    let inches = [width, height].map { Decimals.short($0 / 72) + "in" }.joined(separator: ",")
    let pixels = [width, height].map { "\(Int(($0 * 96 / 72).rounded()))" }
    return [
      "do for [format in 'pdf svg'] {",
      "  if (format eq 'pdf') {",
      "    set terminal pdfcairo noenhanced font \(font) fontscale 0.75 linewidth 1 size \(inches)",
      "  } else {",
      "    set terminal svg noenhanced font \(font) fontscale 1.333 linewidth 0.7 size \(pixels.joined(separator: ","))"
        + " background '#ffffff'",
      "  }",
      "  set output '\(name).'.format",
      "  set multiplot",
    ] + style.map { "  " + $0 } + [
      "  set border 3 lw 0.7",
      "  set tics nomirror",
      "  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1",
      "  unset key",
    ]
  }

  /// Ends what `terminal` began.
  var end: [String] {
    ["  unset multiplot", "  unset output", "}"]
  }

  /// Puts the next panel's axes on the frame's edges.
  func margins(_ frame: Frame) -> [String] {
    [
      "set lmargin at screen \(x(frame.left))",
      "set rmargin at screen \(x(frame.right))",
      "set bmargin at screen \(y(frame.bottom))",
      "set tmargin at screen \(y(frame.top))",
    ]
  }

  /// The name of an entry of the legend, to the right of its sample.
  func label<Sample>(of placed: PlacedEntry<Sample>) -> String {
    let left = placed.right + LegendEntry<Sample>.sampleGap
    return "set label \(GnuplotText.literal(placed.entry.name)) at screen \(x(left)),screen \(y(placed.y)) left"
  }

  /// How error bars are drawn.
  static let errorBarStyle = "lc rgb '#222222' lw 0.9"

  /// An error bar of the legend.
  func errorBarSample(middle: Double, y: Double) -> [String] {
    [(0, -5, 0, 5), (-2.5, -5, 2.5, -5), (-2.5, 5, 2.5, 5)].map { fromX, fromY, toX, toY in
      let ends = "\(at(middle + fromX, y + fromY)) to \(at(middle + toX, y + toY))"
      return "set arrow from \(ends) nohead back \(Self.errorBarStyle)"
    }
  }

  /// A place of the page.
  func at(_ left: Double, _ bottom: Double) -> String {
    "screen \(x(left)),screen \(y(bottom))"
  }

  /// A place from the left, as a share of the width.
  func x(_ points: Double) -> String {
    Decimals.short(points / width)
  }

  /// A place from below, as a share of the height.
  func y(_ points: Double) -> String {
    Decimals.short(points / height)
  }

  /// The font of every figure at a size.
  static func font(_ size: Double) -> String {
    "\(GnuplotText.font),\(Decimals.short(size))"
  }

  /// A text for a comment.
  static func singleLine(_ text: String) -> String {
    String(GnuplotText.literal(text).dropFirst().dropLast())
  }
}
