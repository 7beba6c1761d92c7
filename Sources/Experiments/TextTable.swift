/// A table for a terminal: columns as wide as their widest cell, numbers to the right.
package struct TextTable {
  private let header: [String]
  private let numeric: [Bool]
  private var rows: [[String]] = []

  /// A table without rows; `numeric` says which columns are numbers.
  package init(header: [String], numeric: [Bool]) {
    precondition(header.count == numeric.count, "every column is one or the other")
    self.header = header
    self.numeric = numeric
  }

  /// Adds a row.
  package mutating func add(_ row: [String]) {
    precondition(row.count == header.count, "a cell for every column")
    rows.append(row)
  }

  /// The table with its header, a line for each row.
  package var text: String {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([header, rule] + rows).map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return numeric[column] ? padding + row[column] : row[column] + padding
      }
      var line = cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

/// Numbers with a fixed count of places after the point, without a locale.
package enum Decimal {
  package static func text(_ value: Double, places: Int) -> String {
    let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
    let scaled = Int64((abs(value) * scale).rounded())
    let whole = scaled / Int64(scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + String(whole) }
    let rest = String(scaled % Int64(scale))
    return "\(sign)\(whole).\(String(repeating: "0", count: places - rest.count))\(rest)"
  }

  package static func signed(_ value: Double, places: Int) -> String {
    let text = text(value, places: places)
    return text.hasPrefix("-") ? text : "+" + text
  }
}
