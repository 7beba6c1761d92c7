/// A table of texts under a header, the form in which a figure's numbers are kept beside it.
///
/// Written and read by RFC 4180, with two liberties that its section 2 leaves room for: lines end in a single newline,
/// so that the file suits `diff` and `sort`, and the reader takes both kinds of line end.
public struct CSVTable: Hashable, Sendable {
  /// The names of the columns.
  public let header: [String]
  /// The rows; each has as many fields as the header.
  public let rows: [[String]]

  /// A table of these rows.
  ///
  /// - Precondition: there is a column, and every row has as many fields as the header.
  public init(header: [String], rows: [[String]]) {
    precondition(!header.isEmpty, "a table has at least one column")
    precondition(rows.allSatisfy { $0.count == header.count }, "every row has as many fields as the header")
    self.header = header
    self.rows = rows
  }

  /// The position of a column; `nil` if there is none of that name.
  public func column(_ name: String) -> Int? {
    header.firstIndex(of: name)
  }

  /// The table as text, header first, ending in a newline.
  public var text: String {
    ([header] + rows).map { row in
      // A line of one empty field would be an empty line, which readers skip.
      row == [""] ? "\"\"\n" : row.map(Self.quoted).joined(separator: ",") + "\n"
    }.joined()
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D].contains($0) }
    guard needsQuotes else { return field }
    let inner = field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
    return "\"\(inner)\""
  }
}
