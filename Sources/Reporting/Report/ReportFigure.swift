import Experiments
import Plotting

/// A figure on the report's page: the drawing, and every number beside the paper's with its source.
public struct ReportFigure: Sendable {
  /// Where its drawing is kept, and the name by which links find it.
  let name: String
  private let title: String
  private let caption: String
  private let table: CSVTable
  private let compared: Comparison?
  /// One line that sums up the differences.
  private let summary: String

  /// Which columns of the table are ours and the paper's.
  struct Comparison {
    let ours: String
    let paper: String
    /// Whether the difference is a share of the paper's value, in per cent; else it has the values' unit.
    let isRelative: Bool
  }

  init(
    name: String, title: String, caption: String, table: CSVTable, compared: Comparison? = nil, summary: String = ""
  ) {
    self.name = name
    self.title = title
    self.caption = caption
    self.table = table
    self.compared = compared
    self.summary = summary
  }

  /// The figure's part of the page.
  ///
  /// - Parameter svg: what gnuplot drew.
  func section(svg: String) -> String {
    let note = summary.isEmpty ? "" : "<p>\(HTML.escaped(summary))</p>\n"
    return "<h3 id=\"\(name)\">\(HTML.escaped(title))</h3>\n<figure>\n"
      + HTML.inline(svg: svg, prefix: name, title: title)
      + "\n<figcaption>\(HTML.escaped(caption))</figcaption>\n</figure>\n" + note
      + "<details><summary>Every number, \(table.rows.count) rows</summary>\n\(numbers)</details>\n"
  }

  /// The table with a column of differences.
  private var numbers: String {
    let isNumber = table.header.indices.map { column in
      table.rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
    }
    let rows = table.rows.map { row in
      zip(row, isNumber).map { cell, isNumber in HTML.escaped(isNumber ? Self.shortened(cell) : cell) }
    }
    guard let compared, let ours = table.column(compared.ours), let paper = table.column(compared.paper) else {
      return HTML.table(header: table.header, numeric: isNumber, rows: rows)
    }
    let differences = table.rows.map { row -> String in
      guard let value = Double(row[ours]), let reference = Double(row[paper]), reference != 0,
        !row.contains(where: { $0.hasPrefix("paper:") })
      else { return "" }
      let difference = compared.isRelative ? (value / reference - 1) * 100 : value - reference
      return Decimal.signed(difference, places: 1) + (compared.isRelative ? " %" : "")
    }
    return HTML.table(
      header: table.header + ["difference"], numeric: isNumber + [true],
      rows: zip(rows, differences).map { $0 + [$1] })
  }

  /// A number with at most three digits after the point; the CSV has all.
  private static func shortened(_ cell: String) -> String {
    guard cell.contains("."), let value = Double(cell), abs(value) < 1e9 else { return cell }
    return Decimal.text(value, places: 3)
  }
}
