/// An entry of a legend: a sample and its name. What samples there are is up to the kind of figure.
struct LegendEntry<Sample> {
  let sample: Sample
  let name: String

  static var sampleWidth: Double { 16 }
  static var sampleGap: Double { 4 }
  static var gap: Double { 14 }

  /// The room the entry takes, in points.
  var width: Double {
    Self.sampleWidth + Self.sampleGap + GnuplotText.width(name, size: ScriptPage.fontSize)
  }

  /// The entries in as many rows as that width asks for.
  static func wrapped(_ entries: [LegendEntry], width: Double) -> [[LegendEntry]] {
    var rows: [[LegendEntry]] = []
    var used = 0.0
    for entry in entries {
      if let last = rows.indices.last, used + gap + entry.width <= width {
        rows[last].append(entry)
        used += gap + entry.width
      } else {
        rows.append([entry])
        used = entry.width
      }
    }
    return rows
  }
}

/// An entry of the legend with the left end and the middle of its sample.
struct PlacedEntry<Sample> {
  let entry: LegendEntry<Sample>
  let x: Double
  let y: Double

  static var rowHeight: Double { 15 }

  /// The right end of the sample.
  var right: Double { x + LegendEntry<Sample>.sampleWidth }

  /// Centres every row of a legend on a page of that width, under its upper end.
  static func placed(_ rows: [[LegendEntry<Sample>]], under top: Double, width: Double) -> [PlacedEntry] {
    rows.enumerated().flatMap { index, row in
      let widths = row.map(\.width)
      let total = widths.reduce(0, +) + LegendEntry<Sample>.gap * Double(row.count - 1)
      var x = (width - total) / 2
      let y = top - 4 - rowHeight * (Double(index) + 0.5)
      return zip(row, widths).map { entry, width in
        defer { x += width + LegendEntry<Sample>.gap }
        return PlacedEntry(entry: entry, x: x, y: y)
      }
    }
  }
}
